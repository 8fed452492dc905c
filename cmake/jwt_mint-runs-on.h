/* Preprocessed with the flags of a build: the Rust targets whose code runs on the chip that the flags name, the best first.
 * Quoted, because to GCC the word linux is 1. The linker compares float ABIs, but not cores: it would link code for a
 * Cortex-M4 into a program for a Cortex-M3. */
#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__)
runs-on "x86_64-unknown-linux-gnu"
#elif defined(__linux__) && defined(__i386__)
runs-on "i686-unknown-linux-gnu"
#elif defined(__linux__) && defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)
runs-on "aarch64-unknown-linux-gnu"
#elif defined(__linux__) || defined(__ARM_BIG_ENDIAN) || defined(__riscv_32e) || defined(__riscv_float_abi_single) \
    || defined(__riscv_float_abi_double)
/* No archive. */
#elif defined(__ARM_PCS_VFP) && (defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)) \
    && defined(__ARM_FEATURE_DSP)
runs-on "thumbv8m.main-none-eabihf+dsp;thumbv7em-none-eabihf;thumbv8m.main-none-eabihf"
#elif defined(__ARM_PCS_VFP) && (defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__))
runs-on "thumbv8m.main-none-eabihf"
#elif defined(__ARM_PCS_VFP) && defined(__ARM_ARCH_7EM__)
runs-on "thumbv7em-none-eabihf"
#elif defined(__ARM_PCS_VFP)
/* No archive. */
#elif (defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)) && defined(__ARM_FEATURE_DSP)
runs-on "thumbv8m.main-none-eabi+dsp;thumbv7em-none-eabi;thumbv8m.main-none-eabi;thumbv8m.base-none-eabi;thumbv7m-none-eabi;thumbv6m-none-eabi"
#elif defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
runs-on "thumbv8m.main-none-eabi;thumbv8m.base-none-eabi;thumbv7m-none-eabi;thumbv6m-none-eabi"
#elif defined(__ARM_ARCH_8M_BASE__)
runs-on "thumbv8m.base-none-eabi;thumbv6m-none-eabi"
#elif defined(__ARM_ARCH_7EM__)
runs-on "thumbv7em-none-eabi;thumbv7m-none-eabi;thumbv6m-none-eabi"
#elif defined(__ARM_ARCH_7M__)
runs-on "thumbv7m-none-eabi;thumbv6m-none-eabi"
#elif defined(__ARM_ARCH_6M__)
runs-on "thumbv6m-none-eabi"
#elif defined(__riscv) && __riscv_xlen == 32 && defined(__riscv_mul) && defined(__riscv_compressed) && defined(__riscv_atomic)
runs-on "riscv32imac-unknown-none-elf;riscv32imc-unknown-none-elf"
#elif defined(__riscv) && __riscv_xlen == 32 && defined(__riscv_mul) && defined(__riscv_compressed)
runs-on "riscv32imc-unknown-none-elf"
#endif
