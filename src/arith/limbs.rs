//! Numbers as limbs: in and out of bytes, added, subtracted, selected and compared.

use super::barrier::opaque;

pub type Limb = u32;
pub type Wide = u64;
pub const LIMB_LEN: usize = size_of::<Limb>();
pub const LIMB_BITS: u32 = Limb::BITS;

const fn low(wide: Wide) -> Limb {
    wide as Limb
}

const fn high(wide: Wide) -> Limb {
    (wide >> LIMB_BITS) as Limb
}

/// All ones when `bit` is 1, zero when it is 0. Behind a barrier: the optimizer must not turn the mask into a branch.
pub fn mask(bit: Limb) -> Limb {
    opaque(bit.wrapping_neg())
}

/// All ones when `a == b`, else zero.
pub fn mask_equal(a: Limb, b: Limb) -> Limb {
    let difference = a ^ b;
    // Behind a barrier of its own: in the whole the optimizer sees a comparison, and makes that a branch.
    let negated = opaque(difference.wrapping_neg());
    mask(1 ^ ((difference | negated) >> (LIMB_BITS - 1)))
}

/// `a + b * c + carry` as low and high limb; it always fits.
#[inline(always)]
pub fn multiply_add(a: Limb, b: Limb, c: Limb, carry: Limb) -> (Limb, Limb) {
    let wide = multiply(b, c) + Wide::from(a) + Wide::from(carry);
    (low(wide), high(wide))
}

/// `a * b`
#[cfg(not(all(target_arch = "arm", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull)))))]
#[inline(always)]
fn multiply(a: Limb, b: Limb) -> Wide {
    Wide::from(a) * Wide::from(b)
}

/// `a * b`, by halves: Cortex-M0 and M23 have no product of two limbs, and on Cortex-M3 its time depends on the operands.
/// `--cfg jwt_mint_umull` says that the processor is a later one.
#[cfg(all(target_arch = "arm", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull))))]
#[inline(always)]
fn multiply(a: Limb, b: Limb) -> Wide {
    let halves = |limb: Limb| (limb & 0xffff, limb >> 16);
    let ((a0, a1), (b0, b1)) = (halves(a), halves(b));
    let outer = Wide::from(a1 * b1) << LIMB_BITS | Wide::from(a0 * b0);
    outer + (Wide::from(a0 * b1) << 16) + (Wide::from(a1 * b0) << 16)
}

/// Reads a big-endian number. Bytes that have no place are dropped, places that have no byte are zero.
#[inline(never)]
pub fn from_be_bytes(number: &mut [Limb], bytes: &[u8]) {
    let mut chunks = bytes.rchunks(LIMB_LEN);
    for limb in number {
        *limb = chunks.next().unwrap_or_default().iter().fold(0, |limb, &byte| limb << 8 | Limb::from(byte));
    }
}

/// `a - b` without storing it: the borrow, 0 or 1.
pub fn borrow(a: &[Limb], b: &[Limb]) -> Limb {
    a.iter().zip(b).fold(0, |borrow, (&a, &b)| subtract_limb(a, b, borrow).1)
}

/// `a - (b & mask)` in place; returns the borrow.
pub fn subtract_masked(a: &mut [Limb], b: &[Limb], mask: Limb) -> Limb {
    let mut borrow = 0;
    for (a, &b) in a.iter_mut().zip(b) {
        (*a, borrow) = subtract_limb(*a, b & mask, borrow);
    }
    borrow
}

/// `a + (b & mask)` in place; returns the carry.
pub fn add_masked(a: &mut [Limb], b: &[Limb], mask: Limb) -> Limb {
    let mut carry = 0;
    for (a, &b) in a.iter_mut().zip(b) {
        (*a, carry) = add_limb(*a, b & mask, carry);
    }
    carry
}

/// `a * 2` in place; returns the bit that falls out.
pub fn double(a: &mut [Limb]) -> Limb {
    let mut carry = 0;
    for a in a {
        (*a, carry) = (*a << 1 | carry, *a >> (LIMB_BITS - 1));
    }
    carry
}

/// Subtracts `modulus` from the number `overflow : a` where it is not less.
pub fn reduce_once(a: &mut [Limb], overflow: Limb, modulus: &[Limb]) {
    let keep = borrow(a, modulus) & (1 ^ overflow);
    subtract_masked(a, modulus, mask(1 ^ keep));
}

/// Whether two numbers of the same length are equal.
pub fn equal(a: &[Limb], b: &[Limb]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (&a, &b)| difference | (a ^ b)) == 0
}

/// `a + b + carry` as limb and carry.
#[inline(always)]
pub const fn add_limb(a: Limb, b: Limb, carry: Limb) -> (Limb, Limb) {
    let wide = a as Wide + b as Wide + carry as Wide;
    (low(wide), high(wide))
}

/// `a - b - borrow` as limb and borrow.
#[inline(always)]
pub const fn subtract_limb(a: Limb, b: Limb, borrow: Limb) -> (Limb, Limb) {
    let wide = (a as Wide).wrapping_sub(b as Wide).wrapping_sub(borrow as Wide);
    (low(wide), high(wide) & 1)
}

/// `a * b`
#[cfg(not(all(target_arch = "arm", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull)))))]
#[cfg_attr(target_arch = "arm", allow(dead_code))] // the leaf in assembly does it, but where it is compared
#[inline(always)]
pub fn multiply_signed(a: i32, b: i32) -> i64 {
    i64::from(a) * i64::from(b)
}

/// `a * b`, by halves as [`multiply`]: the upper ones have the sign.
#[cfg(all(target_arch = "arm", not(any(target_feature = "dsp", jwt_mint_dsp, jwt_mint_umull))))]
#[inline(always)]
pub fn multiply_signed(a: i32, b: i32) -> i64 {
    let halves = |number: i32| (number & 0xffff, number >> 16);
    let ((a0, a1), (b0, b1)) = (halves(a), halves(b));
    let outer = i64::from(a1 * b1) << LIMB_BITS | i64::from(a0 as Limb * b0 as Limb);
    outer + (i64::from(a0 * b1) << 16) + (i64::from(a1 * b0) << 16)
}
