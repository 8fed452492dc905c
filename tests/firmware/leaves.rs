//! The leaves in assembly, on the processors that have them, against those in Rust.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::archive;
use crate::board::Board;
use crate::desk::Program;
use crate::image::{Image, Workbench};

const CASE: &str = "leaves_in_assembly_are_those_in_rust";

pub fn trials(board: &'static Board, workbench: &Workbench, common: &[PathBuf]) -> Result<Vec<Trial>, String> {
    let of_thumb1 = ["thumbv6m", "thumbv7m"].iter().any(|core| board.target.starts_with(core));
    if !archive::has_dsp(board.target) && !board.target.starts_with("riscv32imc") && !of_thumb1 {
        return Ok(Vec::new());
    }
    let name = format!("{}-compare-leaves", board.target);
    let archive = archive::build(board.target, &name, &["--features", "compare-leaves"])?;
    let path = workbench.image(Path::new("tests/firmware/leaves.c"), common, &archive)?;
    let image = Image::new(board, path, Arc::new(Program::silent(CASE)), Duration::from_secs(120));
    let trial = Trial::test(format!("{}::leaves::{CASE}", board.name), move || image.alone(CASE).map_err(Failed::from));
    Ok(vec![trial])
}
