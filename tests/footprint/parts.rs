//! What the flash of a signature by RS256 is made of: the sizes of the functions and constants in its image that have a name, by what
//! they are for.

use std::path::Path;

use crate::archive;
use crate::committed::Agreement;
use crate::figures::COMPARED_ON;

/// The operation whose image is looked at: it loads a key of 2048 bits from DER, and signs.
pub const OPERATION: &str = "sign_rs256_2048";

/// A part of the image, and the words of which one stands in the names of its symbols. The first that fits counts.
const PARTS: &[(&str, &[&str])] = &[
    ("SHA-256", &["6sha256"]),
    ("DER, PKCS#1 and PKCS#8", &["8jwt_mint3der", "3key9container"]),
    (RSA, &["5arith", "4sign5rs256", "7residue", "3key3rsa", "3ffi5rs256", "jwt_rs256"]),
];
const RSA: &str = "RSA: the signature, its check, the keys and their check";
/// Calls, the memory functions of the C library, the program, and constants without a name.
const REST: &str = "all else";

/// Bytes of RSA, at most.
const RSA_MOST: u64 = 6144;

/// Bytes of each part. Together they are the flash of the operation.
pub struct Parts(pub Vec<(&'static str, u64)>);

impl Parts {
    /// `flash` is that of the whole operation.
    pub fn read(folder: &Path, flash: u64) -> Result<Self, String> {
        let image = folder.join(OPERATION).with_extension("elf");
        let symbols = archive::tool(COMPARED_ON, "readelf", &["-sW"], &image)?;
        let mut parts: Vec<_> = PARTS.iter().map(|(part, _)| (*part, 0)).collect();
        for line in symbols.lines() {
            // `   12: 00000e09   272 FUNC    LOCAL  DEFAULT    1 name`
            let words: Vec<_> = line.split_whitespace().collect();
            let [_, _, size, "FUNC" | "OBJECT", _, _, section, name] = words[..] else { continue };
            let part = PARTS.iter().position(|(_, words)| words.iter().any(|word| name.contains(word)));
            if let (Some(part), true) = (part, section != "UND") {
                parts[part].1 += size.parse::<u64>().map_err(|error| format!("{name}: {size}: {error}"))?;
            }
        }
        if let Some((part, _)) = parts.iter().find(|(_, bytes)| *bytes == 0) {
            return Err(format!("nothing in the image is of {part}"));
        }
        let named: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
        parts.push((REST, flash.checked_sub(named).ok_or("the parts are more than the whole")?));
        Ok(Self(parts))
    }

    pub fn rsa_is_small(&self, agreement: Agreement) -> Result<(), String> {
        let most = agreement.allow(RSA_MOST);
        match self.0.iter().find(|(part, _)| *part == RSA) {
            Some((_, bytes)) if *bytes <= most => Ok(()),
            Some((_, bytes)) => Err(format!("{bytes} bytes of RSA, which are to be {most} at most")),
            None => Err("no RSA".to_owned()),
        }
    }
}
