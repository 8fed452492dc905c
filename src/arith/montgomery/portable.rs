//! The leaves in Rust. `umaal.rs`, `riscv.rs` and `thumb1.rs` have them in assembly.

use core::cell::Cell;

use super::{SUM_EXTRA, TABLE_ENTRIES};
use crate::arith::limbs::{Limb, add_limb, mask, mask_equal, multiply_add, subtract_limb};

#[path = "steps.rs"]
mod steps;
pub use steps::{BLOCK_LEN, Block, SQUARINGS_OF_R, clear, multiply_step, square};

/// `sum += a b`, for a sum with one limb more than `b`; what that comes to has [`SUM_EXTRA`] more.
pub fn accumulate(sum: &mut [Limb], a: &Block, b: &[Limb]) {
    let Some((sum, top)) = sum.split_last_chunk_mut::<SUM_EXTRA>() else { return };
    let mut above = [0; 4];
    for (limbs, b) in sum.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0) {
        *limbs = rows(limbs, &mut above, a, b);
    }
    add_top(top, &above, 0);
}

/// `sum += a (2 n - a)`, where `a` is the lowest block of the number `n`, for a sum as in [`accumulate`].
fn accumulate_square(sum: &mut [Limb], number: &[Limb]) {
    let Some((sum, top)) = sum.split_last_chunk_mut::<SUM_EXTRA>() else { return };
    let ([lowest, sum @ ..], [a, number @ ..]) = (sum.as_chunks_mut().0, number.as_chunks().0) else { return };
    let mut above = [0; 4];
    *lowest = rows(lowest, &mut above, a, a);
    let mut fallen_out = 0;
    for (limbs, &[b0, b1, b2, b3]) in sum.iter_mut().zip(number) {
        let mut double = |limb: Limb| {
            let doubled = limb << 1 | fallen_out;
            fallen_out = limb >> (Limb::BITS - 1);
            doubled
        };
        *limbs = rows(limbs, &mut above, a, &[double(b0), double(b1), double(b2), double(b3)]);
    }
    // The last bit that fell out, times a.
    let fallen_out = mask(fallen_out);
    let mut carry = 0;
    for (above, &a) in above.iter_mut().zip(a) {
        (*above, carry) = add_limb(*above, a & fallen_out, carry);
    }
    add_top(top, &above, carry);
}

/// `sum = (sum + q m) / 2^128` with the q that makes it a whole number, for a sum with [`SUM_EXTRA`] limbs more than `m`;
/// what that comes to has one more. `negated_inverse` is -m^-1 modulo 2^32.
pub fn reduce(sum: &mut [Limb], m: &[Limb], negated_inverse: Limb) {
    let (blocks, [carried]) = sum.as_chunks_mut() else { return };
    let [lowest, ..] = blocks else { return };
    let [first, rest @ ..] = m.as_chunks().0 else { return };
    let (q, mut above) = quotient(lowest, first, negated_inverse);

    let blocks = Cell::from_mut(blocks).as_slice_of_cells();
    let mut pairs = blocks.iter().zip(blocks.get(1..).unwrap_or_default());
    for (m, (to, from)) in rest.iter().zip(pairs.by_ref()) {
        to.set(rows(&from.get(), &mut above, &q, m));
    }
    let Some((to, from)) = pairs.next() else { return };
    let (mut carry, [t0, t1, t2, t3]) = (0, from.get());
    for (above, limb) in above.iter_mut().zip([t0, t1, t2, t3]) {
        (*above, carry) = add_limb(*above, limb, carry);
    }
    to.set(above);
    from.set([carry.wrapping_add(*carried), t1, t2, t3]);
}

/// `out = sum - m` where the limb of the sum above those of `m` is 1, `out = sum` where it is 0.
pub fn less_overflow(out: &mut [Limb], sum: &[Limb], m: &[Limb]) {
    let Some((sum, &[overflow, ..])) = sum.split_last_chunk::<SUM_EXTRA>() else { return };
    let is_over = mask(overflow);
    let mut borrow = 0;
    for ((out, &limb), &m) in out.iter_mut().zip(sum).zip(m) {
        (*out, borrow) = subtract_limb(limb, m & is_over, borrow);
    }
}

