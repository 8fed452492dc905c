//! u1 G + u2 Q for a signature's check. Everything here is public.
//!
//! One run of doublings serves both: u2 goes in as odd digits of a sliding window over its signed bits (Okeya,
//! Schmidt-Samoa, Spahn, Takagi, "Signed binary representations revisited", 2004), u1 in the last doublings as the comb's
//! columns.

use super::comb::{COLUMNS, Digits};
use super::field::{self, multiply, multiply_by, square};
use super::point::{Affine, INFINITY, Point, scale};
use super::scalar::Scalar;
use super::{Number, ZERO, copy_of, is_zero};

/// Bits of a window.
const WINDOW: u32 = 4;
/// Odd multiples of Q: 1, 3, 5, 7.
const ENTRIES: usize = 1 << (WINDOW - 2);

/// Odd multiples of Q: Q, 3 Q, ..
pub struct Multiples {
    table: [Affine; ENTRIES],
}

impl Multiples {
    pub const NONE: Self = Self { table: [Affine { x: ZERO, y: ZERO }; ENTRIES] };

    /// Those of a point that is not infinity, which `load` writes in its place; whether it does.
    pub fn load(&mut self, load: impl FnOnce(&mut Affine) -> bool) -> bool {
        let loaded = load(&mut self.table[0]);
        if loaded {
            fill_odd_multiples(&mut self.table);
        }
        loaded
    }
}

/// u1 G + u2 Q
#[inline(never)]
pub fn multiply_add_public(u1: &Scalar, u2: &Scalar, Multiples { table }: &Multiples) -> Point {
    let digits = (!is_zero(u1)).then(|| Digits::new(u1));
    let mut windows = Windows { scalar: u2, digit: 0, position: None };
    let mut sum = INFINITY;
    for position in (0..=256).rev() {
        sum.double();
        if let Some(digit) = windows.at(position) {
            add_multiple(&mut sum, table, digit);
        }
        let Some(digits) = digits.as_ref().filter(|_| (position as usize) < COLUMNS) else { continue };
        for table in [1, 0] {
            digits.get(position as usize, table).add_public(&mut sum);
        }
    }
    sum
}

/// Fills in behind q its odd multiples 3 q, 5 q, .., at the cost of one inversion.
///
/// 2 q has a z; on the isomorphic curve where that is 1, it is added to q again and again. Each sum's z is the one before
/// times the difference in x, so that going back each inverse of a z gives the one before.
#[inline(never)]
fn fill_odd_multiples(table: &mut [Affine; ENTRIES]) {
    let [q, multiples @ ..] = table;
    let mut twice = q.to_point();
    twice.double();
    let mut sum = q.to_point();
    scale(&mut sum.x, &mut sum.y, &twice.z);
    let mut runs = [ZERO; ENTRIES - 1];
    for (multiple, run) in multiples.iter_mut().zip(&mut runs) {
        let mut rise = square(&sum.z);
        *run = sum.run(&rise, &twice.x);
        sum.rise(&mut rise, &twice.y);
        sum.add_with(&mut copy_of(run), &rise);
        (multiple.x, multiple.y) = (sum.x, sum.y);
    }
    let mut inverse = field::invert(&multiply(&sum.z, &twice.z));
    for (multiple, run) in multiples.iter_mut().zip(&runs).rev() {
        scale(&mut multiple.x, &mut multiple.y, &inverse);
        multiply_by(&mut inverse, run);
    }
}

/// Adds `digit` times Q, for an odd digit.
fn add_multiple(sum: &mut Point, table: &[Affine; ENTRIES], digit: i32) {
    if let Some(entry) = table.get(digit.unsigned_abs() as usize / 2) {
        sum.add_public(entry, digit < 0);
    }
}

/// A scalar cut into odd digits between -2^(WINDOW - 1) and 2^(WINDOW - 1).
struct Windows<'s> {
    scalar: &'s Number,
    /// The digit of the window at hand, and where it is to be added.
    digit: i32,
    position: Option<u32>,
}

impl Windows<'_> {
    /// The digit that is to be added where 2^position has its turn; asked for from the highest position to the lowest.
    ///
    /// 2 k - k has the signed bits k[i - 1] - k[i]. A window starts at one that is not 0.
    fn at(&mut self, position: u32) -> Option<i32> {
        if self.position.is_none() && self.bit(position) != self.bit(position.wrapping_sub(1)) {
            // As many signed bits as there are below, of which the value is that of the bits, with the highest negative.
            let lowest = position.saturating_sub(WINDOW - 1);
            let bits = (lowest..=position).rev().fold(0, |bits, at| bits << 1 | self.bit(at));
            let digit = bits + self.bit(lowest.wrapping_sub(1)) - (self.bit(position) << (position - lowest + 1));
            let zeros = digit.trailing_zeros();
            self.digit = digit >> zeros;
            self.position = Some(lowest + zeros);
        }
        (self.position == Some(position)).then(|| {
            self.position = None;
            self.digit
        })
    }

    /// 0 where there is no such bit.
    fn bit(&self, position: u32) -> i32 {
        let limb = self.scalar.get(position as usize / 32).copied().unwrap_or_default();
        (limb >> (position % 32) & 1) as i32
    }
}
