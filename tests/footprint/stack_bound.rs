//! The most stack that an operation can take, from the instructions of the linked image: the frame of each function, and who
//! calls whom.
//!
//! A call through a pointer is taken to reach every function whose address the image holds, and each of these in turn, once: the
//! bound is that of the chain of them all, in the worst order. Recursion by direct calls is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::archive;
use crate::bench::{self, Bench};
use crate::call_graph::{self, Function, Graph};
use crate::figures::{COMPARED_ON, Figure, OWN};
use crate::support::{self, compiler::WARNINGS};

/// Functions with the workspace of keys of a size, which operations on smaller keys do not reach.
const ROOM_OF_KEYS: &[(u32, &str)] = &[(3072, "8on_stackKj215_"), (4096, "8on_stackKj2c5_")];

/// Who is called through a pointer by whom, where that is plain from the source: a function lends its workspace to closures (`_RNC`)
/// of its own module. Each is called by name part; that there are some is checked.
const RESOLVED: &[(&str, &str)] = &[("4sign5rs2568on_stackK", "4sign5rs256")];

/// How far above what was seen a bound may lie, in bytes: most of it is for pointers that are never followed in that order.
const DISTANCE: u64 = 2000;

/// In the table of a closure that is called by reference, what a box of it would call. There is no box.
const NEVER_CALLED: &str = "9call_once6vtable";
/// What leads to the library, and is not called by it.
const ONCE: &[&str] = &["start", "trap", "main", "operation"];

/// For each operation, by the folder of its image: the bound, once it was held against what was seen.
pub fn calculate(figures: &[Figure]) -> Vec<(String, Result<u64, String>)> {
    let folder = support::workshop("footprint").join(COMPARED_ON);
    let checked = |figure: &Figure| {
        let bound = bound(&folder.join(&figure.operation).with_extension("elf"), &figure.operation)?;
        if figure.stack <= bound && bound <= figure.stack + DISTANCE {
            return Ok(bound);
        }
        Err(format!("{bound} bytes at most, and {} were seen", figure.stack))
    };
    let own = figures.iter().filter(|figure| figure.implementation == OWN && figure.target == COMPARED_ON);
    own.map(|figure| (figure.operation.clone(), checked(figure))).collect()
}

fn bound(image: &Path, operation: &str) -> Result<u64, String> {
    let mut graph = call_graph::read(COMPARED_ON, image)?;
    let taken = addresses_taken(image, &graph)?;
    resolve(&mut graph, &taken)?;
    let bits = operation.split('_').find_map(|word| word.parse::<u32>().ok());
    let is_excluded = |name: &str| {
        bits.is_some_and(|bits| ROOM_OF_KEYS.iter().any(|(greater, part)| *greater > bits && name.contains(part)))
    };
    let mut walk = Walk { graph: &graph, is_excluded: &is_excluded, known: BTreeMap::new() };
    let (start, _) = graph.iter().find(|(_, function)| function.name == "operation").ok_or("no operation")?;
    let start = walk.depth(*start, &mut Vec::new())?;
    let Some(mut bytes) = start.to_pointer else { return Ok(start.bytes) };
    let mut last = 0;
    for taken in taken {
        let depth = walk.depth(taken, &mut Vec::new())?;
        let through = depth.to_pointer.unwrap_or(0);
        bytes += through;
        last = last.max(depth.bytes - through);
    }
    Ok(start.bytes.max(bytes + last))
}

/// Makes direct calls of what `RESOLVED` lists.
fn resolve(graph: &mut Graph, taken: &BTreeSet<u32>) -> Result<(), String> {
    for (caller, module) in RESOLVED {
        let is_closure = |address: &&u32| {
            let name = graph.get(address).map_or("", |function| function.name.as_str());
            name.starts_with("_RNC") && name.contains(module)
        };
        let closures: Vec<u32> = taken.iter().filter(is_closure).copied().collect();
        let calls_a_pointer = |function: &&mut Function| function.has_indirect_call && function.name.contains(caller);
        for function in graph.values_mut().filter(calls_a_pointer) {
            if closures.is_empty() {
                return Err(format!("no closure that {} could call", function.name));
            }
            function.has_indirect_call = false;
            function.calls.extend(&closures);
        }
    }
    Ok(())
}

