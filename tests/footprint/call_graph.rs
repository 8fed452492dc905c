//! Which function of a linked Cortex-M image calls which, from its disassembly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::archive;

#[derive(Debug, Default)]
pub struct Function {
    pub name: String,
    /// Addresses of the functions that it calls.
    pub calls: BTreeSet<u32>,
    /// Of those that it jumps to: they return to its caller, and by then its frame is gone. (A leaf whose end is a function of its
    /// own jumps there with its frame; that function takes no stack.)
    pub jumps: BTreeSet<u32>,
    /// Calls through a pointer.
    pub has_indirect_call: bool,
    /// Bytes by which its instructions move the stack pointer down, all taken together.
    pub frame: u64,
    /// An instruction that does something else to the stack pointer.
    pub odd: Option<String>,
}

/// The functions by their address.
pub type Graph = BTreeMap<u32, Function>;

/// Reads the functions that the table of symbols names.
pub fn read(target: &str, image: &Path) -> Result<Graph, String> {
    let mut graph = Graph::new();
    let symbols = archive::tool(target, "readelf", &["-sW"], image)?;
    for line in symbols.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, value, _, kind, _, _, section, name] = words[..] else { continue };
        let is_code = kind == "FUNC" || kind == "NOTYPE" && !name.starts_with('$');
        if is_code && section != "UND" && section != "ABS" {
            let address = u32::from_str_radix(value, 16).map_err(|error| format!("{name}: {error}"))?;
            // Only code has its lowest bit set.
            if address & 1 == 1 {
                graph.entry(address & !1).or_default().name = name.to_owned();
            }
        }
    }
    let code = archive::tool(target, "objdump", &["-d", "--no-show-raw-insn"], image)?;
    let words = literals(&code);
    let mut current = None;
    // The constant that the instruction before loaded, and into which register.
    let mut loaded: Option<(&str, u32)> = None;
    for line in code.lines() {
        if let Some(address) = heading(line) {
            if graph.contains_key(&address) {
                current = Some(address);
                loaded = None;
            }
        } else if let (Some(start), Some((_, mnemonic, operands))) = (current, instruction(line)) {
            let end = graph.range(start + 1..).next().map_or(u32::MAX, |(next, _)| *next);
            let mut callee = branch(mnemonic, operands);
            let register = indirect(mnemonic, operands);
            if let Some(register) = register {
                callee = loaded.filter(|(loaded, _)| *loaded == register).map(|(_, address)| address);
            }
            loaded = literal_load(mnemonic, operands)
                .and_then(|(register, address)| Some((register, words.get(&address)? & !1)));
            let is_inside = callee.is_some_and(|callee| start <= callee && callee < end);
            let function = graph.get_mut(&start).ok_or("a function that is not in its list")?;
            match pushed(mnemonic, operands) {
                Some(bytes) => function.frame += bytes,
                None => function.odd = Some(format!("{mnemonic} {operands}")),
            }
            function.has_indirect_call |= register.is_some() && callee.is_none();
            let is_call = matches!(mnemonic, "bl" | "blx");
            let reached = if is_call { &mut function.calls } else { &mut function.jumps };
            reached.extend(callee.filter(|_| !is_inside));
            if is_inside && matches!(mnemonic, "bl" | "blx") {
                return Err(format!("{} calls itself", function.name));
            }
        }
    }
    Ok(graph)
}

/// `000008e0 <name>:`
fn heading(line: &str) -> Option<u32> {
    let (address, _) = line.strip_suffix(">:")?.split_once(" <")?;
    u32::from_str_radix(address, 16).ok()
}

/// `     8e0:\tpush\t{r4, lr}`
fn instruction(line: &str) -> Option<(u32, &str, &str)> {
    let (address, rest) = line.split_once(":\t")?;
    let (mnemonic, operands) = rest.split_once('\t').unwrap_or((rest, ""));
    Some((u32::from_str_radix(address.trim(), 16).ok()?, mnemonic.trim(), operands))
}

