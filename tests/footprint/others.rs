//! What a user would pick instead, on the Cortex-M4: the same inputs, the same board, and a signature that is verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::archive;
use crate::bench::Bench;
use crate::figures::{COMPARED_ON, Figure};
use crate::mbedtls;
use crate::operations::OPERATIONS;
use crate::support;

pub struct Other {
    pub name: &'static str,
    pub operation: &'static str,
    pub source: Source,
}

/// Where it comes from.
pub enum Source {
    /// A feature of the crate in `tests/footprint/others`, and the profile it is built with.
    Crate(&'static str, &'static str),
    /// How mbedTLS is configured, and how many bytes of heap it takes: fewer, and the operation fails.
    Mbedtls(mbedtls::Configuration, u32),
}
use Source::{Crate, Mbedtls};
use mbedtls::Configuration::{Shipped, Zephyr};

const ES256: &str = "sign_es256";
const RS256: &str = "sign_rs256_2048";

pub const OTHERS: &[Other] = &[
    Other { name: "p256 0.14.0, opt-level 3", operation: ES256, source: Crate("p256", "release") },
    Other { name: "p256 0.14.0, opt-level s", operation: ES256, source: Crate("p256", "small") },
    Other { name: "p256-cm4 0.4.0, random nonce", operation: ES256, source: Crate("p256-cm4", "release") },
    Other { name: "mbedTLS 3.6.5", operation: ES256, source: Mbedtls(Shipped, 1536) },
    Other { name: "mbedTLS 3.6.5, Zephyr's defaults", operation: ES256, source: Mbedtls(Zephyr, 1472) },
    Other { name: "rsa 0.9.10 and a heap", operation: RS256, source: Crate("rsa-arena", "release") },
    Other { name: "rsa_heapless 0.5.0, no CRT", operation: RS256, source: Crate("rsa-heapless", "release") },
    Other { name: "mbedTLS 3.6.5", operation: RS256, source: Mbedtls(Shipped, 8976) },
    Other { name: "mbedTLS 3.6.5, Zephyr's defaults", operation: RS256, source: Mbedtls(Zephyr, 8976) },
];

/// The model against hardware: what the authors of the assembly in p256-cm4 measured for a signature of a hash, on an nRF52840
/// with its cache on (README of P256-Cortex-M4), and how far from it the model may be.
const MEASURED_BY_ITS_AUTHORS: u64 = 375_000;
const DISTANCE_PERCENT: u64 = 5;

/// Each by its name and operation.
pub fn measure() -> Vec<(String, Result<Figure, String>)> {
    let bench = Bench::new(COMPARED_ON, "others");
    let measured = |other: &Other| {
        let figure = bench.as_ref().map_err(Clone::clone).and_then(|bench| other.measure(bench));
        (format!("{}, {}", other.operation, other.name), figure)
    };
    OTHERS.iter().map(measured).collect()
}

impl Other {
    fn measure(&self, bench: &Bench) -> Result<Figure, String> {
        let objects = match self.source {
            Crate(feature, profile) => vec![build(feature, profile)?],
            Mbedtls(configuration, heap) => mbedtls::objects(bench, self.operation, configuration, heap)?,
        };
        let image = bench.link("other", &objects)?;
        if let Crate("p256-cm4", _) = self.source {
            replace_refused(&image)?;
        }
        let is_published = matches!(self.source, Crate("p256-cm4", _));
        let measured = bench.measure(&image, if is_published { &["sha256"] } else { &[] })?;
        if is_published {
            let hash = measured.parts.first().ok_or("the hash was not counted")?;
            let cycles = measured.cycles.unwrap_or_default() - hash.cycles;
            if cycles.abs_diff(MEASURED_BY_ITS_AUTHORS) * 100 > MEASURED_BY_ITS_AUTHORS * DISTANCE_PERCENT {
                return Err(format!("{cycles} cycles by the model, and {MEASURED_BY_ITS_AUTHORS} on hardware"));
            }
        }
        let operation = OPERATIONS.iter().find(|operation| operation.name == self.operation).ok_or("no operation")?;
        operation.makes.check(&measured.output)?;
        Ok(measured.figure(self.name, self.operation, COMPARED_ON))
    }
}

fn build(feature: &str, profile: &str) -> Result<PathBuf, String> {
    let folder = support::workshop("footprint").join("others-build");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut command = Command::new(support::root().join("tests/footprint/others/build.sh"));
    let printed = archive::run(command.args([feature, profile, COMPARED_ON]).arg(&folder))?;
    Ok(Path::new(printed.lines().last().ok_or("no path")?).to_owned())
}

/// `ldm r4, {r6}` becomes `ldr r6, [r4]`: a load-multiple of one register, which LLVM's assembler writes in 32 bits, runs on a
/// Cortex-M4, but the architecture does not define it, and the emulator refuses it.
fn replace_refused(image: &Path) -> Result<(), String> {
    const REFUSED: [u8; 4] = [0x94, 0xe8, 0x40, 0x00];
    const EQUAL: [u8; 4] = [0xd4, 0xf8, 0x00, 0x60];
    let mut bytes = fs::read(image).map_err(|error| error.to_string())?;
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes.get(*at..*at + 4) == Some(&REFUSED)).collect();
    let [place] = places[..] else { return Err(format!("{} instructions to replace, and not one", places.len())) };
    bytes.splice(place..place + 4, EQUAL);
    fs::write(image, bytes).map_err(|error| error.to_string())
}
