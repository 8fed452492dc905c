//! Multiplication and powers modulo an odd number by Montgomery's method, R = 2^(32 n) for a modulus of n limbs.
//!
//! A number has n limbs, hence is less than R, but need not be less than the modulus m unless a comment says so: what a
//! product of two such numbers comes to is less than R + m, and m is taken off where that is R or more.
//!
//! A product goes by blocks of four limbs, or eight, of one factor: the block times the other factor is added to a sum, then as
//! many limbs of the sum, the lowest, are made zero by adding a multiple of m, and dropped. (Coarsely integrated operand scanning
//! of Koc, Acar, Kaliski 1996, with a block in the place of a limb.) So no double-length product
//! is kept, and a factor may come from anywhere, block by block.

use crate::copy::copy;

use super::limbs::{self, Limb, add_masked, mask, subtract_masked};

/// What is worth an assembler's while on some processors, as for P-256.
#[cfg_attr(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)), path = "montgomery/umaal.rs")]
#[cfg_attr(
    all(target_arch = "arm", target_os = "none", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull))),
    path = "montgomery/thumb1.rs"
)]
#[cfg_attr(all(target_arch = "riscv32", target_feature = "m"), path = "montgomery/riscv.rs")]
#[cfg_attr(
    not(any(
        all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)),
        all(target_arch = "arm", target_os = "none", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull))),
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

/// A number that products, sums and powers are gathered in, and the modulus: an odd number with its top bit set. Their length is a
/// multiple of 8, and not 0; that of all other numbers is the same.
pub struct Accumulator<'a> {
    pub number: &'a mut [Limb],
    modulus: &'a [Limb],
    /// -modulus^-1 mod 2^32.
    negated_inverse: Limb,
    /// Room for sums: [`SUM_EXTRA`] limbs more than the modulus.
    sum: &'a mut [Limb],
}

/// Number, modulus, its negated inverse, and the room for sums.
type Parts<'p> = (&'p mut [Limb], &'p [Limb], Limb, &'p mut [Limb]);

/// A number that is taken block by block.
#[derive(Clone, Copy)]
pub enum Factor<'f> {
    /// As long as a modulus.
    Limbs(&'f [Limb]),
    /// A big-endian number; places that have no byte are zero.
    Bytes(&'f [u8]),
}

impl Factor<'_> {
    #[inline(never)]
    fn read_block(&self, index: usize, block: &mut Block) {
        let start = index.wrapping_mul(BLOCK_LEN);
        match self {
            Factor::Limbs(number) => copy(block, number.get(start..).unwrap_or_default()),
            Factor::Bytes(bytes) => {
                let end = bytes.len().saturating_sub(index.wrapping_mul(size_of::<Block>()));
                limbs::from_be_bytes(block, bytes.get(..end).unwrap_or_default());
            }
        }
    }
}

impl<'a> Accumulator<'a> {
    pub fn new(number: &'a mut [Limb], modulus: &'a [Limb], sum: &'a mut [Limb]) -> Self {
        let lowest = modulus.first().copied().unwrap_or(1);
        Self { number, modulus, negated_inverse: negated_inverse(lowest), sum }
    }

    /// `number = factor`
    pub fn set(&mut self, factor: Factor<'_>) {
        for (index, block) in self.number.as_chunks_mut().0.iter_mut().enumerate() {
            factor.read_block(index, block);
        }
    }

    /// Whether `number` is less than m.
    pub fn is_reduced(&self) -> bool {
        limbs::borrow(self.number, self.modulus) == 1
    }

    /// `number = number * factor / R`.
    #[inline(never)]
    pub fn multiply(&mut self, factor: Factor<'_>) {
        self.multiply_blocks(|_, index, block| factor.read_block(index, block));
    }

    #[inline]
    fn multiply_blocks(&mut self, fill: impl Fn(&[Limb], usize, &mut Block)) {
        let Some((number, m, negated_inverse, sum)) = self.parts() else { return };
        leaf::clear(sum);
        let mut block = [0; BLOCK_LEN];
        for index in 0..number.len() / BLOCK_LEN {
            fill(m, index, &mut block);
            leaf::multiply_step(sum, &block, number, m, negated_inverse);
        }
        leaf::less_overflow(number, sum, m);
    }

    /// `number = number^2 / R`, that many times over.
    #[inline(never)]
    pub fn square(&mut self, times: u32) {
        let Some((number, m, negated_inverse, sum)) = self.parts() else { return };
        for _ in 0..times {
            leaf::clear(sum);
            leaf::square(sum, number, m, negated_inverse);
            leaf::less_overflow(number, sum, m);
        }
    }

