//! The key files of `tests/keys` as a C header: the text of each as `KEY_<STEM>_PEM`, and what its last block decodes to as
//! `KEY_<STEM>_DER`, unless the block is encrypted in the manner of RFC 1421.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};

/// The file `tests/keys/<stem>.pem`.
pub fn file(stem: &str) -> PathBuf {
    super::root().join("tests/keys").join(stem).with_extension("pem")
}

/// Writes `keys.h` into `folder`.
pub fn write_header(folder: &Path) {
    fs::write(folder.join("keys.h"), header()).expect("write keys.h");
}

/// The text of `keys.h`.
pub fn header() -> String {
    let folder = fs::read_dir(super::root().join("tests/keys")).expect("tests/keys");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("tests/keys").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "pem"));
    files.sort();

    let mut header =
        "/* Made of the files in tests/keys. */\n#ifndef KEYS_H\n#define KEYS_H\n\n#include <stdint.h>\n".to_owned();
    let mut decoded = 0;
    for path in &files {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name in ASCII");
        let text = fs::read_to_string(path).expect("a key file");
        write_pem(&mut header, &stem.to_uppercase(), &text);
        if let Some(der) = last_block(&text) {
            write_der(&mut header, &stem.to_uppercase(), &der);
            decoded += 1;
        }
    }
    writeln!(header, "\n#define KEY_PEM_COUNT {}\n#define KEY_DER_COUNT {decoded}\n\n#endif", files.len()).unwrap();
    header
}

fn write_pem(header: &mut String, name: &str, text: &str) {
    write!(header, "\nstatic const char KEY_{name}_PEM[] =").unwrap();
    for line in text.lines() {
        write!(header, "\n    \"{line}\\n\"").unwrap();
    }
    header.push_str(";\n");
}

fn write_der(header: &mut String, name: &str, der: &[u8]) {
    write!(header, "\nstatic const uint8_t KEY_{name}_DER[] = {{").unwrap();
    for (index, byte) in der.iter().enumerate() {
        write!(header, "{}{byte},", if index % 20 == 0 { "\n    " } else { " " }).unwrap();
    }
    header.push_str("\n};\n");
}

/// The bytes of the last PEM block; `None` where header lines say that it is encrypted.
pub fn last_block(text: &str) -> Option<Vec<u8>> {
    let (_, block) = text.rsplit_once("-----BEGIN ")?;
    let (_, rest) = block.split_once("-----\n")?;
    let (body, _) = rest.split_once("-----END ")?;
    if body.contains(':') {
        return None;
    }
    let characters: String = body.split_whitespace().collect();
    let mut der = vec![0; characters.len()];
    let len = Base64::decode(&characters, &mut der).expect("base64").len();
    der.truncate(len);
    Some(der)
}
