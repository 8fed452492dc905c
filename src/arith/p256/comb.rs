//! Multiples of the generator by a comb (Lim, Lee, "More flexible exponentiation with precomputation", 1994) of two tables,
//! with digits that are never 0 (Hedabou, Pinel, Beneteau, "Countermeasures for preventing comb method against SCA
//! attacks", 2005).
//!
//! An odd scalar is a sum of 260 powers of two, each added or subtracted. The power 2^i belongs to column i mod 26, and
//! there to table (i / 26) mod 2. So a column has two digits, each a sum of five powers with signs of their own: half of
//! those sums are in the table, the other half are their negatives. Column by column, the highest first, the sum is doubled
//! and both digits are added.
//!
//! # Why no addition meets its exceptions
//!
//! Let a G be the sum, and e G the entry to be added: a and e must not be equal nor opposite modulo n, nor a be 0.
//!
//! - Not as integers. A digit e0 of table 0 is odd, a digit e1 of table 1 is an odd multiple of 2^26. So after each column
//!   the sum is odd; doubled, it is an odd multiple of 2, which is neither 0 nor +-e1; and that plus e1 is even, which e0 is
//!   not. In the highest column e0 is added to e1 alone.
//! - Not by a multiple of n. The scalar s is less than n, and all that the lower columns add is less than 2^235. So before
//!   the lowest column |a| is less than n/2 + 2^235, and |a| + |e| less than n. In the lowest column a + e1 + e0 = s, so
//!   that an exception means s = j n + 2 e1 + e0, j n + e0, j n + e1 or j n + 2 e0, for digits that are those of s. A test goes
//!   through all pairs of digits, and none of the s that come of them has them.

use super::point::{Affine, Point};
use super::scalar::{self, Scalar};
use super::table::{ENTRIES, TABLES};
use super::{leaf, select};
use crate::arith::limbs::{Limb, mask};

/// Powers of two in a digit.
const TEETH: usize = 5;
pub const COLUMNS: usize = 26;

/// `scalar` times the generator, for a scalar that is not 0.
#[inline(never)]
pub fn multiply_generator(scalar: &Scalar) -> Point {
    let digits = Digits::new(scalar);
    let mut sum = digits.get(COLUMNS - 1, 1).select().to_point();
    sum.add_distinct(&digits.get(COLUMNS - 1, 0).select());
    for column in (0..COLUMNS - 1).rev() {
        sum.double();
        for table in [1, 0] {
            sum.add_distinct(&digits.get(column, table).select());
        }
    }
    sum
}

/// A scalar as digits.
pub struct Digits {
    /// Bit i + 1 says whether 2^i is added (1) or subtracted (0).
    signs: [Limb; 9],
    /// All ones where the digits are those of the negated scalar.
    negated: Limb,
}

/// A digit.
pub struct Digit {
    table: usize,
    index: Limb,
    /// All ones where it is the negative of the entry.
    negated: Limb,
}

impl Digits {
    /// Of a scalar that is not 0: n is odd, so that either the scalar or its negative is.
    pub fn new(scalar: &Scalar) -> Self {
        let [lowest, ..] = *scalar;
        let negated = mask(1 ^ (lowest & 1));
        let [s0, s1, s2, s3, s4, s5, s6, s7] = select(scalar, &scalar::negate(scalar), negated);
        // Powers with signs sum up to s where the signs are the bits of (s + 2^260) / 2.
        Self { signs: [s0, s1, s2, s3, s4, s5, s6, s7, 1 << 4], negated }
    }

    pub fn get(&self, column: usize, table: usize) -> Digit {
        let bit = |tooth: usize| {
            let position = column + COLUMNS * (2 * tooth + table) + 1;
            self.signs.get(position / 32).copied().unwrap_or_default() >> (position % 32) & 1
        };
        let index = (0..TEETH - 1).fold(0, |index, tooth| index | bit(tooth) << tooth);
        // The entries have the highest power added.
        let subtracted = mask(1 ^ bit(TEETH - 1));
        Digit { table, index: (index ^ subtracted) & (ENTRIES as Limb - 1), negated: subtracted ^ self.negated }
    }
}

impl Digit {
    /// The multiple of the generator, by reading the whole table.
    #[inline(never)]
    pub fn select(&self) -> Affine {
        let Some(table) = TABLES.get(self.table) else { return Affine { x: super::ZERO, y: super::ZERO } };
        leaf::lookup(table, self.index, self.negated)
    }

    /// Adds the multiple of the generator, found by its index.
    pub fn add_public(&self, sum: &mut Point) {
        if let Some(entry) = TABLES.get(self.table).and_then(|table| table.get(self.index as usize)) {
            sum.add_public(entry, self.negated != 0);
        }
    }
}