    /// The number, the modulus, what it is reduced with, and the sum. Their lengths are looked at here, so that the leaves need not.
    #[inline(always)]
    fn parts(&mut self) -> Option<Parts<'_>> {
        let (number, m, sum) = (&mut *self.number, self.modulus, &mut *self.sum);
        if m.len() != number.len() || !leaf::is_sum_for(sum, number) {
            return None;
        }
        Some((number, m, self.negated_inverse, sum))
    }

    /// `number = number / R mod m`, less than m: out of Montgomery form.
    pub fn divide_by_r(&mut self) {
        self.multiply(Factor::Bytes(&[1]));
        // At most m: number + q m, divided by R, is less than m + 1.
        self.reduce_once();
    }

    /// `number = number mod m`, less than m.
    #[inline(never)]
    pub fn reduce_once(&mut self) {
        limbs::reduce_once(self.number, 0, self.modulus);
    }

    /// `number = number + addend` modulo m, for a number that is less than m.
    pub fn add(&mut self, addend: &[Limb]) {
        let carry = add_masked(self.number, addend, Limb::MAX);
        subtract_masked(self.number, self.modulus, mask(carry));
    }

    /// `number = number - subtrahend` modulo m.
    pub fn subtract(&mut self, subtrahend: &[Limb]) {
        let mut borrow = subtract_masked(self.number, subtrahend, Limb::MAX);
        // The top bit of m is set: twice m is R or more.
        for _ in 0..2 {
            borrow ^= add_masked(self.number, self.modulus, mask(borrow));
        }
    }

    /// `number = R mod m`, which is R - m: one in Montgomery form.
    fn set_one(&mut self) {
        self.number.fill(0);
        subtract_masked(self.number, self.modulus, Limb::MAX);
    }

    /// `number = number * 2^times mod m`, for a number less than m.
    fn double(&mut self, times: usize) {
        for _ in 0..times {
            double(self.number, 0, self.modulus);
        }
    }

    /// `number = R^2 mod m`, which brings a factor into Montgomery form.
    #[inline(never)]
    pub fn set_square_of_r(&mut self) {
        // Doublings multiply R by a power of two, then each squaring doubles its exponent, up to 32 n.
        self.set_one();
        self.double(self.number.len().wrapping_mul(limbs::LIMB_BITS as usize) >> leaf::SQUARINGS_OF_R);
        self.square(leaf::SQUARINGS_OF_R);
    }

    /// `number = number^exponent`, in Montgomery form both; the exponent is big-endian bytes, and its length is not secret.
    /// `table` has [`TABLE_ENTRIES`] entries as long as the modulus.
    ///
    /// Each digit costs three squarings, one pass over the whole table and one multiplication, whatever it is.
    #[inline]
    pub fn power(&mut self, exponent: &[u8], table: &mut [Limb]) {
        self.fill_table(table);
        let digits = digits((self.number.len() as u32).wrapping_mul(limbs::LIMB_BITS));
        self.set_one();
        // One squared is one.
        let mut squarings = 0;
        for index in (0..digits).rev() {
            self.square(squarings);
            squarings = WINDOW;
            self.multiply_power(table, digit(exponent, index));
        }
    }

    /// `number = number * power / R` by the power of that index, out of a table of the powers 1 to 7.
    #[inline(never)]
    fn multiply_power(&mut self, table: &[Limb], index: Limb) {
        let chosen = leaf::choose(index);
        self.multiply_blocks(|m, index, block| leaf::select(m, table, &chosen, index, block));
    }

    /// The powers 1 to 7 of `number`, which becomes the highest of them.
    fn fill_table(&mut self, table: &mut [Limb]) {
        let Some((base, mut rest)) = table.split_at_mut_checked(self.number.len()) else { return };
        copy(base, self.number);
        for _ in 1..TABLE_ENTRIES {
            let Some((entry, following)) = rest.split_at_mut_checked(self.number.len()) else { return };
            self.multiply(Factor::Limbs(base));
            copy(entry, self.number);
            rest = following;
        }
    }

    /// `number = base^exponent mod m`, less than m, for an exponent that is public, odd and not 1.
    pub fn set_power_public(&mut self, base: Factor<'_>, exponent: u32) {
        self.set_square_of_r();
        self.multiply(base);
        for bit in (0..(exponent | 1).ilog2()).rev() {
            self.square(1);
            if exponent >> bit & 1 == 1 {
                // The base is out of Montgomery form, and so is the product: as it is to be, after the last bit.
                self.multiply(base);
                self.reduce_once();
                if bit > 0 {
                    // No room is taken for the base in Montgomery form: R, which the product is short of, goes in by doubling.
                    // Usual exponents, 3, 17, 65537, never come here.
                    self.double(self.number.len().wrapping_mul(limbs::LIMB_BITS as usize));
                }
            }
        }
    }
}

/// -a^-1 mod 2^32 of an odd a.
#[inline(never)]
const fn negated_inverse(a: Limb) -> Limb {
    // Newton's iteration doubles the right bits: an odd number is its own inverse to 3 bits, then 6, 12, 24, 48.
    let (mut inverse, mut step) = (a, 0);
    while step < 4 {
        inverse = inverse.wrapping_mul(Limb::wrapping_sub(2, a.wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
}

/// `number = (number * 2 + bit) mod m`, for a number less than m.
#[inline(never)]
pub fn double(number: &mut [Limb], bit: Limb, m: &[Limb]) {
    let overflow = limbs::double(number);
    if let Some(lowest) = number.first_mut() {
        *lowest |= bit;
    }
    limbs::reduce_once(number, overflow, m);
}

/// `product += number * factor`, where the sum fits into `product`, which has one limb more than both together.
pub fn multiply_accumulate(product: &mut [Limb], number: &[Limb], factor: Factor<'_>) {
    let mut block = [0; BLOCK_LEN];
    for index in 0..number.len() / BLOCK_LEN {
        let start = index.wrapping_mul(BLOCK_LEN);
        factor.read_block(index, &mut block);
        if let Some(sum) = product.get_mut(start..start.wrapping_add(number.len() + BLOCK_LEN + 1)) {
            leaf::accumulate(sum, &block, number);
        }
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
