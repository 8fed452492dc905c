//! What each operation costs on each chip: flash, RAM, stack, instructions, and on the Cortex-M4 model cycles. The README's tables and the plots are made of
//! it, and a trial fails when they differ from what is measured. `make footprint` rewrites them.

#[allow(dead_code)] // a part of it is for the tests of the archives
#[path = "firmware/archive.rs"]
mod archive;
#[path = "footprint/bench.rs"]
mod bench;
#[allow(dead_code)] // as above
#[path = "firmware/board.rs"]
mod board;
#[path = "footprint/call_graph.rs"]
mod call_graph;
#[path = "footprint/committed.rs"]
mod committed;
#[path = "footprint/cycles.rs"]
mod cycles;
#[path = "footprint/figures.rs"]
mod figures;
#[path = "footprint/mbedtls.rs"]
mod mbedtls;
#[path = "footprint/model.rs"]
mod model;
#[path = "footprint/operations.rs"]
mod operations;
#[path = "footprint/others.rs"]
mod others;
#[path = "footprint/own.rs"]
mod own;
#[path = "footprint/parts.rs"]
mod parts;
#[path = "footprint/plot.rs"]
mod plot;
#[path = "footprint/stack_bound.rs"]
mod stack_bound;
mod support;
#[path = "footprint/table.rs"]
mod table;

use std::path::Path;

use figures::Figure;
use libtest_mimic::{Arguments, Trial};
use operations::OPERATIONS;
use parts::Parts;

/// What others cost, as it was measured last.
const OTHERS: &str = "tests/footprint/others.json";

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = model::trials();
    let mut figures = Vec::new();
    let mut whole = true;
    for (target, measured) in own::measure() {
        let result = measured.map(|measured| figures.extend(measured));
        whole &= result.is_ok();
        trials.push(Trial::test(format!("measured::{target}"), move || Ok(result?)));
    }
    let mut others = Vec::new();
    if !arguments.skip.iter().any(|skipped| skipped == "others::") {
        for (name, measured) in others::measure() {
            let result = measured.map(|measured| others.push(measured));
            whole &= result.is_ok();
            trials.push(Trial::test(format!("others::{name}"), move || Ok(result?)));
        }
    }
    let mut bounds = Vec::new();
    let mut parts = None;
    if whole {
        match own::parts(&figures) {
            Ok(read) => parts = Some(read),
            Err(why) => trials.push(Trial::test("parts::are_read", move || Err(why.into()))),
        }
        trials.extend(own::longer_keys(&figures));
        for (operation, bound) in stack_bound::calculate(&figures) {
            let result = bound.map(|bound| bounds.push((operation.clone(), bound)));
            whole &= result.is_ok();
            trials.push(Trial::test(format!("stack_bound::{operation}"), move || Ok(result?)));
        }
    }
    trials.push(Trial::test("stack_bound::wipes_reach_below_what_they_wipe", || {
        Ok(stack_bound::wipes_reach_below_what_they_wipe()?)
    }));
    trials.push(Trial::test("stack_bound::frames_are_what_the_compiler_reports", || {
        Ok(stack_bound::frames_are_what_the_compiler_reports()?)
    }));
    if let (true, Some(parts)) = (whole, parts) {
        trials.extend(report(&mut figures, others, &bounds, &parts));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Writes `target/footprint.json`, and hands over the comparison with what is committed.
fn report(figures: &mut Vec<Figure>, others: Vec<Figure>, bounds: &[(String, u64)], parts: &Parts) -> Vec<Trial> {
    let others_json = (!others.is_empty()).then(|| figures::to_json(&others));
    let committed = || figures::read_json(&support::root().join(OTHERS));
    let others = if others.is_empty() { committed() } else { Ok(others) };
    let prepared = others.and_then(|others| {
        figures.extend(others);
        std::fs::create_dir_all(support::root().join("target")).map_err(|error| error.to_string())?;
        let json = Path::new("target/footprint.json");
        std::fs::write(support::root().join(json), figures::to_json(figures)).map_err(|error| error.to_string())?;
        let compilers = own::compilers()?;
        Ok((committed::agreement(&compilers)?, compilers))
    });
    let (agreement, compilers) = match prepared {
        Ok(prepared) => prepared,
        Err(why) => return vec![Trial::test("committed::is_prepared", move || Err(why.into()))],
    };
    let names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    let section = table::section(&compilers, figures, bounds, parts, &names);
    println!("{section}");
    let flash = plot::flash(figures);
    let instructions = plot::instructions(figures, &names);
    let is_small = parts.rsa_is_small(agreement);
    let mut trials = vec![
        Trial::test("parts::rsa_is_small", move || Ok(is_small?)),
        Trial::test("committed::tables", move || Ok(committed::readme(&section, agreement)?)),
        Trial::test("committed::flash_plot", move || {
            Ok(committed::file("tests/footprint/flash.svg", &flash, agreement)?)
        }),
        Trial::test("committed::instructions_plot", move || {
            Ok(committed::file("tests/footprint/instructions.svg", &instructions, agreement)?)
        }),
    ];
    if let Some(others) = others_json {
        trials.push(Trial::test("committed::others", move || Ok(committed::file(OTHERS, &others, agreement)?)));
    }
    trials
}
