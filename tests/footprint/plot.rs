//! The two plots: horizontal bars in groups, as SVG.

use std::fmt::Write;

use crate::figures::{COMPARED_ON, Figure, OWN};
use crate::table::grouped;

const WIDTH: f64 = 900.0;
/// Where the bars begin, and how long the longest can be: the number stands behind it.
const LEFT: f64 = 250.0;
const LENGTH: f64 = 540.0;
const BAR: f64 = 16.0;
const GAP: f64 = 12.0;
const TOP: f64 = 60.0;

struct Bar {
    label: String,
    number: u64,
    colour: &'static str,
}

const COLOURS: [&str; 3] = ["#1f6f8b", "#e08e45", "#7a9e3f"];
const HIGHLIGHT: &str = "#1f6f8b";
const OTHER: &str = "#9aa5ab";

/// Flash of the three ways to mint, by target.
pub fn flash(figures: &[Figure]) -> String {
    const SHOWN: [&str; 3] = ["mint_mqtt_es256", "mint_http_rs256_2048", "mint_hs256"];
    let mut groups: Vec<(String, Vec<Bar>)> = Vec::new();
    for figure in figures.iter().filter(|figure| figure.implementation == OWN) {
        let Some(place) = SHOWN.iter().position(|shown| *shown == figure.operation) else { continue };
        if groups.last().is_none_or(|(target, _)| *target != figure.target) {
            groups.push((figure.target.clone(), Vec::new()));
        }
        if let (Some((_, bars)), Some(colour)) = (groups.last_mut(), COLOURS.get(place)) {
            bars.push(Bar { label: figure.operation.clone(), number: figure.flash, colour });
        }
    }
    let most =
        figures.iter().filter(|figure| SHOWN.contains(&figure.operation.as_str())).map(|figure| figure.flash).max();
    let scale = move |number: u64| number as f64 / most.unwrap_or(1) as f64;
    draw("Flash by target, in bytes", &groups, &scale, &[])
}

/// Instructions of each implementation, by operation, on a logarithmic axis.
pub fn instructions(figures: &[Figure], operations: &[&str]) -> String {
    let mut groups = Vec::new();
    for operation in operations {
        let mut compared: Vec<_> =
            figures.iter().filter(|figure| figure.operation == *operation && figure.target == COMPARED_ON).collect();
        compared.sort_by_key(|figure| figure.instructions);
        if compared.len() < 2 {
            continue;
        }
        let bar = |figure: &&Figure| Bar {
            label: figure.implementation.clone(),
            number: figure.instructions,
            colour: if figure.implementation.starts_with(OWN) { HIGHLIGHT } else { OTHER },
        };
        groups.push(((*operation).to_owned(), compared.iter().map(bar).collect()));
    }
    // From 100,000 to 1,000 million.
    let scale = |number: u64| ((number as f64).log10() - 5.0) / 4.0;
    let marks =
        [(100_000, "100 k"), (1_000_000, "1 M"), (10_000_000, "10 M"), (100_000_000, "100 M"), (1_000_000_000, "1 G")];
    draw("Instructions on a Cortex-M4, logarithmic", &groups, &scale, &marks)
}

fn draw(title: &str, groups: &[(String, Vec<Bar>)], scale: &dyn Fn(u64) -> f64, marks: &[(u64, &str)]) -> String {
    let rows: usize = groups.iter().map(|(_, bars)| bars.len() + 1).sum();
    let height = TOP + rows as f64 * BAR + groups.len() as f64 * GAP + 10.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-size=\"16\" font-weight=\"bold\">{title}</text>\n"
    );
    for (number, text) in marks {
        let x = LEFT + scale(*number) * LENGTH;
        writeln!(svg, "<path d=\"M{x:.1} {TOP}V{height}\" stroke=\"#ddd\"/>").unwrap();
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{text}</text>", TOP - 8.0)
            .unwrap();
    }
    let mut y = TOP;
    for (name, bars) in groups {
        writeln!(svg, "<text x=\"10\" y=\"{}\" font-weight=\"bold\">{name}</text>", y + 12.0).unwrap();
        y += BAR;
        for bar in bars {
            let length = scale(bar.number).clamp(0.0, 1.0) * LENGTH;
            let (base, label, colour) = (y + 12.0, &bar.label, bar.colour);
            writeln!(svg, "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{label}</text>", LEFT - 6.0).unwrap();
            writeln!(
                svg,
                "<rect x=\"{LEFT}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/>",
                y + 2.0,
                BAR - 3.0
            )
            .unwrap();
            writeln!(svg, "<text x=\"{:.1}\" y=\"{base}\">{}</text>", LEFT + length + 5.0, grouped(bar.number))
                .unwrap();
            y += BAR;
        }
        y += GAP;
    }
    svg + "</svg>\n"
}
