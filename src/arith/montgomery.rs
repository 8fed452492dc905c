//! Multiplication and powers modulo an odd number by Montgomery's method, R = 2^(32 n) for a modulus of n limbs.
//!
//! A number has n limbs, hence is less than R, but need not be less than the modulus m unless a comment says so: what a
//! product of two such numbers comes to is less than R + m, and m is taken off where that is R or more.
//!
//! A product goes by blocks of four limbs, or eight, of one factor: the block times the other factor is added to a sum, then as
//! many limbs of the sum, the lowest, are made zero by adding a multiple of m, and dropped. (Coarsely integrated operand scanning
//! of Koc, Acar, Kaliski 1996, with a block in the place of a limb: all of it stays in registers.) So no double-length product
//! is kept, and a factor may come from anywhere, block by block.

use crate::copy::copy;

use super::limbs::{self, Limb, add_masked, double, mask, subtract_masked};

/// What is worth an assembler's while on some processors, as for P-256.
#[cfg_attr(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)), path = "montgomery/umaal.rs")]
#[cfg_attr(all(target_arch = "riscv32", target_feature = "m"), path = "montgomery/riscv.rs")]
#[cfg_attr(
    not(any(
        all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)),
        all(target_arch = "riscv32", target_feature = "m")
    )),
    path = "montgomery/portable.rs"
)]
#[allow(unsafe_code)]
mod leaf;
#[cfg(feature = "compare-leaves")]
#[path = "montgomery/leaves.rs"]
mod leaves;

use leaf::{BLOCK_LEN, Block};

/// By how many limbs the room for a sum is longer than the modulus.
pub const SUM_EXTRA: usize = 5;

/// Bits of the exponent that one multiplication serves.
const WINDOW: u32 = 3;
/// Entries of the table of powers, each as long as the modulus. The power 0 needs none.
pub const TABLE_ENTRIES: usize = (1 << WINDOW) - 1;

/// An odd number with its top bit set, and what reducing by it needs. Its length is a multiple of 8, and not 0; that of all
/// other numbers is the same.
pub struct Modulus<'m> {
    limbs: &'m [Limb],
    /// -limbs^-1 mod 2^32.
    negated_inverse: Limb,
    /// Room for sums: [`SUM_EXTRA`] limbs more than the modulus.
    sum: &'m mut [Limb],
}

/// A number that is taken block by block.
#[derive(Clone, Copy)]
pub enum Factor<'f> {
    /// As long as a modulus.
    Limbs(&'f [Limb]),
    /// A big-endian number; places that have no byte are zero.
    Bytes(&'f [u8]),
}

impl Factor<'_> {
    /// Reads `limbs`, beginning with that limb of the number.
    pub fn read(&self, start: usize, limbs: &mut [Limb]) {
        match self {
            Factor::Limbs(number) => copy(limbs, number.get(start..).unwrap_or_default()),
            Factor::Bytes(bytes) => {
                let end = bytes.len().saturating_sub(start.wrapping_mul(limbs::LIMB_LEN));
                limbs::from_be_bytes(limbs, bytes.get(..end).unwrap_or_default());
            }
        }
    }
}

