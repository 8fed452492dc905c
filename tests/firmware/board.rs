//! The boards: which emulator, which memory, and how the C code is compiled for them.

/// One way to compile the C cases for one board of QEMU.
pub struct Board {
    /// What its trials are called.
    pub name: &'static str,
    /// QEMU's name and options.
    pub machine: &'static [&'static str],
    /// The library's target.
    pub target: &'static str,
    /// For the C compiler: processor, ABI, C library.
    pub options: &'static [&'static str],
    pub memory: &'static Memory,
}

/// Where code and variables go. The stack has its own share of the RAM.
pub struct Memory {
    pub flash: (u32, u32),
    pub ram: (u32, u32),
    pub stack: u32,
}

impl Memory {
    /// The linker script, and what it asks for.
    pub fn link_options(&self) -> Vec<String> {
        let symbols = [
            ("flash_start", self.flash.0),
            ("flash_size", self.flash.1),
            ("ram_start", self.ram.0),
            ("ram_size", self.ram.1),
            ("stack_size", self.stack),
        ];
        let defined = symbols.map(|(symbol, value)| format!("-Wl,--defsym={symbol}={value:#x}"));
        defined.into_iter().chain(["-T".to_owned(), "tests/firmware/board.ld".to_owned()]).collect()
    }
}

/// The nRF51822 with 16 KB of RAM.
const MICROBIT: Memory = Memory { flash: (0, 256 << 10), ram: (0x2000_0000, 16 << 10), stack: 9 << 10 };
const MPS2: Memory = Memory { flash: (0, 4 << 20), ram: (0x2000_0000, 4 << 20), stack: 64 << 10 };
/// The secure aliases.
const MPS2_TRUSTZONE: Memory = Memory { flash: (0x1000_0000, 4 << 20), ram: (0x3800_0000, 2 << 20), stack: 64 << 10 };
const VIRT: Memory = Memory { flash: (0x8000_0000, 4 << 20), ram: (0x8040_0000, 4 << 20), stack: 64 << 10 };

const MICROBIT_MACHINE: &[&str] = &["qemu-system-arm", "-M", "microbit"];
const AN385: &[&str] = &["qemu-system-arm", "-M", "mps2-an385"];
const AN386: &[&str] = &["qemu-system-arm", "-M", "mps2-an386"];
const AN500: &[&str] = &["qemu-system-arm", "-M", "mps2-an500"];
const AN505: &[&str] = &["qemu-system-arm", "-M", "mps2-an505"];
/// The extension is the chip maker's choice.
const AN505_WITHOUT_DSP: &[&str] = &["qemu-system-arm", "-M", "mps2-an505", "-global", "iotkit.CPU0_DSP=off"];
const VIRT_IMC: &[&str] = &["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-cpu", "rv32,a=off,f=off,d=off"];
const VIRT_IMAC: &[&str] = &["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-cpu", "rv32,f=off,d=off"];

/// GCC's own run-time library is compiled in one way only; it hands no enumeration over.
const LIBGCC_HAS_SHORT_ENUMS: &str = "-Wl,--no-enum-size-warning";

/// First one of each core, with GCC's own settings; then what differs in the ABI, the C library or the language.
pub const BOARDS: &[Board] = &[
    Board {
        name: "microbit",
        machine: MICROBIT_MACHINE,
        target: "thumbv6m-none-eabi",
        options: &["-mcpu=cortex-m0", "-mthumb"],
        memory: &MICROBIT,
    },
    Board {
        name: "mps2-an385",
        machine: AN385,
        target: "thumbv7m-none-eabi",
        options: &["-mcpu=cortex-m3", "-mthumb"],
        memory: &MPS2,
    },
    Board {
        name: "mps2-an386",
        machine: AN386,
        target: "thumbv7em-none-eabihf",
        options: &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
        memory: &MPS2,
    },
    Board {
        name: "mps2-an500",
        machine: AN500,
        target: "thumbv7em-none-eabihf",
        options: &["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
        memory: &MPS2,
    },
    Board {
        name: "mps2-an505",
        machine: AN505,
        target: "thumbv8m.main-none-eabihf+dsp",
        options: &["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"],
        memory: &MPS2_TRUSTZONE,
    },
    Board {
        name: "mps2-an505-nodsp",
        machine: AN505_WITHOUT_DSP,
        target: "thumbv8m.main-none-eabihf",
        options: &["-mcpu=cortex-m33+nodsp", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"],
        memory: &MPS2_TRUSTZONE,
    },
    Board {
        name: "virt-rv32imc",
        machine: VIRT_IMC,
        target: "riscv32imc-unknown-none-elf",
        options: &["-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs"],
        memory: &VIRT,
    },
    Board {
        name: "virt-rv32imac",
        machine: VIRT_IMAC,
        target: "riscv32imac-unknown-none-elf",
        options: &["-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs", "-fshort-enums"],
        memory: &VIRT,
    },
    Board {
        name: "mps2-an386-soft-picolibc-long-enums",
        machine: AN386,
        target: "thumbv7em-none-eabi",
        options: &[
            "-mcpu=cortex-m4",
            "-mthumb",
            "-mfloat-abi=soft",
            "--specs=picolibc.specs",
            "-fno-short-enums",
            LIBGCC_HAS_SHORT_ENUMS,
        ],
        memory: &MPS2,
    },
    Board {
        name: "mps2-an505-soft-short-enums",
        machine: AN505,
        target: "thumbv8m.main-none-eabi+dsp",
        options: &["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=soft", "-fshort-enums"],
        memory: &MPS2_TRUSTZONE,
    },
    Board {
        name: "mps2-an505-nodsp-soft",
        machine: AN505_WITHOUT_DSP,
        target: "thumbv8m.main-none-eabi",
        options: &["-mcpu=cortex-m33+nodsp", "-mthumb", "-mfloat-abi=soft"],
        memory: &MPS2_TRUSTZONE,
    },
    Board {
        // The instructions of a Cortex-M23, which no board of the emulator has, are a part of the Cortex-M33's.
        name: "mps2-an505-baseline",
        machine: AN505,
        target: "thumbv8m.base-none-eabi",
        options: &["-mcpu=cortex-m23", "-mthumb"],
        memory: &MPS2_TRUSTZONE,
    },
    Board {
        name: "mps2-an386-cplusplus",
        machine: AN386,
        target: "thumbv7em-none-eabihf",
        options: &[
            "-mcpu=cortex-m4",
            "-mthumb",
            "-mfloat-abi=hard",
            "-mfpu=fpv4-sp-d16",
            "-xc++",
            "-std=c++11",
            "-fno-exceptions",
            "-fno-rtti",
        ],
        memory: &MPS2,
    },
];
