//! What one operation of one implementation costs on one target.

use std::path::Path;

use serde_json::Value;

/// Our own, among the implementations.
pub const OWN: &str = "jwt-mint";
/// Where implementations are compared: the Cortex-M4.
pub const COMPARED_ON: &str = "thumbv7em-none-eabihf";

#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub implementation: String,
    pub operation: String,
    pub target: String,
    /// Bytes of code, constants and the initial values of variables.
    pub flash: u64,
    /// Bytes of variables, and of heap where there is one.
    pub ram: u64,
    /// Bytes, at the deepest.
    pub stack: u64,
    pub instructions: u64,
    /// By the model in `cycles.c`, on the Cortex-M4.
    pub cycles: Option<u64>,
}

/// The list, one figure to a line.
pub fn to_json(figures: &[Figure]) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let line = |figure: &Figure| {
        format!(
            "{{\"implementation\": {}, \"operation\": {}, \"target\": {}, \"flash\": {}, \"ram\": {}, \"stack\": {}, \
             \"instructions\": {}{}}}",
            text(&figure.implementation),
            text(&figure.operation),
            text(&figure.target),
            figure.flash,
            figure.ram,
            figure.stack,
            figure.instructions,
            figure.cycles.map_or_else(String::new, |cycles| format!(", \"cycles\": {cycles}"))
        )
    };
    format!("[\n{}\n]\n", figures.iter().map(line).collect::<Vec<_>>().join(",\n"))
}

pub fn read_json(path: &Path) -> Result<Vec<Figure>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let list: Vec<Value> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let figure = |entry: &Value| {
        let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
        let number = |name: &str| entry.get(name)?.as_u64();
        Some(Figure {
            implementation: text("implementation")?,
            operation: text("operation")?,
            target: text("target")?,
            flash: number("flash")?,
            ram: number("ram")?,
            stack: number("stack")?,
            instructions: number("instructions")?,
            cycles: number("cycles"),
        })
    };
    let figures: Option<Vec<_>> = list.iter().map(figure).collect();
    figures.ok_or_else(|| format!("{}: an entry lacks a field", path.display()))
}
