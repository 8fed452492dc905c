//! What is committed against what was measured; with `JWT_MINT_BLESS` in the environment, the one becomes the other.

use std::fs;
use std::path::Path;

use crate::support;

pub const START: &str = "<!-- measured: written by `make footprint` -->\n";
pub const END: &str = "<!-- end of what was measured -->\n";

/// How far figures may be from those of other compilers.
const TOLERANCE_PERCENT: f64 = 10.0;

/// How closely what is committed must agree.
#[derive(Clone, Copy)]
pub enum Agreement {
    /// The compilers are the same.
    Exact,
    /// They are not: every number is to be within 10 per cent.
    Roughly,
}

impl Agreement {
    /// What may be measured where the committed figure is this one at most.
    pub fn allow(self, most: u64) -> u64 {
        match self {
            Self::Exact => most,
            Self::Roughly => most + (most as f64 * TOLERANCE_PERCENT / 100.0) as u64,
        }
    }
}

/// Whether the README's figures come from these compilers.
pub fn agreement(compilers: &str) -> Result<Agreement, String> {
    let is_same = read("README.md")?.contains(compilers);
    Ok(if is_same { Agreement::Exact } else { Agreement::Roughly })
}

/// Compares or rewrites a whole file.
pub fn file(path: &str, measured: &str, agreement: Agreement) -> Result<(), String> {
    if is_blessing() {
        return write(path, measured);
    }
    compare(path, &read(path)?, measured, agreement)
}

/// Compares or rewrites what stands between the README's markers.
pub fn readme(measured: &str, agreement: Agreement) -> Result<(), String> {
    const PATH: &str = "README.md";
    let text = read(PATH)?;
    let (before, rest) = text.split_once(START).ok_or("README.md: no marker at the start of the figures")?;
    let (committed, after) = rest.split_once(END).ok_or("README.md: no marker at the end of the figures")?;
    if is_blessing() {
        return write(PATH, &format!("{before}{START}{measured}{END}{after}"));
    }
    compare(PATH, committed, measured, agreement)
}

fn compare(path: &str, committed: &str, measured: &str, agreement: Agreement) -> Result<(), String> {
    let agree: fn(&str, &str) -> bool = match agreement {
        Agreement::Exact => |committed, measured| committed == measured,
        Agreement::Roughly => roughly,
    };
    let how = match agreement {
        Agreement::Exact => "the same compilers".to_owned(),
        Agreement::Roughly => format!("other compilers, for which {TOLERANCE_PERCENT} % would be allowed"),
    };
    let (mut old, mut new) = (committed.lines(), measured.lines());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return Ok(()),
            (Some(old), Some(new)) if agree(old, new) => {}
            (old, new) => {
                let (old, new) = (old.unwrap_or("(nothing)"), new.unwrap_or("(nothing)"));
                return Err(format!("{path} is stale; `make footprint` rewrites it ({how})\n- {old}\n+ {new}"));
            }
        }
    }
}

/// The same text, with numbers that are close. Which compilers these were is what differs.
fn roughly(committed: &str, measured: &str) -> bool {
    if committed.starts_with("- ") && measured.starts_with("- ") {
        return true;
    }
    let (old, new) = (parts(committed), parts(measured));
    let close = |(old, new): (&String, &String)| match (old.parse::<f64>(), new.parse::<f64>()) {
        (Ok(old), Ok(new)) => (old - new).abs() <= (old.abs() * TOLERANCE_PERCENT / 100.0).max(64.0),
        _ => old == new,
    };
    old.len() == new.len() && old.iter().zip(&new).all(close)
}

/// Numbers, without the commas in them, and what stands between.
fn parts(line: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut was_number = None;
    for character in line.chars() {
        let is_number = character.is_ascii_digit() || character == '.' || character == ',';
        if was_number != Some(is_number) {
            parts.push(String::new());
            was_number = Some(is_number);
        }
        if let Some(part) = parts.last_mut().filter(|_| character != ',') {
            part.push(character);
        }
    }
    parts
}

fn is_blessing() -> bool {
    std::env::var_os("JWT_MINT_BLESS").is_some()
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(support::root().join(Path::new(path))).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &str, text: &str) -> Result<(), String> {
    fs::write(support::root().join(path), text).map_err(|error| format!("{path}: {error}"))
}
