//! A batch of division steps in Rust.

use super::{BITS, Division, LEN, Modulus, Pair};
use crate::arith::barrier::opaque;
use crate::arith::limbs::{LIMB_BITS, Limb, mask, multiply_signed};

/// What a batch of division steps does to f and g: 2^-30 times (u f + v g, q f + r g).
struct Matrix {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// 30 division steps. `len` digits of f and g are read and written.
pub fn divide(division: &mut Division, modulus: &Modulus, len: usize) {
    let matrix = matrix(division);
    if let Some(fg) = division.fg.get_mut(..len) {
        apply(&matrix, fg);
    }
    apply_modulo(&matrix, &mut division.de, modulus);
}

/// That of the next 30 steps, for which only the lowest 30 bits of f and g are needed.
///
/// After k steps the absolute values of a row add up to 2^k at most.
#[inline(never)]
fn matrix(division: &mut Division) -> Matrix {
    let ([f, g], mut zeta) = (division.fg[0], division.zeta);
    let (mut f, mut g) = (f as Limb >> 2, g as Limb >> 2);
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
    division.zeta = zeta;
    Matrix { u: u as i32, v: v as i32, q: q as i32, r: r as i32 }
}

/// The matrix times (f, g), without the lowest digits, which become 0.
#[inline(never)]
fn apply(matrix: &Matrix, fg: &mut [[i32; 2]]) {
    let mut pairs = fg.iter_mut();
    let Some(mut below) = pairs.next() else { return };
    let products = |&[f, g]: &[i32; 2]| {
        [
            multiply_signed(matrix.u, f) + multiply_signed(matrix.v, g),
            multiply_signed(matrix.q, f) + multiply_signed(matrix.r, g),
        ]
    };
    let mut carries = products(below).map(rest);
    for pair in pairs {
        let [p0, p1] = products(pair);
        let sums = [p0 + (i64::from(carries[0]) << 2), p1 + (i64::from(carries[1]) << 2)];
        *below = sums.map(|sum| sum as i32);
        carries = sums.map(rest);
        below = pair;
    }
    *below = carries.map(|carry| carry << 2);
}

/// The matrix times (d, e), plus the multiples of the modulus that make the lowest digits 0, without those.
///
/// The multiples are at most 2^31 times the modulus, and the rest 2^30 times the greater of d and e: if that is less than the
/// modulus, both are less than three quarters of it after the division by 2^32.
#[inline(never)]
fn apply_modulo(matrix: &Matrix, de: &mut Pair, modulus: &Modulus) {
    let [d, e] = de[0];
    let multiple = |u: i32, v: i32| {
        let low = u.wrapping_mul(d).wrapping_add(v.wrapping_mul(e));
        low.wrapping_mul(modulus.negated_inverse as i32)
    };
    let multiples = [multiple(matrix.u, matrix.v), multiple(matrix.q, matrix.r)];
    let mut carries = [0; 2];
    for index in 0..LEN {
        let ([d, e], digit) = (de[index], modulus.digits[index]);
        let sum = |u, v, multiple, carry| {
            multiply_signed(u, d) + multiply_signed(v, e) + multiply_signed(multiple, digit) + i64::from(carry)
        };
        let sums =
            [sum(matrix.u, matrix.v, multiples[0], carries[0]), sum(matrix.q, matrix.r, multiples[1], carries[1])];
        if index > 0 {
            de[index - 1] = sums.map(|sum| sum as i32);
        }
        carries = sums.map(rest);
    }
    de[LEN - 1] = carries;
}

/// What a sum leaves for the next digit, where its lower word stays, as a signed one.
fn rest(sum: i64) -> i32 {
    ((sum >> LIMB_BITS) as i32).wrapping_sub(sum as i32 >> 31)
}