/// Operations, and functions in them after which the stack is wiped.
const WIPED: &[(&str, &[&str])] = &[
    ("load_pem_es256", &["5es2567is_pair"]),
    ("sign_es256", &["12sign_unwiped"]),
    ("mint_hs256", &["20keyed_digest_unwiped"]),
    ("sign_rs256_2048", &["5rs25610begin_half", "5rs2568end_half", "5rs2569recombine"]),
    ("load_der_rs256_2048", &["13RsaPrivateKey13is_consistent", "5rs25623inverts_modulo_less_one"]),
];

/// Bytes by which more is wiped than was used: other compilers make other frames.
const MARGIN: u64 = 32;

/// Whether what is wiped reaches below all that the functions before it used. Residue alone would not tell: what lies deepest
/// need not be a secret that a test knows.
pub fn wipes_reach_below_what_they_wipe() -> Result<(), String> {
    let folder = support::workshop("footprint").join(COMPARED_ON);
    for (operation, wiped) in WIPED {
        let graph = call_graph::read(COMPARED_ON, &folder.join(operation).with_extension("elf"))?;
        let mut walk = Walk { graph: &graph, is_excluded: &|_| false, known: BTreeMap::new() };
        let frames = graph.values().filter(|function| function.name.contains("10wipe_stack"));
        let reach = frames.map(|function| function.frame).min().ok_or_else(|| format!("{operation}: nothing wipes"))?;
        for part in *wiped {
            let named = |(_, function): &(&u32, &Function)| function.name.contains(part);
            let (address, function) =
                graph.iter().find(named).ok_or_else(|| format!("{operation}: no function {part}"))?;
            let depth = walk.depth(*address, &mut Vec::new())?;
            if depth.to_pointer.is_some() || depth.bytes + MARGIN > reach {
                return Err(format!("{} goes {} bytes deep, and the wipe {reach}", function.name, depth.bytes));
            }
        }
    }
    Ok(())
}

/// Whether the frames that are read from the instructions are those that the compiler reports.
pub fn frames_are_what_the_compiler_reports() -> Result<(), String> {
    let bench = Bench::new(COMPARED_ON, "stack-sizes")?;
    let operation = Path::new("tests/footprint/operations/sign_es256.c");
    let object = bench.compile(operation, bench::OPTIONS, WARNINGS)?;
    // All of the library: the report is one section, which would go with the first function that is not called.
    let image = bench.link_with(&["-Wl,--no-gc-sections"], "whole", &[object, build()?])?;
    let graph = call_graph::read(COMPARED_ON, &image)?;
    let reported = reported_frames(&image)?;
    let read = |(address, frame): (&u32, &u64)| match graph.get(address) {
        Some(function) if function.frame != *frame => {
            Some(format!("{}: {} and {frame}", function.name, function.frame))
        }
        _ => None,
    };
    let differ: Vec<_> = reported.iter().filter_map(read).collect();
    match (&differ[..], reported.len()) {
        (_, ..100) => Err(format!("the compiler reports {} functions", reported.len())),
        ([], _) => Ok(()),
        (differ, _) => Err(differ.join("\n")),
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    is_excluded: &'a dyn Fn(&str) -> bool,
    known: BTreeMap<u32, Depth>,
}

/// How deep a function goes by direct calls.
#[derive(Clone, Copy, Default)]
struct Depth {
    bytes: u64,
    /// The deepest place from which a function is called through a pointer.
    to_pointer: Option<u64>,
}

impl Walk<'_> {
    fn depth(&mut self, address: u32, path: &mut Vec<u32>) -> Result<Depth, String> {
        if let Some(depth) = self.known.get(&address) {
            return Ok(*depth);
        }
        let function = self.graph.get(&address).ok_or_else(|| format!("no function at {address:#x}"))?;
        if path.contains(&address) {
            return Err(format!("{} can call itself", function.name));
        }
        let mut deepest = Depth { bytes: 0, to_pointer: function.has_indirect_call.then_some(0) };
        path.push(address);
        let mut instead = Depth::default();
        let reached = function.calls.iter().map(|callee| (callee, false));
        for (callee, is_jump) in reached.chain(function.jumps.iter().map(|callee| (callee, true))) {
            let depth = self.depth(*callee, path)?;
            let deepest = if is_jump { &mut instead } else { &mut deepest };
            deepest.bytes = deepest.bytes.max(depth.bytes);
            deepest.to_pointer = deepest.to_pointer.max(depth.to_pointer);
        }
        path.pop();
        if let Some(odd) = &function.odd {
            return Err(format!("{} has `{odd}`", function.name));
        }
        let frame = function.frame;
        let mut depth =
            Depth { bytes: deepest.bytes + frame, to_pointer: deepest.to_pointer.map(|bytes| bytes + frame) };
        depth.bytes = depth.bytes.max(instead.bytes);
        depth.to_pointer = depth.to_pointer.max(instead.to_pointer);
        if (self.is_excluded)(&function.name) {
            depth = Depth::default();
        }
        self.known.insert(address, depth);
        Ok(depth)
    }
}