impl<'m> Modulus<'m> {
    pub fn new(limbs: &'m [Limb], sum: &'m mut [Limb]) -> Self {
        let lowest = limbs.first().copied().unwrap_or(1);
        // Newton's iteration doubles the right bits: an odd number is its own inverse to 3 bits, then 6, 12, 24, 48.
        let mut inverse = lowest;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(Limb::wrapping_sub(2, lowest.wrapping_mul(inverse)));
        }
        Self { limbs, negated_inverse: inverse.wrapping_neg(), sum }
    }

    /// `number = number * factor / R`.
    pub fn multiply(&mut self, number: &mut [Limb], factor: Factor<'_>) {
        self.multiply_blocks(number, |index, block| factor.read(index.wrapping_mul(BLOCK_LEN), block));
    }

    #[inline]
    fn multiply_blocks(&mut self, number: &mut [Limb], fill: impl Fn(usize, &mut Block)) {
        let Self { limbs, negated_inverse, sum } = self;
        // Looked at here, so that the leaves need not.
        if number.len() != limbs.len() || !leaf::is_sum_for(sum, limbs) {
            return;
        }
        leaf::clear(sum);
        let mut block = [0; BLOCK_LEN];
        for index in 0..number.len() / BLOCK_LEN {
            fill(index, &mut block);
            leaf::multiply_step(sum, &block, number, limbs, *negated_inverse);
        }
        leaf::less_overflow(number, sum, limbs);
    }

    /// `number = number^2 / R`, that many times over.
    pub fn square(&mut self, number: &mut [Limb], times: u32) {
        let Self { limbs, negated_inverse, sum } = self;
        // As above.
        if number.len() != limbs.len() || !leaf::is_sum_for(sum, limbs) {
            return;
        }
        for _ in 0..times {
            leaf::clear(sum);
            leaf::square(sum, number, limbs, *negated_inverse);
            leaf::less_overflow(number, sum, limbs);
        }
    }

    /// `number = number / R mod m`, less than m: out of Montgomery form.
    pub fn divide_by_r(&mut self, number: &mut [Limb]) {
        self.multiply(number, Factor::Bytes(&[1]));
        // At most m: number + q m, divided by R, is less than m + 1.
        self.reduce_once(number);
    }

    /// `number = number mod m`, less than m.
    #[inline(never)]
    pub fn reduce_once(&self, number: &mut [Limb]) {
        limbs::reduce_once(number, 0, self.limbs);
    }

    /// `number = number + addend` modulo m, for a number that is less than m.
    pub fn add(&self, number: &mut [Limb], addend: &[Limb]) {
        let carry = add_masked(number, addend, Limb::MAX);
        subtract_masked(number, self.limbs, mask(carry));
    }

    /// `number = number - subtrahend` modulo m.
    pub fn subtract(&self, number: &mut [Limb], subtrahend: &[Limb]) {
        let mut borrow = subtract_masked(number, subtrahend, Limb::MAX);
        // The top bit of m is set: twice m is R or more.
        for _ in 0..2 {
            borrow ^= add_masked(number, self.limbs, mask(borrow));
        }
    }

    /// `number = number * 2 mod m`, both less than m.
    fn double(&self, number: &mut [Limb]) {
        let overflow = double(number);
        limbs::reduce_once(number, overflow, self.limbs);
    }

    /// `number = R mod m`, which is R - m: one in Montgomery form.
    fn one(&self, number: &mut [Limb]) {
        number.fill(0);
        subtract_masked(number, self.limbs, Limb::MAX);
    }

    /// `number = R^2 mod m`, which brings a factor into Montgomery form.
    pub fn square_of_r(&mut self, number: &mut [Limb]) {
        // Doublings multiply R by a power of two, then each squaring doubles its exponent, up to 32 n.
        self.one(number);
        for _ in 0..number.len().wrapping_mul(limbs::LIMB_BITS as usize) >> leaf::SQUARINGS_OF_R {
            self.double(number);
        }
        self.square(number, leaf::SQUARINGS_OF_R);
    }

    /// `number = number^exponent`, in Montgomery form both; the exponent is big-endian bytes, and its length is not secret.
    /// `table` has [`TABLE_ENTRIES`] entries as long as the modulus.
    ///
    /// Each digit costs three squarings, one pass over the whole table and one multiplication, whatever it is.
    #[inline]
    pub fn power(&mut self, number: &mut [Limb], exponent: &[u8], table: &mut [Limb]) {
        self.fill_table(table, number);
        let digits = digits((number.len() as u32).wrapping_mul(limbs::LIMB_BITS));
        self.one(number);
        // One squared is one.
        let mut squarings = 0;
        for index in (0..digits).rev() {
            self.square(number, squarings);
            squarings = WINDOW;
            self.multiply_power(number, table, digit(exponent, index));
        }
    }

    /// `number = number * power / R` by the power of that index, out of a table of the powers 1 to 7.
    #[inline(never)]
    fn multiply_power(&mut self, number: &mut [Limb], table: &[Limb], index: Limb) {
        let m = self.limbs;
        let chosen = leaf::choose(index);
        self.multiply_blocks(number, |index, block| leaf::select(m, table, &chosen, index, block));
    }

    /// The powers 1 to 7 of `number`, which becomes the highest of them.
    fn fill_table(&mut self, table: &mut [Limb], number: &mut [Limb]) {
        let Some((base, mut rest)) = table.split_at_mut_checked(number.len()) else { return };
        copy(base, number);
        while let Some((entry, following)) = rest.split_at_mut_checked(number.len()) {
            self.multiply(number, Factor::Limbs(base));
            copy(entry, number);
            rest = following;
        }
    }

    /// `number = base^exponent mod m`, less than m, for an exponent that is public, odd and not 1.
    pub fn power_public(&mut self, number: &mut [Limb], base: Factor<'_>, exponent: u32) {
        self.square_of_r(number);
        self.multiply(number, base);
        for bit in (0..exponent.checked_ilog2().unwrap_or_default()).rev() {
            self.square(number, 1);
            if exponent >> bit & 1 == 1 {
                // The base is out of Montgomery form, and so is the product: as it is to be, after the last bit.
                self.multiply(number, base);
                self.reduce_once(number);
                if bit > 0 {
                    // No room is taken for the base in Montgomery form: R, which the product is short of, goes in by doubling.
                    // Usual exponents, 3, 17, 65537, never come here.
                    for _ in 0..(number.len() as u32).wrapping_mul(limbs::LIMB_BITS) {
                        self.double(number);
                    }
                }
            }
        }
    }
}

/// `product += number * factor`, where the sum fits into `product`, which has one limb more than both together.
pub fn multiply_accumulate(product: &mut [Limb], number: &[Limb], factor: Factor<'_>) {
    let mut block = [0; BLOCK_LEN];
    for index in 0..number.len() / BLOCK_LEN {
        let start = index.wrapping_mul(BLOCK_LEN);
        let sum = product.get_mut(start..).and_then(|product| product.get_mut(..number.len() + BLOCK_LEN + 1));
        factor.read(start, &mut block);
        leaf::accumulate(sum.unwrap_or_default(), &block, number);
    }
}

/// How many digits cover that many bits, or one more. Not by a division: some cores have none, and here is to be none.
const fn digits(bits: u32) -> u32 {
    const RECIPROCAL: u32 = (1_u32 << 16).div_ceil(WINDOW);
    (bits.wrapping_mul(RECIPROCAL) >> 16).wrapping_add(1)
}

const _: () = assert!(digits(1024) * WINDOW >= 1024 && digits(1536) * WINDOW >= 1536 && digits(2048) * WINDOW >= 2048);

/// The digit of [`WINDOW`] bits with that index, of a big-endian number.
fn digit(number: &[u8], index: u32) -> Limb {
    let bit = index.wrapping_mul(WINDOW);
    let byte = |offset| {
        let from_end = (bit as usize / 8).wrapping_add(offset);
        Limb::from(number.len().checked_sub(from_end).and_then(|at| number.get(at)).copied().unwrap_or_default())
    };
    (byte(2) << 8 | byte(1)) >> (bit % 8) & ((1 << WINDOW) - 1)
}
