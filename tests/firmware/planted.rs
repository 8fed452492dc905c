//! The runner sees what it is there for: each case of `planted.c` must fail, and say why.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;

use crate::board::Board;
use crate::desk::Program;
use crate::image::{Image, Workbench};

/// The cases, and what their failures say. A stack that overflows meets other memory on some boards, none on others.
const CASES: &[(&str, &[&str])] = &[
    ("hangs", &["did not end within"]),
    ("traps", &["exception"]),
    ("fails_a_check", &[": 1 == 2"]),
    ("overflows_the_stack", &["stack overflow", "exception"]),
    ("prints_another_token_than_the_desk", &["on the desk: []"]),
    ("prints_a_forged_token", &["InvalidSignature"]),
];

/// On a core without the extension.
const NEEDS_DSP: &(&str, &[&str]) = &("needs_the_dsp_extension", &["exception"]);

/// For the hang: the others end by themselves.
const LIMIT: Duration = Duration::from_secs(10);

pub fn trials(
    board: &'static Board,
    workbench: &Workbench,
    common: &[PathBuf],
    archive: &Path,
) -> Result<Vec<Trial>, String> {
    let path = workbench.image(Path::new("tests/firmware/planted.c"), common, archive)?;
    let trial = |&(case, marks): &(&'static str, &'static [&'static str])| {
        let image = Image::new(board, path.clone(), Arc::new(Program::silent(case)), LIMIT);
        Trial::test(format!("{}::planted::{case}", board.name), move || match image.alone(case) {
            Ok(()) => Err("was not noticed".into()),
            Err(why) if marks.iter().any(|mark| why.contains(mark)) => Ok(()),
            Err(why) => Err(format!("failed for another reason: {why}").into()),
        })
    };
    let needs_dsp = board.options.contains(&"-mcpu=cortex-m33+nodsp").then_some(NEEDS_DSP);
    Ok(CASES.iter().chain(needs_dsp).map(trial).collect())
}