/// The lowest four limbs, each from the lowest column that is not yet zero, of the q that makes `sum + q m` a multiple of
/// 2^128; and what the products with this block of m come to above that.
#[inline(always)]
fn quotient(sum: &Block, m: &Block, negated_inverse: Limb) -> (Block, Block) {
    let (&[s0, s1, s2, s3], &[m0, m1, m2, m3]) = (sum, m);
    let q0 = s0.wrapping_mul(negated_inverse);
    let (_, c0) = multiply_add(s0, q0, m0, 0);

    let (s1, c0) = multiply_add(s1, q0, m1, c0);
    let q1 = s1.wrapping_mul(negated_inverse);
    let (_, c1) = multiply_add(s1, q1, m0, 0);

    let (s2, c0) = multiply_add(s2, q0, m2, c0);
    let (s2, c1) = multiply_add(s2, q1, m1, c1);
    let q2 = s2.wrapping_mul(negated_inverse);
    let (_, c2) = multiply_add(s2, q2, m0, 0);

    let (s3, c0) = multiply_add(s3, q0, m3, c0);
    let (s3, c1) = multiply_add(s3, q1, m2, c1);
    let (s3, c2) = multiply_add(s3, q2, m1, c2);
    let q3 = s3.wrapping_mul(negated_inverse);
    let (_, c3) = multiply_add(s3, q3, m0, 0);

    let (c0, c1) = multiply_add(c0, q1, m3, c1);
    let (c0, c2) = multiply_add(c0, q2, m2, c2);
    let (c0, c3) = multiply_add(c0, q3, m1, c3);

    let (c1, c2) = multiply_add(c1, q2, m3, c2);
    let (c1, c3) = multiply_add(c1, q3, m2, c3);

    let (c2, c3) = multiply_add(c2, q3, m3, c3);
    ([q0, q1, q2, q3], [c0, c1, c2, c3])
}

/// `sum + above + a b` up to 2^128; the rest goes `above`.
#[inline(always)]
fn rows(sum: &Block, above: &mut Block, a: &Block, b: &Block) -> Block {
    let (&[s0, s1, s2, s3], &[b0, b1, b2, b3]) = (sum, b);
    [row(s0, above, a, b0), row(s1, above, a, b1), row(s2, above, a, b2), row(s3, above, a, b3)]
}

/// `sum + above + a b` up to 2^32; the rest goes `above`.
#[inline(always)]
fn row(sum: Limb, above: &mut Block, &[a0, a1, a2, a3]: &Block, b: Limb) -> Limb {
    let [c0, c1, c2, c3] = *above;
    let (sum, carry) = multiply_add(sum, a0, b, c0);
    let (c0, carry) = multiply_add(c1, a1, b, carry);
    let (c1, carry) = multiply_add(c2, a2, b, carry);
    let (c2, c3) = multiply_add(c3, a3, b, carry);
    *above = [c0, c1, c2, c3];
    sum
}

/// Whether a sum and a number are as long as they should be. The leaves in Rust do what they can with others.
pub const fn is_sum_for(_: &[Limb], _: &[Limb]) -> bool {
    true
}

/// `top = lowest limb of top + above + carry 2^128`
#[inline(always)]
fn add_top(top: &mut [Limb; SUM_EXTRA], &[c0, c1, c2, c3]: &Block, carry: Limb) {
    let (c0, carried) = add_limb(top[0], c0, 0);
    let (c1, carried) = add_limb(c1, 0, carried);
    let (c2, carried) = add_limb(c2, 0, carried);
    let (c3, carried) = add_limb(c3, 0, carried);
    *top = [c0, c1, c2, c3, carry.wrapping_add(carried)];
}

/// A mask for each power, of which [`select`] is to take the one that is not zero.
pub type Chosen = [Limb; 1 + TABLE_ENTRIES];

#[inline]
pub fn choose(digit: Limb) -> Chosen {
    core::array::from_fn(|power| mask_equal(power as Limb, digit))
}

/// The block with that index of the power that was chosen, out of a table of the powers 1 to 7, reading all of them.
#[inline]
pub fn select(m: &[Limb], table: &[Limb], chosen: &Chosen, index: usize, block: &mut Block) {
    let start = index.wrapping_mul(BLOCK_LEN);
    let [zeroth, chosen @ ..] = chosen;
    // The power 0 is R - m: all bits of m but the lowest are turned, for that one is set.
    let lowest = m.get(start..).and_then(<[Limb]>::first_chunk).unwrap_or(&[0; BLOCK_LEN]);
    let [mut limb0, mut limb1, mut limb2, mut limb3] = lowest.map(|limb| !limb & zeroth);
    limb0 |= Limb::from(index == 0) & zeroth;
    let mut rest = table.get(start..).unwrap_or_default();
    for chosen in chosen {
        let Some([c0, c1, c2, c3]) = rest.first_chunk() else { break };
        limb0 |= c0 & chosen;
        limb1 |= c1 & chosen;
        limb2 |= c2 & chosen;
        limb3 |= c3 & chosen;
        rest = rest.get(m.len()..).unwrap_or_default();
    }
    *block = [limb0, limb1, limb2, limb3];
}
