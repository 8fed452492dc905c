//! For a test on the processors that have leaves in assembly: whether they compute what those in Rust do.
#![allow(unsafe_code)]

use core::array;

use super::field::{self, Element, P};
use super::point::Affine;
use super::table::{ENTRIES, TABLES};
use super::{Number, ZERO, copy_of, leaf, point, reduce_once};
use crate::arith::limbs::{self, Limb};
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// Compares the leaves on all pairs of edges, then on `rounds` pairs at random; the look-up in tables of edges and in the comb's.
/// Returns 0, or which of the leaves differ: bits 0 to 7 stand for add, subtract, reflect, double, halve, multiply, square and
/// lookup.
#[unsafe(no_mangle)]
pub extern "C" fn jwt_mint_leaves_that_differ(rounds: u32) -> u32 {
    let mut different = 0;
    for a in 0..EDGES {
        for b in 0..EDGES {
            different |= differences(&edge(a), &edge(b));
        }
    }
    let mut random = Random(1);
    for _ in 0..rounds {
        different |= differences(&random.element(), &random.element());
    }
    let mut tables_of_edges = (0..EDGES).step_by(ENTRIES).map(table_of_edges);
    let lookup = tables_of_edges.any(|table| lookups_differ(&table)) || TABLES.iter().any(lookups_differ);
    different | u32::from(lookup) << 7
}

fn table_of_edges(first: u32) -> [Affine; ENTRIES] {
    array::from_fn(|index| {
        let number = first + index as u32;
        Affine { x: edge(number), y: edge(EDGES - 1 - number) }
    })
}

fn lookups_differ(table: &[Affine; ENTRIES]) -> bool {
    (0..).take(ENTRIES).flat_map(|index| [(index, 0), (index, Limb::MAX)]).any(|(index, negated)| {
        let (ours, theirs) = (leaf::lookup(table, index, negated), portable::lookup(table, index, negated));
        (ours.x, ours.y) != (theirs.x, theirs.y)
    })
}

fn differences(a: &Element, b: &Element) -> u32 {
    let in_place = |operation: &dyn Fn(&mut Element, &Element)| {
        let mut result = *a;
        operation(&mut result, b);
        result
    };
    let reflected = |reflect: fn(&mut Element, &mut Element)| {
        let (mut a, mut b) = (*a, *b);
        reflect(&mut a, &mut b);
        (a, b)
    };
    // The last is what nothing remains of.
    let subtrahends = [*a, *b, portable::square(a), portable::multiply(a, b)];
    [
        leaf::add(a, b) != portable::add(a, b) || in_place(&leaf::add_to) != portable::add(a, b),
        leaf::subtract(a, b) != portable::subtract(a, b) || in_place(&leaf::subtract_from) != portable::subtract(a, b),
        reflected(leaf::reflect) != reflected(portable::reflect),
        in_place(&|a, _| leaf::double(a)) != portable::add(a, a),
        in_place(&|a, _| leaf::halve(a)) != in_place(&|a, _| portable::halve(a)),
        leaf::multiply(a, b) != portable::multiply(a, b)
            || in_place(&leaf::multiply_by) != portable::multiply(a, b)
            || subtrahends.iter().any(|c| {
                let expected = portable::multiply_subtract(a, b, c);
                let mut out = *c;
                leaf::subtract_from_product(&mut out, a, b);
                leaf::multiply_subtract(a, b, c) != expected
                    || in_place(&|a, b| leaf::multiply_by_subtract(a, b, c)) != expected
                    || out != expected
            }),
        leaf::square(a) != portable::square(a)
            || in_place(&|a, _| leaf::square_in_place(a)) != portable::square(a)
            || subtrahends.iter().any(|c| leaf::square_subtract(a, c) != portable::square_subtract(a, c)),
    ]
    .iter()
    .zip(0..)
    .fold(0, |different, (&differs, leaf)| different | u32::from(differs) << leaf)
}

const EDGES: u32 = 80;

/// 0 to 3, p - 1 to p - 4, what stands near each multiple of a power of two that starts a limb or ends one, and factors of
/// the greatest sums: ones in the lowest four limbs, and a number close under p whose lowest limbs are those of -p.
fn edge(number: u32) -> Element {
    match number {
        72..76 => return [Limb::MAX, Limb::MAX, Limb::MAX, Limb::MAX - (number & 3), 0, 0, 0, 0],
        76.. => return less(&P, &[(number & 3).wrapping_sub(2), Limb::MAX, Limb::MAX, 1, 0, 0, 0, 0]),
        _ => {}
    }
    let small = [number & 3, 0, 0, 0, 0, 0, 0, 0];
    let shifted = |bit: Limb| {
        let mut shifted = ZERO;
        if let Some(limb) = shifted.get_mut(number as usize / 8 % 8) {
            *limb = bit;
        }
        reduced(&less(&shifted, &small))
    };
    match (number / 64, number & 4) {
        (0, 0) => shifted(1),
        (0, _) => shifted(1 << 31),
        (_, 0) => small,
        _ => less(&P, &[(number & 3) + 1, 0, 0, 0, 0, 0, 0, 0]),
    }
}

/// `a - b` modulo 2^256.
fn less(a: &Number, b: &Number) -> Number {
    let mut difference = *a;
    limbs::subtract_masked(&mut difference, b, Limb::MAX);
    difference
}

/// Less than p, for a number less than 2 p.
fn reduced(number: &Element) -> Element {
    let mut less = *number;
    reduce_once(&mut less, 0, &P);
    less
}

impl Random {
    /// One limb in four is all zeros or all ones.
    fn element(&mut self) -> Element {
        let mut limb = || match self.limb() >> 29 {
            0 => 0,
            1 => Limb::MAX,
            _ => self.limb(),
        };
        reduced(&[(); 8].map(|()| limb()))
    }
}
