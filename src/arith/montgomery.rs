//! Multiplication and powers modulo an odd number by Montgomery's method, R = 2^(32 n) for a modulus of n limbs.
//!
//! Every number is less than the modulus, unless a comment says otherwise. The modulus has its top bit set.

use crate::copy::copy;

use super::limbs::{
    LIMB_BITS, Limb, Wide, add_masked, double, mask, mask_equal, multiply_add, reduce_once, subtract_masked,
};

/// Bits of the exponent that one multiplication serves.
const WINDOW: u32 = 4;
/// Entries of the table of powers, each as long as the modulus.
pub const TABLE_ENTRIES: usize = 1 << WINDOW;

/// An odd number with its top bit set, and what reducing by it needs.
pub struct Modulus<'m> {
    limbs: &'m [Limb],
    /// -limbs^-1 mod 2^32.
    negated_inverse: Limb,
}

impl<'m> Modulus<'m> {
    pub fn new(limbs: &'m [Limb]) -> Self {
        let lowest = limbs.first().copied().unwrap_or(1);
        // Newton's iteration doubles the right bits: an odd number is its own inverse to 3 bits, then 6, 12, 24, 48.
        let mut inverse = lowest;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(Limb::wrapping_sub(2, lowest.wrapping_mul(inverse)));
        }
        Self { limbs, negated_inverse: inverse.wrapping_neg() }
    }

    /// `out = a * b / R mod m`. The product of `a` and `b` must be less than `m * R`.
    ///
    /// Row by row (coarsely integrated operand scanning: Koc, Acar, Kaliski 1996), so no double-length product is kept.
    pub fn multiply(&self, out: &mut [Limb], a: &[Limb], b: &[Limb]) {
        out.fill(0);
        let mut overflow = 0;
        for &a in a {
            overflow = self.multiply_row(out, a, b, overflow);
        }
        reduce_once(out, overflow, self.limbs);
    }

    /// `out = (out + a * b + q * m) / 2^32`, with the q that makes it a whole number.
    #[inline]
    fn multiply_row(&self, out: &mut [Limb], a: Limb, b: &[Limb], overflow: Limb) -> Limb {
        let mut limbs = out.iter_mut().zip(b.iter().zip(self.limbs));
        let Some((mut previous, (&b0, &m0))) = limbs.next() else { return 0 };
        let (sum, mut carry) = multiply_add(*previous, a, b0, 0);
        let q = sum.wrapping_mul(self.negated_inverse);
        let (_, mut carry_q) = multiply_add(sum, q, m0, 0);
        for (limb, (&b, &m)) in limbs {
            let sum;
            (sum, carry) = multiply_add(*limb, a, b, carry);
            (*previous, carry_q) = multiply_add(sum, q, m, carry_q);
            previous = limb;
        }
        let top = Wide::from(overflow) + Wide::from(carry) + Wide::from(carry_q);
        *previous = top as Limb;
        (top >> LIMB_BITS) as Limb
    }

    /// `a = (a + b) mod m`.
    pub fn add(&self, a: &mut [Limb], b: &[Limb]) {
        let overflow = add_masked(a, b, Limb::MAX);
        reduce_once(a, overflow, self.limbs);
    }

    /// `a = (a - b) mod m`.
    pub fn subtract(&self, a: &mut [Limb], b: &[Limb]) {
        let borrow = subtract_masked(a, b, Limb::MAX);
        add_masked(a, self.limbs, mask(borrow));
    }

    /// `out = R mod m`: one, in Montgomery form.
    pub fn one(&self, out: &mut [Limb]) {
        out.fill(0);
        subtract_masked(out, self.limbs, Limb::MAX);
    }

    /// `out = R^2 mod m`, which brings a number into Montgomery form. `scratch` is as long as the modulus.
    pub fn square_of_r(&self, out: &mut [Limb], scratch: &mut [Limb]) {
        // From R to R * 2^d by d doublings, then each squaring doubles the exponent of 2 until it is that of R.
        let bits = (self.limbs.len() as u32).wrapping_mul(LIMB_BITS);
        let squarings = bits.trailing_zeros();
        self.one(out);
        for _ in 0..bits.checked_shr(squarings).unwrap_or_default() {
            let overflow = double(out);
            reduce_once(out, overflow, self.limbs);
        }
        for _ in 0..squarings {
            self.multiply(scratch, out, out);
            copy(out, scratch);
        }
    }

    /// `out = base^exponent`, in Montgomery form both; the exponent is big-endian bytes, and its length is not secret.
    /// `table` has [`TABLE_ENTRIES`] entries as long as the modulus; `square` and `factor` are as long as the modulus.
    ///
    /// Each window costs four squarings, one pass over the whole table and one multiplication, whatever its digit is.
    pub fn power(
        &self,
        out: &mut [Limb],
        base: &[Limb],
        exponent: impl Iterator<Item = u8>,
        table: &mut [Limb],
        (square, factor): (&mut [Limb], &mut [Limb]),
    ) {
        self.fill_table(table, base);
        self.one(out);
        for byte in exponent {
            for digit in [byte >> WINDOW, byte & 0xf] {
                for _ in 0..WINDOW / 2 {
                    self.multiply(square, out, out);
                    self.multiply(out, square, square);
                }
                self.select(factor, table, Limb::from(digit));
                self.multiply(square, out, factor);
                copy(out, square);
            }
        }
    }

    /// The powers 0 to 15 of `base`.
    fn fill_table(&self, table: &mut [Limb], base: &[Limb]) {
        let len = self.limbs.len();
        let Some((mut previous, mut rest)) = table.split_at_mut_checked(len) else { return };
        self.one(previous);
        for _ in 1..TABLE_ENTRIES {
            let Some((entry, following)) = rest.split_at_mut_checked(len) else { return };
            self.multiply(entry, previous, base);
            (previous, rest) = (entry, following);
        }
    }

    /// `out = table[index]`, reading every entry.
    fn select(&self, out: &mut [Limb], table: &[Limb], index: Limb) {
        out.fill(0);
        let mut rest = table;
        for position in 0..TABLE_ENTRIES as Limb {
            let Some((entry, following)) = rest.split_at_checked(self.limbs.len()) else { return };
            let chosen = mask_equal(position, index);
            for (limb, &candidate) in out.iter_mut().zip(entry) {
                *limb |= candidate & chosen;
            }
            rest = following;
        }
    }

    /// `out = base^exponent` in Montgomery form, for an exponent that is public and not 0.
    pub fn power_public(&self, out: &mut [Limb], base: &[Limb], exponent: u32, square: &mut [Limb]) {
        copy(out, base);
        for bit in (0..exponent.checked_ilog2().unwrap_or_default()).rev() {
            self.multiply(square, out, out);
            if exponent >> bit & 1 == 1 {
                self.multiply(out, square, base);
            } else {
                copy(out, square);
            }
        }
    }
}
