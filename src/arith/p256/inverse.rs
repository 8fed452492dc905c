//! Modular inversion by division steps (Bernstein, Yang: "Fast constant-time gcd computation and modular inversion", 2019),
//! in the variant that starts at delta = 1/2, for which 590 steps suffice for 256 bits (Wuille, "Bounds on divsteps
//! iterations in safegcd", 2021). 30 steps at a time work on the lowest limbs alone; their product, a matrix, is then
//! applied to the whole numbers.

use super::{Limb, Number};
use crate::arith::limbs::mask;

const BITS: u32 = 30;
const LOW: i32 = (1 << BITS) - 1;
/// 600 steps.
const BATCHES: u32 = 20;

/// A signed number: limbs of 30 bits, of which the highest carries the sign.
type Signed = [i32; 9];

/// What a batch of division steps does to f and g: 2^-30 times (u f + v g, q f + r g).
struct Matrix {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// `a^-1 mod modulus` for an odd modulus of which `modulus_inverse` is the inverse modulo 2^30; 0 of 0.
#[inline(never)]
pub fn invert(a: &Number, modulus: &Number, modulus_inverse: u32) -> Number {
    let modulus = split(modulus);
    // d a = f and e a = g, up to a power of two, modulo the modulus; at the end g = 0 and f is 1 or -1.
    let (mut f, mut g) = (modulus, split(a));
    let (mut d, mut e): (Signed, Signed) = ([0; 9], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut zeta = -1;
    for _ in 0..BATCHES {
        let matrix;
        (zeta, matrix) = divide(zeta, f[0], g[0]);
        let multiples = cancelling_multiples(&matrix, &d, &e, modulus_inverse as i32);
        apply(&matrix, &mut d, &mut e, &modulus, multiples);
        apply(&matrix, &mut f, &mut g, &modulus, (0, 0));
    }
    // d lies between -2 and 1 times the modulus.
    add_if_negative(&mut d, &modulus);
    negate_if(&mut d, is_negative(&f));
    add_if_negative(&mut d, &modulus);
    join(&d)
}

/// 30 division steps, of which only the lowest 30 bits of f and g are needed. `zeta` is -(delta + 1/2).
fn divide(mut zeta: i32, f: i32, g: i32) -> (i32, Matrix) {
    let (mut f, mut g) = (f as Limb, g as Limb);
    let (mut u, mut v, mut q, mut r): (Limb, Limb, Limb, Limb) = (1, 0, 0, 1);
    for _ in 0..BITS {
        let swaps = mask(zeta as Limb >> 31);
        let is_odd = mask(g & 1);
        // g, q, r plus or minus f, u, v where g is odd.
        g = g.wrapping_add(((f ^ swaps).wrapping_sub(swaps)) & is_odd);
        q = q.wrapping_add(((u ^ swaps).wrapping_sub(swaps)) & is_odd);
        r = r.wrapping_add(((v ^ swaps).wrapping_sub(swaps)) & is_odd);
        // f, u, v become the former g, q, r where those take their place.
        let swaps = swaps & is_odd;
        zeta = (zeta ^ swaps as i32).wrapping_sub(1);
        f = f.wrapping_add(g & swaps);
        u = u.wrapping_add(q & swaps);
        v = v.wrapping_add(r & swaps);
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    (zeta, Matrix { u: u as i32, v: v as i32, q: q as i32, r: r as i32 })
}

/// The multiples of the modulus that, added to the matrix times (d, e), clear the 30 bits to be shifted out and keep both
/// between -2 and 1 times the modulus.
fn cancelling_multiples(matrix: &Matrix, d: &Signed, e: &Signed, inverse: i32) -> (i32, i32) {
    let (d_sign, e_sign) = (d[8] >> 31, e[8] >> 31);
    let multiple = |u: i32, v: i32| {
        let start = (u & d_sign).wrapping_add(v & e_sign);
        let low = u.wrapping_mul(d[0]).wrapping_add(v.wrapping_mul(e[0]));
        start.wrapping_sub(inverse.wrapping_mul(low).wrapping_add(start) & LOW)
    };
    (multiple(matrix.u, matrix.v), multiple(matrix.q, matrix.r))
}

/// The matrix times (a, b), plus multiples of the modulus, without the lowest 30 bits.
fn apply(matrix: &Matrix, a: &mut Signed, b: &mut Signed, modulus: &Signed, multiples: (i32, i32)) {
    let wide = i64::from;
    let (mut sum_a, mut sum_b) = (0, 0);
    for index in 0..9 {
        let (limb_a, limb_b, limb) = (wide(a[index]), wide(b[index]), wide(modulus[index]));
        sum_a += wide(matrix.u) * limb_a + wide(matrix.v) * limb_b + wide(multiples.0) * limb;
        sum_b += wide(matrix.q) * limb_a + wide(matrix.r) * limb_b + wide(multiples.1) * limb;
        if index > 0 {
            a[index - 1] = sum_a as i32 & LOW;
            b[index - 1] = sum_b as i32 & LOW;
        }
        sum_a >>= BITS;
        sum_b >>= BITS;
    }
    a[8] = sum_a as i32;
    b[8] = sum_b as i32;
}

/// All ones where `a` is negative, else zero.
fn is_negative(a: &Signed) -> i32 {
    mask(a[8] as Limb >> 31) as i32
}

/// `a += b` where `a` is negative.
fn add_if_negative(a: &mut Signed, b: &Signed) {
    let mask = is_negative(a);
    for (a, b) in a.iter_mut().zip(b) {
        *a += b & mask;
    }
    carry(a);
}

fn negate_if(a: &mut Signed, mask: i32) {
    for a in a.iter_mut() {
        *a = (*a ^ mask) - mask;
    }
    carry(a);
}

/// Brings all limbs but the highest between 0 and 2^30 again.
fn carry(a: &mut Signed) {
    let [low @ .., high] = a;
    let mut carry = 0;
    for limb in low {
        carry += *limb;
        *limb = carry & LOW;
        carry >>= BITS;
    }
    *high += carry;
}

fn split(number: &Number) -> Signed {
    let mut limbs = number.iter();
    let (mut bits, mut len) = (0_u64, 0);
    [(); 9].map(|()| {
        if len < BITS {
            bits |= u64::from(limbs.next().copied().unwrap_or_default()) << len;
            len += Limb::BITS;
        }
        let limb = bits as i32 & LOW;
        bits >>= BITS;
        len -= BITS;
        limb
    })
}

/// Of a number that is not negative and has 256 bits.
fn join(signed: &Signed) -> Number {
    let mut limbs = signed.iter();
    let (mut bits, mut len) = (0_u64, 0);
    [(); 8].map(|()| {
        while len < Limb::BITS {
            bits |= (limbs.next().copied().unwrap_or_default() as u64) << len;
            len += BITS;
        }
        let limb = bits as Limb;
        bits >>= Limb::BITS;
        len -= Limb::BITS;
        limb
    })
}
