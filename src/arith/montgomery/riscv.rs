//! The leaves for RV32 with multiplication, where 31 registers hold eight limbs of a factor and eight of a sum: eight
//! instructions for a product of limbs that is added, and seldom one more to fetch or store what it takes.
//!
//! No branch and no address depends on a limb: only on how many there are. A leaf uses no memory but what its contract names,
//! and its stack.

use core::arch::naked_asm;

use super::SUM_EXTRA;
use crate::arith::limbs::{Limb, multiply_add};

#[path = "select.rs"]
mod select;
pub use select::{choose, select};
#[path = "sums.rs"]
mod sums;
pub use sums::{is_sum_for, less_overflow};

/// The length of a block.
pub const BLOCK_LEN: usize = 8;
pub type Block = [Limb; BLOCK_LEN];
/// Squarings by which R^2 is made of R 2^(n / 2): one costs more than as many doublings as another would take the place of.
pub const SQUARINGS_OF_R: u32 = 6;

/// `product += a b`, for a product that is zero from the limb `b.len()` on, or that has a 1 there and no more.
pub fn accumulate(product: &mut [Limb], a: &Block, b: &[Limb]) {
    let mut rest = product;
    for &a in a {
        let Some((sum, [top, ..])) = rest.split_at_mut_checked(b.len()) else { return };
        let mut carry = 0;
        for (sum, &b) in sum.iter_mut().zip(b) {
            (*sum, carry) = multiply_add(*sum, a, b, carry);
        }
        *top = top.wrapping_add(carry);
        rest = rest.get_mut(1..).unwrap_or_default();
    }
}

/// `sum = (sum + a b + q m) / 2^256` with the q that makes it a whole number, for a sum with one limb more than `m` and room
/// for [`SUM_EXTRA`]; what that comes to has one more too. `negated_inverse` is -m^-1 modulo 2^32.
pub fn multiply_step(sum: &mut [Limb], a: &Block, b: &[Limb], m: &[Limb], negated_inverse: Limb) {
    let n = m.len();
    if is_sum_for(sum, m) && b.len() == n {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { steps(sum.as_mut_ptr(), a, b.as_ptr(), m.as_ptr(), n, negated_inverse, n) }
    }
}

/// `sum = (number^2 + q m) / R`, with as many limbs of q as `m` has, for a sum of 0.
pub fn square(sum: &mut [Limb], number: &[Limb], m: &[Limb], negated_inverse: Limb) {
    if let (true, Some(a)) = (is_sum_for(sum, m) && number.len() == m.len(), number.first_chunk()) {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { steps(sum.as_mut_ptr(), a, number.as_ptr(), m.as_ptr(), m.len(), negated_inverse, BLOCK_LEN) }
    }
}

/// `sum = 0`, but for what is room only.
pub fn clear(sum: &mut [Limb]) {
    let n = sum.len().saturating_sub(SUM_EXTRA);
    if n != 0 && n.is_multiple_of(BLOCK_LEN) {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { clear_leaf(sum.as_mut_ptr(), n) }
    }
}

/// One product of limbs: `$to = $from + $limb a5 + $carry`, what goes above is `$above`. `$to` may be `$from`, and `$above` too.
#[rustfmt::skip]
macro_rules! product {
    ($to:literal, $from:literal, $limb:literal, $carry:literal, $above:literal) => {
        concat!(
            "mul t0, ", $limb, ", a5\n",
            "add ", $to, ", ", $from, ", t0\n",
            "mulhu ", $above, ", ", $limb, ", a5\n",
            "sltu t0, ", $to, ", t0\n",
            "add ", $above, ", ", $above, ", t0\n",
            "add ", $to, ", ", $to, ", ", $carry, "\n",
            "sltu t0, ", $to, ", ", $carry, "\n",
            "add ", $above, ", ", $above, ", t0\n",
        )
    };
}

/// The limb of the sum in a4 plus the block in s0 to s7 times the limb in a5. The eight limbs of the sum above it are s8 to s11
/// and t3 to t6, and each product leaves its lower half in the place of the limb below, so that all of them move down by one.
macro_rules! row {
    () => {
        concat!(row_but_highest!(), highest_product!())
    };
}

