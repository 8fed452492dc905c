//! Arithmetic modulo n, the number of points. A scalar is less than n.

use super::inverse::{self, Modulus};
use super::{Number, ZERO, copy_of, from_be_bytes, is_zero, reduce_once};
use crate::arith::limbs::{self, Limb, add_limb, borrow, multiply_add};

pub type Scalar = Number;

pub const N: Number =
    [0xfc63_2551, 0xf3b9_cac2, 0xa717_9e84, 0xbce6_faad, 0xffff_ffff, 0xffff_ffff, 0x0000_0000, 0xffff_ffff];

/// 2^512 mod n.
const SQUARE_OF_R: Number =
    [0xbe79_eea2, 0x8324_4c95, 0x49bd_6fa6, 0x4699_799c, 0x2b6b_ec59, 0x2845_b239, 0xf3d9_5620, 0x66e1_2d94];

/// -n^-1 mod 2^32.
const NEGATED_INVERSE_OF_N: Limb = 0xee00_bc4f;
static MODULUS: Modulus = Modulus::new(&N, 256);

/// Whether `number` lies in 1 to n - 1.
pub fn is_in_range(number: &Number) -> bool {
    !is_zero(number) & (borrow(number, &N) == 1)
}

/// `number` modulo n: one subtraction is enough, 2^256 being less than 2 n.
pub fn reduce(number: &Number) -> Scalar {
    let mut scalar = copy_of(number);
    reduce_once(&mut scalar, 0, &N);
    scalar
}

/// The number that 32 bytes are, modulo n.
pub fn from_be_bytes_reduced(bytes: &[u8; 32]) -> Scalar {
    reduce(&from_be_bytes(bytes))
}

pub fn add(a: &Scalar, b: &Scalar) -> Scalar {
    let mut sum = copy_of(a);
    let overflow = limbs::add_masked(&mut sum, b, Limb::MAX);
    reduce_once(&mut sum, overflow, &N);
    sum
}

/// `n - a`, for an `a` that is not 0.
pub fn negate(a: &Scalar) -> Scalar {
    let mut difference = N;
    limbs::subtract_masked(&mut difference, a, Limb::MAX);
    difference
}

pub fn multiply(a: &Scalar, b: &Scalar) -> Scalar {
    montgomery_multiply(&montgomery_multiply(a, &SQUARE_OF_R), b)
}

/// An inverse times 2^256, which a product of [`montgomery_multiply`] is divided by.
pub struct Inverse(Scalar);

/// `a^-1`; 0 of 0.
pub fn invert(a: &Scalar) -> Inverse {
    Inverse(inverse::invert(a, &MODULUS))
}

impl Inverse {
    pub fn times(&self, a: &Scalar) -> Scalar {
        montgomery_multiply(&self.0, a)
    }
}

/// `a b / 2^256`, as the field's product, by loops.
#[inline(never)]
fn montgomery_multiply(a: &Scalar, b: &Scalar) -> Scalar {
    let (mut sum, mut highest) = (ZERO, 0);
    for &a in a {
        let mut carry = 0;
        for (limb, &b) in sum.iter_mut().zip(b) {
            (*limb, carry) = multiply_add(*limb, a, b, carry);
        }
        // Below (2^32 + 1) n, which may be 2^288 and more.
        let over;
        (highest, over) = add_limb(highest, carry, 0);
        let q = sum[0].wrapping_mul(NEGATED_INVERSE_OF_N);
        // The lowest limb becomes 0, and is shifted out.
        carry = multiply_add(sum[0], q, N[0], 0).1;
        for index in 1..8 {
            (sum[index - 1], carry) = multiply_add(sum[index], q, N[index], carry);
        }
        (sum[7], highest) = add_limb(highest, carry, 0);
        highest += over;
    }
    reduce_once(&mut sum, highest, &N);
    sum
}
