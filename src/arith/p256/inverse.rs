//! Modular inversion by division steps (Bernstein, Yang: "Fast constant-time gcd computation and modular inversion", 2019),
//! in the variant that starts at delta = 1/2, for which 590 steps suffice for 256 bits (Wuille, "Bounds on divsteps
//! iterations in safegcd", 2021). 30 steps at a time work on the lowest digits alone; their product, a matrix, is then
//! applied to the whole numbers.

/// The compiler of a release channel does not tell which processors multiply two limbs in one time, so
/// `--cfg jwt_mint_umull`, and what says more, can.
#[cfg_attr(
    all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull)),
    path = "inverse/smlal.rs"
)]
#[cfg_attr(
    not(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull))),
    path = "inverse/portable.rs"
)]
#[allow(unsafe_code)]
mod leaf;
#[cfg(feature = "compare-leaves")]
#[path = "inverse/leaves.rs"]
mod leaves;

use super::{Limb, Number, ONE, ZERO};
use crate::arith::limbs::{LIMB_BITS, add_limb, add_masked, mask, subtract_limb};

/// Steps of a batch.
const BITS: u32 = 30;
/// 600 steps.
const BATCHES: usize = 20;
/// Digits of a number that is as long as the modulus.
const LEN: usize = 9;

/// Two numbers, digit by digit, the lowest first. A digit is signed, and from minus a half of the base to less than a half, so
/// that it is multiplied as it is, and what it leaves of a sum is the lower word of that.
type Pair = [[i32; 2]; LEN];

/// An odd number of 256 bits.
#[repr(C)]
pub struct Modulus {
    /// -1 over it modulo 2^32.
    negated_inverse: Limb,
    /// To the base 2^32.
    digits: [i32; LEN],
    number: Number,
    /// What e is at first: the power of two that an inverse is to have as its factor, and the one that [`BATCHES`] divide by.
    start: [i32; LEN],
}

impl Modulus {
    /// Of inverses times 2^`exponent`.
    pub const fn new(number: &Number, exponent: usize) -> Self {
        let lowest = number[0];
        // Right modulo 2^3, and with each turn in twice the bits.
        let (mut inverse, mut turn) = (lowest, 0);
        while turn < 4 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(lowest.wrapping_mul(inverse)));
            turn += 1;
        }
        let start = digits(&power_of_two(exponent + 2 * BATCHES, number));
        Self { negated_inverse: inverse.wrapping_neg(), digits: digits(number), number: *number, start }
    }
}

/// To the base 2^32.
const fn digits(number: &Number) -> [i32; LEN] {
    let (mut digits, mut carry, mut index) = ([0; LEN], 0, 0);
    while index < number.len() {
        let (word, overflow) = add_limb(number[index], carry, 0);
        digits[index] = word as i32;
        carry = word >> (LIMB_BITS - 1) | overflow;
        index += 1;
    }
    digits[LEN - 1] = carry as i32;
    digits
}

const fn power_of_two(exponent: usize, modulus: &Number) -> Number {
    let (mut power, mut doublings) = (ONE, 0);
    while doublings < exponent {
        let (mut double, mut less, mut carry, mut borrow, mut index) = (ZERO, ZERO, 0, 0, 0);
        while index < power.len() {
            (double[index], carry) = add_limb(power[index], power[index], carry);
            (less[index], borrow) = subtract_limb(double[index], modulus[index], borrow);
            index += 1;
        }
        power = if borrow > carry { double } else { less };
        doublings += 1;
    }
    power
}

/// What the division steps change.
#[repr(C)]
struct Division {
    /// -(delta + 1/2)
    zeta: i32,
    /// f and g, to the base 2^30, the digits times 4: so they end at bit 32 as well.
    fg: Pair,
    /// d and e, to the base 2^32: d a = f and e a = g, up to a power of two, modulo the modulus.
    de: Pair,
}

/// `a^-1` times a power of two, modulo the modulus; 0 of 0.
#[inline(never)]
pub fn invert(a: &Number, modulus: &Modulus) -> Number {
    let mut division = Division { zeta: -1, fg: [[0; 2]; LEN], de: [[0; 2]; LEN] };
    let Division { fg, de, .. } = &mut division;
    write_digits(fg, 0, &modulus.number);
    write_digits(fg, 1, a);
    for ([_, e], &digit) in de.iter_mut().zip(&modulus.start) {
        *e = digit;
    }
    // A batch divides f and g by 2^30, and d and e by 2^32.
    for batch in 0..BATCHES {
        leaf::divide(&mut division, modulus, fg_len(batch));
    }
    // g is 0 and f is 1 or -1, or a was 0 and so is d. Either way the absolute value of d is less than the modulus.
    let Division { fg, de, .. } = &division;
    let negates = fg[0][0] >> 31;
    let (mut inverse, mut sum) = (ZERO, 0);
    let mut digits = de.iter().map(|&[digit, _]| i64::from(digit ^ negates) - i64::from(negates));
    for (word, digit) in inverse.iter_mut().zip(&mut digits) {
        sum += digit;
        *word = sum as Limb;
        sum >>= LIMB_BITS;
    }
    sum += digits.next().unwrap_or_default();
    add_masked(&mut inverse, &modulus.number, mask(sum as Limb >> 31));
    inverse
}

/// How many digits f and g have before a batch.
///
/// As many as the modulus, but no more than the steps to come can make 1 and 0 of: with the matrix of k steps, [[u, v], [q, r]]
/// / 2^k, whose determinant is 2^-k, what becomes 1 and 0 is (r, -q). Their absolute values add up to 2^k at most, of 30
/// steps to one digit more, because digits are signed.
const fn fg_len(batch: usize) -> usize {
    let needed = BATCHES - batch + 1;
    if needed < LEN { needed } else { LEN }
}

/// Writes a number into one place of all pairs, as the digits of f and g are.
fn write_digits(pair: &mut Pair, place: usize, number: &Number) {
    let (mut words, mut below, mut carry) = (number.iter(), 0, 0);
    for (index, digits) in pair.iter_mut().enumerate() {
        let word = words.next().copied().unwrap_or_default();
        // The lowest 2 `index` bits of the 30 are the highest of the word below.
        let bits = (word << (2 * index) | below >> 1 >> (31 - 2 * index)) & ((1 << BITS) - 1);
        let digit = bits + carry;
        if let Some(to) = digits.get_mut(place) {
            *to = (digit << 2) as i32;
        }
        carry = (digit + (1 << (BITS - 1))) >> BITS;
        below = word;
    }
}