macro_rules! row_but_highest {
    () => {
        concat!(product!("a4", "a4", "s0", "s8", "t1"), middle_of_row!())
    };
}

/// A row, of the limb that many bytes behind a2, doubled, with the bit in a1 that fell out of the one below.
#[rustfmt::skip]
macro_rules! doubled_row_at {
    ($at:literal) => {
        concat!(
            "lw t0, ", $at, "(a2)\n",
            "lw a4, ", $at, "(a0)\n",
            "slli a5, t0, 1\n",
            "or a5, a5, a1\n",
            "srli a1, t0, 31\n",
            row!(),
            "sw a4, ", $at, "(a0)\n",
        )
    };
}

/// A row of m's lowest block, and the limb of q for it, which takes the place of the limb of the sum that many bytes behind a0.
#[rustfmt::skip]
macro_rules! quotient_row_at {
    ($at:literal) => {
        concat!(
            "lw a4, ", $at, "(a0)\n",
            "add a4, a4, s8\n",
            "sltu t2, a4, s8\n",
            "mul a5, a4, a6\n",
            "sw a5, ", $at, "(a0)\n",
            "snez t0, a4\n",
            "mulhu t1, s0, a5\n",
            "add t1, t1, t0\n",
            "add t1, t1, t2\n",
            rest_of_row!(),
        )
    };
}

/// A row, of the limb that many bytes behind a2.
macro_rules! row_at {
    ($at:literal) => {
        concat!("lw a5, ", $at, "(a2)\n", "lw a4, ", $at, "(a0)\n", row!(), "sw a4, ", $at, "(a6)\n")
    };
}

macro_rules! rest_of_row {
    () => {
        concat!(middle_of_row!(), highest_product!())
    };
}

macro_rules! middle_of_row {
    () => {
        concat!(
            product!("s8", "s9", "s1", "t1", "t2"),
            product!("s9", "s10", "s2", "t2", "t1"),
            product!("s10", "s11", "s3", "t1", "t2"),
            product!("s11", "t3", "s4", "t2", "t1"),
            product!("t3", "t4", "s5", "t1", "t2"),
            product!("t4", "t5", "s6", "t2", "t1"),
        )
    };
}

macro_rules! highest_product {
    () => {
        product!("t5", "t6", "s7", "t1", "t6")
    };
}

/// As `row`, where the eight limbs of the sum above are zero, and are only written: five instructions for a product.
macro_rules! first_row {
    () => {
        concat!(
            "mul t0, s0, a5\n",
            "add a4, a4, t0\n",
            "mulhu t1, s0, a5\n",
            "sltu t0, a4, t0\n",
            "add t1, t1, t0\n",
            rest_of_first_row!(),
        )
    };
}

macro_rules! rest_of_first_row {
    () => {
        concat!(
            first_product!("s8", "s1", "t1", "t2"),
            first_product!("s9", "s2", "t2", "t1"),
            first_product!("s10", "s3", "t1", "t2"),
            first_product!("s11", "s4", "t2", "t1"),
            first_product!("t3", "s5", "t1", "t2"),
            first_product!("t4", "s6", "t2", "t1"),
            first_product!("t5", "s7", "t1", "t6"),
        )
    };
}

/// `$to = $limb a5 + $carry`, what goes above is `$above`.
#[rustfmt::skip]
macro_rules! first_product {
    ($to:literal, $limb:literal, $carry:literal, $above:literal) => {
        concat!(
            "mul ", $to, ", ", $limb, ", a5\n",
            "mulhu ", $above, ", ", $limb, ", a5\n",
            "add ", $to, ", ", $to, ", ", $carry, "\n",
            "sltu t0, ", $to, ", ", $carry, "\n",
            "add ", $above, ", ", $above, ", t0\n",
        )
    };
}

