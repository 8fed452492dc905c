//! Modular inversion by division steps (Bernstein, Yang: "Fast constant-time gcd computation and modular inversion", 2019),
//! in the variant that starts at delta = 1/2, for which 590 steps suffice for 256 bits (Wuille, "Bounds on divsteps
//! iterations in safegcd", 2021). 30 steps at a time work on the lowest limbs alone; their product, a matrix, is then
//! applied to the whole numbers.

use super::{Limb, Number, ZERO};
use crate::arith::barrier::opaque;
use crate::arith::limbs::{mask, multiply_signed};

const BITS: u32 = 30;
const LOW: i32 = (1 << BITS) - 1;
/// 600 steps.
const BATCHES: u32 = 20;

/// A signed number: limbs of 30 bits, of which the highest carries the sign.
type Signed = [i32; 9];
/// Two signed numbers, limb by limb.
type Pair = [[i32; 2]; 9];

/// An odd number of 256 bits.
pub struct Modulus {
    limbs: Signed,
    /// Its inverse modulo 2^30.
    inverse: i32,
}

impl Modulus {
    /// `inverse` is that modulo 2^30.
    pub const fn new(number: &Number, inverse: u32) -> Self {
        let (mut limbs, mut below) = ([0; 9], 0);
        let mut index = 0;
        while index < limbs.len() {
            let word = if index < number.len() { number[index] } else { 0 };
            limbs[index] = limb(index, word, below);
            below = word;
            index += 1;
        }
        Self { limbs, inverse: inverse as i32 }
    }
}

/// What a batch of division steps does to f and g: 2^-30 times (u f + v g, q f + r g).
struct Matrix {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// `a^-1` modulo the modulus; 0 of 0.
#[inline(never)]
pub fn invert(a: &Number, modulus: &Modulus) -> Number {
    // d a = f and e a = g, up to a power of two, modulo the modulus; at the end g = 0 and f is 1 or -1.
    let (mut fg, mut de): (Pair, Pair) = ([[0; 2]; 9], [[0; 2]; 9]);
    let (mut words, mut below) = (a.iter(), 0);
    for (index, (pair, &f)) in fg.iter_mut().zip(&modulus.limbs).enumerate() {
        let word = words.next().copied().unwrap_or_default();
        *pair = [f, limb(index, word, below)];
        below = word;
    }
    de[0][1] = 1;
    let mut zeta = -1;
    for _ in 0..BATCHES {
        let matrix;
        (zeta, matrix) = divide(zeta, fg[0]);
        let multiples = cancelling_multiples(&matrix, &de, modulus.inverse);
        apply(&matrix, &mut fg, modulus, [0; 2]);
        apply(&matrix, &mut de, modulus, multiples);
    }
    // d lies between -2 and 1 times the modulus.
    let is_negative = |a: &Pair| mask(a[8][0] as Limb >> 31) as i32;
    let sign = is_negative(&de);
    adjust(&mut de, 0, sign, modulus);
    adjust(&mut de, is_negative(&fg), 0, modulus);
    let sign = is_negative(&de);
    adjust(&mut de, 0, sign, modulus);
    let (mut inverse, mut limbs) = (ZERO, de.iter().map(|&[limb, _]| limb as Limb));
    let mut low = limbs.next().unwrap_or_default();
    for (index, (word, high)) in inverse.iter_mut().zip(limbs).enumerate() {
        *word = low >> (2 * index) | high << (30 - 2 * index);
        low = high;
    }
    inverse
}

/// The limb of 30 bits at `index`: its lowest 2 `index` bits are the highest of the word below the one at that index.
const fn limb(index: usize, word: Limb, below: Limb) -> i32 {
    (word << (2 * index) | below >> 1 >> (31 - 2 * index)) as i32 & LOW
}

/// 30 division steps, of which only the lowest 30 bits of f and g are needed. `zeta` is -(delta + 1/2).
///
/// After k steps the absolute values of a row of the matrix add up to 2^k at most.
#[inline(never)]
fn divide(mut zeta: i32, [f, g]: [i32; 2]) -> (i32, Matrix) {
    let (mut f, mut g) = (f as Limb, g as Limb);
    let (mut u, mut v, mut q, mut r): (Limb, Limb, Limb, Limb) = (1, 0, 0, 1);
    for _ in 0..BITS {
        let is_odd = mask(g & 1);
        // All ones where f and g change places.
        let swaps = opaque(is_odd & (zeta >> 31) as Limb);
        // 0 where g is even, else -1 where they change places and 1 where they do not.
        let sign = (swaps << 1).wrapping_sub(is_odd);
        g = g.wrapping_add(f.wrapping_mul(sign));
        q = q.wrapping_add(u.wrapping_mul(sign));
        r = r.wrapping_add(v.wrapping_mul(sign));
        // f, u, v become the former g, q, r where those take their place.
        zeta = (zeta ^ swaps as i32).wrapping_sub(1);
        f = f.wrapping_sub(g.wrapping_mul(swaps));
        u = u.wrapping_sub(q.wrapping_mul(swaps)) << 1;
        v = v.wrapping_sub(r.wrapping_mul(swaps)) << 1;
        g >>= 1;
    }
    (zeta, Matrix { u: u as i32, v: v as i32, q: q as i32, r: r as i32 })
}

/// The multiples of the modulus that, added to the matrix times (d, e), clear the 30 bits to be shifted out and keep both
/// between -2 and 1 times the modulus.
fn cancelling_multiples(matrix: &Matrix, de: &Pair, inverse: i32) -> [i32; 2] {
    let ([d, e], [d_low, e_low]) = (de[8], de[0]);
    let (d_sign, e_sign) = (d >> 31, e >> 31);
    let multiple = |u: i32, v: i32| {
        let start = (u & d_sign).wrapping_add(v & e_sign);
        let low = u.wrapping_mul(d_low).wrapping_add(v.wrapping_mul(e_low));
        start.wrapping_sub(inverse.wrapping_mul(low).wrapping_add(start) & LOW)
    };
    [multiple(matrix.u, matrix.v), multiple(matrix.q, matrix.r)]
}

/// The matrix times the pair, plus multiples of the modulus, without the lowest 30 bits.
#[inline(never)]
fn apply(matrix: &Matrix, pair: &mut Pair, modulus: &Modulus, multiples: [i32; 2]) {
    let (mut sum_a, mut sum_b) = (0, 0);
    for index in 0..9 {
        let ([a, b], limb) = (pair[index], modulus.limbs[index]);
        let sum = |u, v, multiple| multiply_signed(u, a) + multiply_signed(v, b) + multiply_signed(multiple, limb);
        sum_a += sum(matrix.u, matrix.v, multiples[0]);
        sum_b += sum(matrix.q, matrix.r, multiples[1]);
        if index > 0 {
            pair[index - 1] = [sum_a as i32 & LOW, sum_b as i32 & LOW];
        }
        sum_a >>= BITS;
        sum_b >>= BITS;
    }
    pair[8] = [sum_a as i32, sum_b as i32];
}

/// Negates the first of the pair where `negates` is all ones, and adds the modulus where `adds` is. All its limbs but the
/// highest come to lie between 0 and 2^30 again.
#[inline(never)]
fn adjust(pair: &mut Pair, negates: i32, adds: i32, modulus: &Modulus) {
    let mut sum = 0;
    for ([limb, _], added) in pair.iter_mut().zip(&modulus.limbs) {
        sum += (*limb ^ negates) - negates + (added & adds);
        *limb = sum & LOW;
        sum >>= BITS;
    }
    pair[8][0] |= sum << BITS;
}
