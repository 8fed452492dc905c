//! The README's tables.

use std::fmt::Write;

use crate::figures::{COMPARED_ON, Figure, OWN};
use crate::operations::OPERATIONS;
use crate::parts::{self, Parts};

/// Everything between the README's markers. `bounds` are the calculated stack bounds by operation, for the Cortex-M4.
pub fn section(
    compilers: &str,
    figures: &[Figure],
    bounds: &[(String, u64)],
    parts: &Parts,
    operations: &[&str],
) -> String {
    let mut own: Vec<_> = figures.iter().filter(|figure| figure.implementation == OWN).collect();
    let mut text =
        format!("{compilers}\n**On the Cortex-M4** (`{COMPARED_ON}`), bytes, instructions and model cycles:\n\n");
    text += "| operation | flash | RAM | stack, seen | stack, at most | instructions | model cycles |\n";
    text += "|---|--:|--:|--:|--:|--:|--:|\n";
    for figure in own.iter().filter(|figure| figure.target == COMPARED_ON) {
        let bound = bounds.iter().find(|(operation, _)| *operation == figure.operation);
        let cells = [figure.flash, figure.ram, figure.stack].map(grouped).join(" | ");
        let bound = bound.map_or_else(String::new, |(_, bound)| grouped(*bound));
        let [instructions, cycles] = time(figure);
        writeln!(text, "| `{}` | {cells} | {bound} | {instructions} | {cycles} |", figure.operation).unwrap();
    }
    write!(text, "\n| flash of `{}`, by what it is for | bytes |\n|---|--:|\n", parts::OPERATION).unwrap();
    for (part, bytes) in &parts.0 {
        writeln!(text, "| {part} | {} |", grouped(*bytes)).unwrap();
    }
    text += "\n![Flash by target](tests/footprint/flash.svg)\n";
    text += &side_by_side(figures, operations);
    text += "\n![Instructions by implementation](tests/footprint/instructions.svg)\n";
    text += "\n<details><summary>Every operation on every target</summary>\n";
    let everywhere: Vec<_> = OPERATIONS.iter().filter(|operation| operation.is_on_all_targets).collect();
    let everywhere: Vec<_> = everywhere.iter().map(|operation| operation.name).collect();
    own.retain(|figure| everywhere.contains(&figure.operation.as_str()));
    text += &matrix("Flash, bytes", &own, &everywhere, |figure| figure.flash);
    text += &matrix("Stack as it was seen, bytes", &own, &everywhere, |figure| figure.stack);
    text += &matrix("Instructions", &own, &everywhere, |figure| figure.instructions);
    if own.iter().all(|figure| figure.ram == 0) {
        text += "\nRAM (variables, initialized or not) of all these: 0 bytes.\n";
    } else {
        text += &matrix("RAM, bytes", &own, &everywhere, |figure| figure.ram);
    }
    text + "\n</details>\n"
}

/// For each operation that others were measured at, all implementations.
fn side_by_side(figures: &[Figure], operations: &[&str]) -> String {
    let mut text = String::new();
    for operation in operations {
        let mut rows: Vec<_> =
            figures.iter().filter(|figure| figure.operation == *operation && figure.target == COMPARED_ON).collect();
        if rows.len() < 2 {
            continue;
        }
        rows.sort_by_key(|figure| figure.instructions);
        write!(text, "\n| `{operation}` | flash | RAM | stack, seen | instructions | model cycles |\n").unwrap();
        text += "|---|--:|--:|--:|--:|--:|\n";
        for figure in rows {
            let bold = if figure.implementation == OWN { "**" } else { "" };
            let cells = [figure.flash, figure.ram, figure.stack].map(grouped).join(" | ");
            let [instructions, cycles] = time(figure);
            writeln!(text, "| {bold}{}{bold} | {cells} | {instructions} | {cycles} |", figure.implementation).unwrap();
        }
    }
    text
}

/// Instructions and model cycles.
fn time(figure: &Figure) -> [String; 2] {
    [grouped(figure.instructions), figure.cycles.map_or_else(String::new, grouped)]
}

/// One number of all our figures: a row for each target.
fn matrix(title: &str, own: &[&Figure], operations: &[&str], number: fn(&Figure) -> u64) -> String {
    let mut text = format!("\n| {title} |");
    for operation in operations {
        write!(text, " `{operation}` |").unwrap();
    }
    text += &format!("\n|---|{}\n", "--:|".repeat(operations.len()));
    let mut targets: Vec<_> = own.iter().map(|figure| figure.target.as_str()).collect();
    targets.dedup();
    for target in targets {
        write!(text, "| `{target}` |").unwrap();
        for operation in operations {
            let figure = own.iter().find(|figure| figure.target == target && figure.operation == *operation);
            write!(text, " {} |", figure.map_or_else(String::new, |figure| grouped(number(figure)))).unwrap();
        }
        text.push('\n');
    }
    text
}

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