/// The archive with the compiler's report in it.
fn build() -> Result<PathBuf, String> {
    let (folder, name) = (archive::folder()?, format!("{COMPARED_ON}-stack-sizes"));
    let mut command = Command::new(support::root().join("packaging/build-archive.sh"));
    command.env("TARGET_DIR", &folder).env("NAME", &name).env("RUSTC_BOOTSTRAP", "1");
    archive::run(command.args([COMPARED_ON, "--", "-Zemit-stack-sizes"]))?;
    Ok(folder.join(name).join("libjwt_mint.a"))
}

/// The section `.stack_sizes`: an address of four bytes, and a size in LEB128, for each function.
fn reported_frames(image: &Path) -> Result<BTreeMap<u32, u64>, String> {
    let dump = image.with_extension("stack_sizes");
    // Nothing of an earlier run, where there is no such section now.
    fs::write(&dump, []).map_err(|error| error.to_string())?;
    let section = format!(".stack_sizes={}", dump.display());
    archive::run(Command::new("arm-none-eabi-objcopy").args(["--dump-section", &section]).arg(image).arg("/dev/null"))?;
    let bytes = fs::read(&dump).map_err(|error| format!("{}: {error}", dump.display()))?;
    let mut frames = BTreeMap::new();
    let mut rest = bytes.as_slice();
    while let Some((address, mut tail)) = rest.split_first_chunk() {
        let (mut size, mut shift) = (0, 0);
        while let Some((byte, next)) = tail.split_first() {
            tail = next;
            size |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        frames.insert(u32::from_le_bytes(*address) & !1, size);
        rest = tail;
    }
    Ok(frames)
}

/// Functions whose address stands in the image: in a table or between the code, or in the halves of two instructions.
fn addresses_taken(image: &Path, graph: &Graph) -> Result<BTreeSet<u32>, String> {
    let flat = image.with_extension("bin");
    archive::run(Command::new("arm-none-eabi-objcopy").args(["-O", "binary"]).arg(image).arg(&flat))?;
    let bytes = fs::read(&flat).map_err(|error| format!("{}: {error}", flat.display()))?;
    // What stands in the vector table is for exceptions.
    let words = bytes.chunks_exact(4).skip(16).filter_map(|word| Some(u32::from_le_bytes(word.try_into().ok()?)));
    let code = archive::tool(COMPARED_ON, "objdump", &["-d", "--no-show-raw-insn"], image)?;
    let all = words.chain(call_graph::constants(&code));
    let function = |word: u32| {
        let function = graph.get(&(word & !1)).filter(|_| word & 1 == 1)?;
        let is_called = !function.name.contains(NEVER_CALLED) && !ONCE.contains(&function.name.as_str());
        is_called.then_some(word & !1)
    };
    Ok(all.filter_map(function).collect())
}
