//! Modular inversion by division steps (Bernstein, Yang: "Fast constant-time gcd computation and modular inversion", 2019),
//! in the variant that starts at delta = 1/2, for which 590 steps suffice for 256 bits (Wuille, "Bounds on divsteps
//! iterations in safegcd", 2021). 30 steps at a time work on the lowest limbs alone; their product, a matrix, is then
//! applied to the whole numbers.

use super::{Limb, Number};
use crate::arith::limbs::{mask, multiply_signed};

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
    let (first, second);
    (zeta, first) = half_divide(zeta, &mut f, &mut g);
    (zeta, second) = half_divide(zeta, &mut f, &mut g);
    let Matrix { u, v, q, r } = first;
    (
        zeta,
        Matrix {
            u: second.u * u + second.v * q,
            v: second.u * v + second.v * r,
            q: second.q * u + second.r * q,
            r: second.q * v + second.r * r,
        },
    )
}

/// 15 division steps, after which a row of the matrix still fits one word.
///
/// After k steps the absolute values of a row add up to 2^k at most, and no number is -2^k: u and v are even, and twice a row
/// of the step before; and if q or r were -2^k, the other would be 0, and the determinant, 2^k, a product of 2^k and u or v.
fn half_divide(mut zeta: i32, f: &mut Limb, g: &mut Limb) -> (i32, Matrix) {
    let (mut uv, mut qr): (Limb, Limb) = (1, 1 << 16);
    for _ in 0..BITS / 2 {
        // 0 where g is even, else -1 where f and g change places and 1 where they do not.
        let sign = (zeta >> 31 | 1) as Limb & mask(*g & 1);
        let swaps = (sign as i32 >> 31) as Limb;
        *g = g.wrapping_add(f.wrapping_mul(sign));
        qr = qr.wrapping_add(uv.wrapping_mul(sign));
        // f, u, v become the former g, q, r where those take their place.
        zeta = (zeta ^ swaps as i32).wrapping_sub(1);
        *f = f.wrapping_add(*g & swaps);
        uv = uv.wrapping_add(qr & swaps);
        *g >>= 1;
        uv <<= 1;
    }
    let (u, v) = unpack(uv);
    let (q, r) = unpack(qr);
    (zeta, Matrix { u, v, q, r })
}

/// The numbers a and b above -2^15 and up to 2^15 of which a + 2^16 b is `packed`.
fn unpack(packed: Limb) -> (i32, i32) {
    const BIAS: Limb = (1 << 15) - 1;
    let low = (packed.wrapping_add(BIAS) & 0xffff).wrapping_sub(BIAS);
    let high = (packed.wrapping_sub(low) >> 16).wrapping_add(BIAS) & 0xffff;
    (low as i32, high.wrapping_sub(BIAS) as i32)
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
    let (mut sum_a, mut sum_b) = (0, 0);
    for index in 0..9 {
        let (limb_a, limb_b, limb) = (a[index], b[index], modulus[index]);
        let sum =
            |u, v, multiple| multiply_signed(u, limb_a) + multiply_signed(v, limb_b) + multiply_signed(multiple, limb);
        sum_a += sum(matrix.u, matrix.v, multiples.0);
        sum_b += sum(matrix.q, matrix.r, multiples.1);
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