/// `$to += $limb a5`, what goes above is `$above`.
#[rustfmt::skip]
macro_rules! row_start {
    ($to:literal, $limb:literal, $above:literal) => {
        concat!(
            "mul t0, ", $limb, ", a5\n",
            "mulhu ", $above, ", ", $limb, ", a5\n",
            "add ", $to, ", ", $to, ", t0\n",
            "sltu t0, ", $to, ", t0\n",
            "add ", $above, ", ", $above, ", t0\n",
        )
    };
}

/// `$limb` doubled, with the bit that falls out of the limb below.
#[rustfmt::skip]
macro_rules! doubled {
    ($limb:literal, $below:literal) => {
        concat!("slli ", $limb, ", ", $limb, ", 1\n", "srli t0, ", $below, ", 31\n", "or ", $limb, ", ", $limb, ", t0\n")
    };
}

/// The instruction for each register of the block, at four times its index.
#[rustfmt::skip]
macro_rules! block {
    ($instruction:literal, $at:literal) => {
        concat!(
            $instruction, " s0, 0(", $at, ")\n",
            $instruction, " s1, 4(", $at, ")\n",
            $instruction, " s2, 8(", $at, ")\n",
            $instruction, " s3, 12(", $at, ")\n",
            $instruction, " s4, 16(", $at, ")\n",
            $instruction, " s5, 20(", $at, ")\n",
            $instruction, " s6, 24(", $at, ")\n",
            $instruction, " s7, 28(", $at, ")\n",
        )
    };
}

/// `$above += t1 + (a1 & $limb)`, with a carry in t1.
#[rustfmt::skip]
macro_rules! fallen_out {
    ($above:literal, $limb:literal) => {
        concat!(
            "and t0, ", $limb, ", a1\n",
            "add ", $above, ", ", $above, ", t1\n",
            "sltu t1, ", $above, ", t1\n",
            "add ", $above, ", ", $above, ", t0\n",
            "sltu t0, ", $above, ", t0\n",
            "add t1, t1, t0\n",
        )
    };
}

/// `$above += t1 +` the top at `$place`, into the sum at `$to`.
#[rustfmt::skip]
macro_rules! bottom {
    ($above:literal, $place:literal, $to:literal) => {
        concat!(
            "lw t0, ", $place, "(sp)\n",
            "add ", $above, ", ", $above, ", t1\n",
            "sltu t1, ", $above, ", t1\n",
            "add ", $above, ", ", $above, ", t0\n",
            "sltu t0, ", $above, ", t0\n",
            "add t1, t1, t0\n",
            "sw ", $above, ", ", $to, "(a0)\n",
        )
    };
}

