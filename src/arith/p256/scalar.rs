//! Arithmetic modulo n, the number of points. A scalar is less than n.

use super::inverse::{self, Modulus};
use super::{Number, add_carrying, is_zero, less_modulus, multiply_wide, subtract_borrowing};
use crate::arith::limbs::{Limb, borrow, multiply_add};

pub type Scalar = Number;

pub const N: Number =
    [0xfc63_2551, 0xf3b9_cac2, 0xa717_9e84, 0xbce6_faad, 0xffff_ffff, 0xffff_ffff, 0x0000_0000, 0xffff_ffff];

/// 2^512 mod n.
const SQUARE_OF_R: Number =
    [0xbe79_eea2, 0x8324_4c95, 0x49bd_6fa6, 0x4699_799c, 0x2b6b_ec59, 0x2845_b239, 0xf3d9_5620, 0x66e1_2d94];

/// -n^-1 mod 2^32.
const NEGATED_INVERSE_OF_N: Limb = 0xee00_bc4f;
static MODULUS: Modulus = Modulus::new(&N, NEGATED_INVERSE_OF_N.wrapping_neg() & ((1 << 30) - 1));

/// Whether `number` lies in 1 to n - 1.
pub fn is_in_range(number: &Number) -> bool {
    !is_zero(number) & (borrow(number, &N) == 1)
}

/// `number` modulo n: one subtraction is enough, 2^256 being less than 2 n.
pub fn reduce(number: &Number) -> Scalar {
    less_modulus(number, 0, &N)
}

pub fn add(a: &Scalar, b: &Scalar) -> Scalar {
    let (sum, overflow) = add_carrying(a, b);
    less_modulus(&sum, overflow, &N)
}

/// `n - a`, for an `a` that is not 0.
pub fn negate(a: &Scalar) -> Scalar {
    subtract_borrowing(&N, a).0
}

pub fn multiply(a: &Scalar, b: &Scalar) -> Scalar {
    montgomery_multiply(&montgomery_multiply(a, &SQUARE_OF_R), b)
}

/// `a^-1`; 0 of 0.
pub fn invert(a: &Scalar) -> Scalar {
    inverse::invert(a, &MODULUS)
}

/// `a b / 2^256`.
fn montgomery_multiply(a: &Scalar, b: &Scalar) -> Scalar {
    let mut product = multiply_wide(a, b);
    let mut overflow = 0;
    for lowest in 0..8 {
        let Some((row, [top, ..])) = product.get_mut(lowest..).and_then(|limbs| limbs.split_first_chunk_mut::<8>())
        else {
            break;
        };
        let q = row[0].wrapping_mul(NEGATED_INVERSE_OF_N);
        let mut carry = 0;
        for (limb, &n) in row.iter_mut().zip(&N) {
            (*limb, carry) = multiply_add(*limb, q, n, carry);
        }
        (*top, overflow) = multiply_add(*top, 1, carry, overflow);
    }
    let [.., r0, r1, r2, r3, r4, r5, r6, r7] = product;
    less_modulus(&[r0, r1, r2, r3, r4, r5, r6, r7], overflow, &N)
}
