//! The header as a list.

use std::collections::BTreeSet;
use std::fs;

/// The functions that the header declares, and does not define.
pub fn declared() -> BTreeSet<String> {
    let header = fs::read_to_string(super::root().join("include/jwt_mint.h")).expect("the header");
    let words = header.lines().filter(|line| !line.starts_with([' ', '/', '#']) && !line.contains("static inline"));
    words
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("jwt_"))
        .map(str::to_owned)
        .collect()
}