/// First a times b, from the limb `start` of the sum on; `b` has `n - start` limbs. Where a is b's lowest block, those above it are
/// doubled on their way. What lies above the limb n of the sum then waits on the stack. Second the limbs of q, each from the lowest
/// column that is not yet zero, the place of which it takes: rows like any other, with m's lowest block in the place of a. Third q
/// times the rest of m.
///
/// `start` is 0, and in the next step further by `step`, as a and b are, up to n.
///
/// # Safety
/// `n` is a multiple of 8 and not 0. `sum` points to `n + 1` limbs, `a` to 8, `b` and `m` to `n`, all of them aligned to four
/// bytes; `sum` is apart from the others. For a square, `step` is 8 and `a` is `b`; else `step` is `n` and `a` is apart from `b`.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn steps(
    sum: *mut Limb, a: *const Block, b: *const Limb, m: *const Limb, n: usize, negated_inverse: Limb, step: usize,
) {
    naked_asm!(
        "addi sp, sp, -112",
        "sw s0, 64(sp)", "sw s1, 68(sp)", "sw s2, 72(sp)", "sw s3, 76(sp)", "sw s4, 80(sp)", "sw s5, 84(sp)",
        "sw s6, 88(sp)", "sw s7, 92(sp)", "sw s8, 96(sp)", "sw s9, 100(sp)", "sw s10, 104(sp)", "sw s11, 108(sp)",
        "slli a4, a4, 2",
        "slli a6, a6, 2",
        "add t0, a3, a4",
        "sw a0, 36(sp)",
        "sw a3, 40(sp)",
        "sw t0, 44(sp)",
        "sw a5, 48(sp)",
        "sw a6, 60(sp)",
        "li a7, 0",
        "1:",
        "sw a1, 52(sp)",
        "sw a7, 56(sp)",
        block!("lw", "a1"),
        "add a0, a0, a7",
        "sub a4, a4, a7",
        "add a3, a2, a4",
        "beq a1, a2, 10f",
        "lw a5, 0(a2)",
        "lw a4, 0(a0)",
        first_row!(),
        "sw a4, 0(a0)",
        "mv a6, a0",
        "jal a7, 9f",
        "li t1, 0",
        "j 4f",
        // The rows of limbs from a2 to a3: the sum is taken from a0, and left at a6.
        "2:",
        row_at!("0"),
        "9:",
        row_at!("4"), row_at!("8"), row_at!("12"), row_at!("16"), row_at!("20"), row_at!("24"), row_at!("28"),
        "addi a2, a2, 32",
        "addi a0, a0, 32",
        "addi a6, a6, 32",
        "bne a2, a3, 2b",
        "jr a7",
        // The block times itself: each limb times itself, and times the limbs above it, doubled, without the bit that was doubled
        // out of the limb itself.
        "10:",
        "lw s8, 0(a0)", "lw s9, 4(a0)", "lw s10, 8(a0)", "lw s11, 12(a0)",
        "lw t3, 16(a0)", "lw t4, 20(a0)", "lw t5, 24(a0)", "lw t6, 28(a0)",
        "srli a1, s7, 31",
        doubled!("s7", "s6"), doubled!("s6", "s5"), doubled!("s5", "s4"), doubled!("s4", "s3"), doubled!("s3", "s2"), doubled!("s2", "s1"),
        "slli s1, s1, 1",
        "mv a5, s0", row_start!("s8", "a5", "t1"), "sw s8, 0(a0)", product!("s9", "s9", "s1", "t1", "t2"),
        "sw s9, 4(a0)", product!("s10", "s10", "s2", "t2", "t1"), product!("s11", "s11", "s3", "t1", "t2"),
        product!("t3", "t3", "s4", "t2", "t1"), product!("t4", "t4", "s5", "t1", "t2"),
        product!("t5", "t5", "s6", "t2", "t1"), product!("t6", "t6", "s7", "t1", "s8"),
        "lw a5, 4(a2)", "andi s2, s2, -2", row_start!("s10", "a5", "t1"), "sw s10, 8(a0)",
        product!("s11", "s11", "s2", "t1", "t2"), "sw s11, 12(a0)", product!("t3", "t3", "s3", "t2", "t1"),
        product!("t4", "t4", "s4", "t1", "t2"), product!("t5", "t5", "s5", "t2", "t1"),
        product!("t6", "t6", "s6", "t1", "t2"), product!("s8", "s8", "s7", "t2", "s9"),
        "lw a5, 8(a2)", "andi s3, s3, -2", row_start!("t3", "a5", "t1"), "sw t3, 16(a0)",
        product!("t4", "t4", "s3", "t1", "t2"), "sw t4, 20(a0)", product!("t5", "t5", "s4", "t2", "t1"),
        product!("t6", "t6", "s5", "t1", "t2"), product!("s8", "s8", "s6", "t2", "t1"),
        product!("s9", "s9", "s7", "t1", "s10"),
        "lw a5, 12(a2)", "andi s4, s4, -2", row_start!("t5", "a5", "t1"), "sw t5, 24(a0)",
        product!("t6", "t6", "s4", "t1", "t2"), "sw t6, 28(a0)", product!("s8", "s8", "s5", "t2", "t1"),
        product!("s9", "s9", "s6", "t1", "t2"), product!("s10", "s10", "s7", "t2", "s11"),
        "lw a5, 16(a2)", "andi s5, s5, -2", row_start!("s8", "a5", "t1"), product!("s9", "s9", "s5", "t1", "t2"),
        product!("s10", "s10", "s6", "t2", "t1"), product!("s11", "s11", "s7", "t1", "t3"),
        "lw a5, 20(a2)", "andi s6, s6, -2", row_start!("s10", "a5", "t1"), product!("s11", "s11", "s6", "t1", "t2"),
        product!("t3", "t3", "s7", "t2", "t4"),
        "lw a5, 24(a2)", "andi s7, s7, -2", row_start!("t3", "a5", "t1"), product!("t4", "t4", "s7", "t1", "t5"),
        "lw a5, 28(a2)", row_start!("t5", "a5", "t6"),
        block!("lw", "a2"),
        "addi a2, a2, 32",
        "addi a0, a0, 32",
        "bne a2, a3, 12f",
        "li s7, 0",
        "j 11f",
        // The bit that fell out of the block is the highest limb's, hence for the others.
        "12:",
        "lw t0, 0(a2)",
        "lw a4, 0(a0)",
        "slli a5, t0, 1",
        "or a5, a5, a1",
        "srli a1, t0, 31",
        row_but_highest!(),
        "andi a5, a5, -2",
        highest_product!(),
        "sw a4, 0(a0)",
        "j 13f",
        "3:",
        doubled_row_at!("0"),
        "13:",
        doubled_row_at!("4"), doubled_row_at!("8"), doubled_row_at!("12"),
        "addi a2, a2, 16",
        "addi a0, a0, 16",
        "bne a2, a3, 3b",
        // The bit that fell out at the top, times a.
        "11:",
        "neg a1, a1",
        "li t1, 0",
        fallen_out!("s8", "s0"), fallen_out!("s9", "s1"), fallen_out!("s10", "s2"), fallen_out!("s11", "s3"),
        fallen_out!("t3", "s4"), fallen_out!("t4", "s5"), fallen_out!("t5", "s6"), fallen_out!("t6", "s7"),
        "4:",
        "sw s8, 0(sp)", "sw s9, 4(sp)", "sw s10, 8(sp)", "sw s11, 12(sp)", "sw t3, 16(sp)", "sw t4, 20(sp)",
        "sw t5, 24(sp)", "sw t6, 28(sp)", "sw t1, 32(sp)",

        "lw a0, 36(sp)",
        "lw a2, 40(sp)",
        "lw a3, 44(sp)",
        "lw a6, 48(sp)",
        block!("lw", "a2"),
        "addi a7, a0, 32",
        "lw a4, 0(a0)",
        "mul a5, a4, a6",
        "sw a5, 0(a0)",
        // The limb becomes 0, with a carry unless it is.
        "snez t0, a4",
        "mulhu t1, s0, a5",
        "add t1, t1, t0",
        rest_of_first_row!(),
        "j 14f",
        "5:",
        quotient_row_at!("0"),
        "14:",
        quotient_row_at!("4"),
        "addi a0, a0, 8",
        "bne a0, a7, 5b",
        "addi a6, a0, -32",
        block!("lw", "a6"),
        "addi a2, a2, 32",
        "beq a2, a3, 7f",
        "jal a7, 2b",
        "7:",
        "lw t1, 0(a0)",
        bottom!("s8", "0", "-32"), bottom!("s9", "4", "-28"), bottom!("s10", "8", "-24"), bottom!("s11", "12", "-20"),
        bottom!("t3", "16", "-16"), bottom!("t4", "20", "-12"), bottom!("t5", "24", "-8"), bottom!("t6", "28", "-4"),
        "lw t0, 32(sp)",
        "add t0, t0, t1",
        "sw t0, 0(a0)",
        "lw a7, 56(sp)",
        "lw a6, 60(sp)",
        "lw a3, 40(sp)",
        "lw a4, 44(sp)",
        "add a7, a7, a6",
        "sub a4, a4, a3",
        "beq a7, a4, 8f",
        "lw a1, 52(sp)",
        "lw a0, 36(sp)",
        "add a1, a1, a6",
        "mv a2, a1",
        "j 1b",
        "8:",
        "lw s0, 64(sp)", "lw s1, 68(sp)", "lw s2, 72(sp)", "lw s3, 76(sp)", "lw s4, 80(sp)", "lw s5, 84(sp)",
        "lw s6, 88(sp)", "lw s7, 92(sp)", "lw s8, 96(sp)", "lw s9, 100(sp)", "lw s10, 104(sp)", "lw s11, 108(sp)",
        "addi sp, sp, 112",
        "ret",
    )
}

