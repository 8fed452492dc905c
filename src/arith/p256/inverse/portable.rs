//! A batch of division steps in Rust.

use super::{BITS, Division, Modulus};
use crate::arith::barrier::opaque;
use crate::arith::limbs::{LIMB_BITS, Limb, mask, multiply_signed};

/// A row of the matrix [[u, v], [q, r]]: a batch of division steps makes 2^-30 times (u f + v g, q f + r g) of f and g.
struct Row {
    /// What the first and the second digit of a pair are multiplied by.
    first: i32,
    second: i32,
    /// What the modulus is multiplied by, where it takes part.
    multiple: i32,
    /// What the digits so far leave for the next one.
    carry: i32,
}

impl Row {
    fn new(first: Limb, second: Limb) -> Self {
        Self { first: first as i32, second: second as i32, multiple: 0, carry: 0 }
    }
}

/// 30 division steps. `len` digits of f and g are read and written.
pub fn divide(division: &mut Division, modulus: &Modulus, len: usize) {
    let mut rows = matrix(division);
    if let Some(fg) = division.fg.get_mut(..len) {
        apply(&mut rows, fg, modulus, false);
    }
    apply(&mut rows, &mut division.de, modulus, true);
}

/// The matrix of the next 30 steps, for which only the lowest 30 bits of f and g are needed.
///
/// After k steps the absolute values of a row add up to 2^k at most.
#[inline(never)]
fn matrix(division: &mut Division) -> [Row; 2] {
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
    [Row::new(u, v), Row::new(q, r)]
}

/// The matrix times (f, g), without the lowest digits, which are 0; where it `is_modulo`, times (d, e), plus the multiples of the
/// modulus that make the lowest digits 0.
///
/// The multiples are at most 2^31 times the modulus, and the rest 2^30 times the greater of d and e: if that is less than the
/// modulus, both are less than three quarters of it after the division by 2^32.
#[inline(never)]
fn apply(rows: &mut [Row; 2], pairs: &mut [[i32; 2]], modulus: &Modulus, is_modulo: bool) {
    let Some(&[first, second]) = pairs.first() else { return };
    for row in rows.iter_mut() {
        let low = row.first.wrapping_mul(first).wrapping_add(row.second.wrapping_mul(second));
        row.multiple = low.wrapping_mul(modulus.negated_inverse as i32);
        row.carry = 0;
    }
    let mut dropped = [0; 2];
    let mut below = &mut dropped;
    for (pair, &digit) in pairs.iter_mut().zip(&modulus.digits) {
        let [first, second] = *pair;
        for (row, to) in rows.iter_mut().zip(below) {
            let carry = i64::from(row.carry);
            let further = if is_modulo { multiply_signed(row.multiple, digit) + carry } else { carry << 2 };
            let sum = multiply_signed(row.first, first) + multiply_signed(row.second, second) + further;
            *to = sum as i32;
            row.carry = rest(sum);
        }
        below = pair;
    }
    for (row, to) in rows.iter().zip(below) {
        *to = if is_modulo { row.carry } else { row.carry << 2 };
    }
}

/// What a sum leaves for the next digit, where its lower word stays, as a signed one.
fn rest(sum: i64) -> i32 {
    ((sum >> LIMB_BITS) as i32).wrapping_sub(sum as i32 >> 31)
}