/// The constants between the code, by their address.
fn literals(code: &str) -> BTreeMap<u32, u32> {
    let word = |line| match instruction(line)? {
        (address, ".word", value) => Some((address, u32::from_str_radix(value.strip_prefix("0x")?, 16).ok()?)),
        _ => None,
    };
    code.lines().filter_map(word).collect()
}

/// Where a direct branch or call goes: `bl 8e0 <name>`, `cbz r0, 8e0 <name+0x12>`.
fn branch(mnemonic: &str, operands: &str) -> Option<u32> {
    if !mnemonic.starts_with(['b', 'c']) || mnemonic.starts_with("bx") || !operands.contains('<') {
        return None;
    }
    let address = operands.split('<').next()?.split(',').next_back()?.trim();
    u32::from_str_radix(address, 16).ok()
}

/// The register that a call or jump goes through; a return is none.
fn indirect<'a>(mnemonic: &str, operands: &'a str) -> Option<&'a str> {
    let first = operands.split([',', ' ', '\t']).next()?;
    let is_jump = matches!(mnemonic, "blx" | "bx")
        || (mnemonic.starts_with("mov") || mnemonic.starts_with("ldr")) && first == "pc";
    (is_jump && first != "lr" && !operands.contains('<')).then_some(first)
}

/// `ldr r3, [pc, #4] @ (61e8 <name+0x14>)`
fn literal_load<'a>(mnemonic: &str, operands: &'a str) -> Option<(&'a str, u32)> {
    if !mnemonic.starts_with("ldr") || !operands.contains("[pc") {
        return None;
    }
    let (_, comment) = operands.split_once("@ (")?;
    Some((operands.split(',').next()?, u32::from_str_radix(comment.split_whitespace().next()?, 16).ok()?))
}

/// Bytes that the instruction moves the stack pointer down; `None` where that cannot be told.
fn pushed(mnemonic: &str, operands: &str) -> Option<u64> {
    let immediate = || {
        let (_, number) = operands.rsplit_once('#')?;
        number.split([' ', ']', '\t']).next()?.parse::<i64>().ok().map(i64::unsigned_abs)
    };
    let name = mnemonic.split('.').next().unwrap_or_default();
    // Up again, conditional or not.
    if name.starts_with("ldmia") && operands.starts_with("sp!") {
        return Some(0);
    }
    match (name, operands.split([',', ' ']).next().unwrap_or_default()) {
        ("push", _) | ("stmdb", "sp!") => Some(4 * registers(operands)),
        ("vpush", _) => Some(8 * registers(operands)),
        ("sub" | "subw", "sp") => immediate(),
        ("str" | "strd", _) if operands.contains("[sp, #-") && operands.contains("]!") => immediate(),
        ("add" | "addw", "sp") => immediate().map(|_| 0),
        // What only looks at it.
        ("cmp" | "stmia" | "ldmia", "sp") => Some(0),
        (_, "sp" | "sp!") => None,
        _ => Some(0),
    }
}

/// How many `{r4, r5, lr}` or `{d8-d15}` are.
fn registers(operands: &str) -> u64 {
    let list = operands.split(['{', '}']).nth(1).unwrap_or_default();
    let number = |name: &str| name.trim().get(1..)?.parse::<u64>().ok();
    let count = |item: &str| match item.split_once('-') {
        Some((first, last)) => number(last).zip(number(first)).map_or(1, |(last, first)| last + 1 - first),
        None => 1,
    };
    list.split(',').map(count).sum()
}

/// The constants that `movw` and `movt` make of two halves.
pub fn constants(code: &str) -> Vec<u32> {
    let mut low = BTreeMap::new();
    let mut constants = Vec::new();
    for (_, mnemonic, operands) in code.lines().filter_map(instruction) {
        let Some((register, number)) = operands.split_once(", #") else { continue };
        let Some(number) = number.split(['\t', ' ']).next().and_then(|number| number.parse::<u32>().ok()) else {
            continue;
        };
        if mnemonic == "movw" || mnemonic == "mov.w" || mnemonic.starts_with("movs") {
            low.insert(register, number);
        } else if mnemonic == "movt" {
            constants.extend(low.get(register).map(|low| number << 16 | low));
        }
    }
    constants
}