/// # Safety
/// `n` is a multiple of 8 and not 0, `sum` points to `n + 1` limbs of which the last is 0 or 1, `out` and `m` to `n`, all of
/// them aligned to four bytes and apart.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn less_overflow_leaf(out: *mut Limb, sum: *const Limb, m: *const Limb, n: usize) {
    macro_rules! limb {
        ($at:literal) => {
            concat!(
                "lw a5, ", $at, "(a1)\n",
                "lw a6, ", $at, "(a2)\n",
                "and a6, a6, a4\n",
                "sub a6, a5, a6\n",
                "sltu a5, a5, a6\n",
                "sub t1, a6, a7\n",
                "sltu a7, a6, a7\n",
                "or a7, a7, a5\n",
                "sw t1, ", $at, "(a0)\n",
            )
        };
    }
    naked_asm!(
        "slli a3, a3, 2",
        "add a3, a3, a1",
        "lw a4, 0(a3)",
        "neg a4, a4",
        // The borrow.
        "li a7, 0",
        "2:",
        limb!("0"), limb!("4"), limb!("8"), limb!("12"), limb!("16"), limb!("20"), limb!("24"), limb!("28"),
        "addi a1, a1, 32",
        "addi a2, a2, 32",
        "addi a0, a0, 32",
        "bne a1, a3, 2b",
        "ret",
    )
}

/// # Safety
/// `n` is a multiple of 8 and not 0, `sum` points to `n + 1` limbs, aligned to four bytes.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn clear_leaf(sum: *mut Limb, n: usize) {
    naked_asm!(
        "slli a1, a1, 2",
        "add a1, a1, a0",
        "2:",
        "sw zero, 0(a0)", "sw zero, 4(a0)", "sw zero, 8(a0)", "sw zero, 12(a0)",
        "sw zero, 16(a0)", "sw zero, 20(a0)", "sw zero, 24(a0)", "sw zero, 28(a0)",
        "addi a0, a0, 32",
        "bne a0, a1, 2b",
        "sw zero, 0(a0)",
        "ret",
    )
}

/// Every power is read. The power 0 is taken to be m with all its bits turned.
///
/// # Safety
/// `block` and `m` point to 8 limbs, `table` to as many in each of seven numbers of `n` limbs, one behind the other, all of them
/// aligned to four bytes; `block` is apart from the others.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn select_leaf(block: *mut Block, m: *const Limb, table: *const Limb, n: usize, chosen: Limb) {
    /// The instructions for a limb of the block at each place.
    macro_rules! limbs {
        ($limb:ident) => {
            concat!(
                $limb!("a5", "0"), $limb!("a6", "4"), $limb!("a7", "8"), $limb!("t2", "12"),
                $limb!("t3", "16"), $limb!("t4", "20"), $limb!("t5", "24"), $limb!("t6", "28"),
            )
        };
    }
    macro_rules! turned {
        ($limb:literal, $at:literal) => {
            concat!("lw t0, ", $at, "(a1)\n", "not t0, t0\n", "and ", $limb, ", t0, t1\n")
        };
    }
    macro_rules! of_table {
        ($limb:literal, $at:literal) => {
            concat!("lw t0, ", $at, "(a2)\n", "and t0, t0, t1\n", "or ", $limb, ", ", $limb, ", t0\n")
        };
    }
    macro_rules! store {
        ($limb:literal, $at:literal) => {
            concat!("sw ", $limb, ", ", $at, "(a0)\n")
        };
    }
    naked_asm!(
        "slli a3, a3, 2",
        "seqz t1, a4",
        "neg t1, t1",
        limbs!(turned),
        "slli a1, a3, 3",
        "sub a1, a1, a3",
        "add a1, a1, a2",
        "2:",
        "addi a4, a4, -1",
        "seqz t1, a4",
        "neg t1, t1",
        limbs!(of_table),
        "add a2, a2, a3",
        "bne a2, a1, 2b",
        limbs!(store),
        "ret",
    )
}
