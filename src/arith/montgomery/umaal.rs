//! The leaves for cores with UMAAL, which multiplies and adds twice: ARMv7E-M, and ARMv8-M with DSP.
//!
//! Every instruction takes the same time whatever the operands are, and no branch and no address depends on one: only on how
//! many limbs there are. A leaf uses no memory but what its contract names, and its stack.

use core::arch::naked_asm;

use crate::arith::limbs::Limb;

#[path = "select.rs"]
mod select;
pub use select::{choose, select};
#[path = "sums.rs"]
mod sums;
pub use sums::{is_sum_for, less_overflow};
#[path = "steps.rs"]
mod steps;
pub use steps::{BLOCK_LEN, Block, SQUARINGS_OF_R, clear, multiply_step, square};

/// `sum += a b`, for a sum with one limb more than `b`; what that comes to has [`SUM_EXTRA`] more.
pub fn accumulate(sum: &mut [Limb], a: &Block, b: &[Limb]) {
    if is_sum_for(sum, b) {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { accumulate_leaf(sum.as_mut_ptr(), a, b.as_ptr(), b.len()) }
    }
}

/// `sum += a (2 n - a)`, where `a` is the lowest block of the number `n`, for a sum as in [`accumulate`].
fn accumulate_square(sum: &mut [Limb], number: &[Limb]) {
    if is_sum_for(sum, number) {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { accumulate_square_leaf(sum.as_mut_ptr(), number.as_ptr(), number.len()) }
    }
}

/// `sum = (sum + q m) / 2^128` with the q that makes it a whole number, for a sum with [`SUM_EXTRA`] limbs more than `m`;
/// what that comes to has one more. `negated_inverse` is -m^-1 modulo 2^32.
pub fn reduce(sum: &mut [Limb], m: &[Limb], negated_inverse: Limb) {
    if is_sum_for(sum, m) {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { reduce_leaf(sum.as_mut_ptr(), m.as_ptr(), m.len(), negated_inverse) }
    }
}

/// Two rows: a limb of the sum plus the block in r4 to r7 times the limb in r12, and then the next one with lr. The four limbs
/// of the sum above them are r8 to r11; each product leaves its upper half where the next one finds it, and its lower half in
/// the place of the limb below, so that all of them move down by one.
macro_rules! two_rows {
    ($x0:literal, $x1:literal) => {
        concat!(
            "umaal ",
            $x0,
            ", r8, r4, r12\n",
            "umaal r8, r9, r5, r12\n",
            "umaal r9, r10, r6, r12\n",
            "umaal r10, r11, r7, r12\n",
            "umaal ",
            $x1,
            ", r8, r4, lr\n",
            "umaal r8, r9, r5, lr\n",
            "umaal r9, r10, r6, lr\n",
            "umaal r10, r11, r7, lr\n",
        )
    };
}

/// # Safety
/// `n` is a multiple of 4 and not 0, `sum` points to `n + 5` limbs, `a` to 4 and `b` to `n`, all of them aligned to four
/// bytes; `sum` is apart from the others.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn accumulate_leaf(sum: *mut Limb, a: *const Block, b: *const Limb, n: usize) {
    naked_asm!(
        "add r3, r2, r3, lsl #2",
        "push {{r3-r11, lr}}",
        "ldm r1, {{r4-r7}}",
        "mov r8, #0",
        "mov r9, #0",
        "mov r10, #0",
        "mov r11, #0",
        "2:",
        "ldrd r1, r3, [r0]",
        "ldrd r12, lr, [r2], #8",
        two_rows!("r1", "r3"),
        "strd r1, r3, [r0], #8",
        "ldrd r1, r3, [r0]",
        "ldrd r12, lr, [r2], #8",
        two_rows!("r1", "r3"),
        "strd r1, r3, [r0], #8",
        "ldr r1, [sp]",
        "cmp r2, r1",
        "bne 2b",
        "ldr r1, [r0]",
        "mov r2, #0",
        "adds r8, r1",
        "adcs r9, r2",
        "adcs r10, r2",
        "adcs r11, r2",
        "adc r12, r2, r2",
        "stm r0, {{r8-r12}}",
        "pop {{r3-r11, pc}}",
    )
}

/// The limbs of the number above its lowest block are doubled on their way, by way of the carry flag, which no other
/// instruction of the loop touches.
///
/// # Safety
/// As for [`accumulate_leaf`], with `number` in the place of `b`.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn accumulate_square_leaf(sum: *mut Limb, number: *const Limb, n: usize) {
    naked_asm!(
        "add r3, r1, r2, lsl #2",
        "push {{r3-r11, lr}}",
        "mov r2, r1",
        "ldm r1, {{r4-r7}}",
        "mov r8, #0",
        "mov r9, #0",
        "mov r10, #0",
        "mov r11, #0",
        // The lowest block: twice around, the second time with the zero flag clear.
        "cmp r0, r0",
        "4:",
        "ldrd r1, r3, [r0]",
        "ldrd r12, lr, [r2], #8",
        two_rows!("r1", "r3"),
        "strd r1, r3, [r0], #8",
        "bne 5f",
        "cmp sp, #0",
        "b 4b",
        "5:",
        "adds r1, #0",
        "b 3f",
        "2:",
        "ldrd r1, r3, [r0]",
        "ldrd r12, lr, [r2], #8",
        "adcs r12, r12",
        "adcs lr, lr",
        two_rows!("r1", "r3"),
        "strd r1, r3, [r0], #8",
        "ldrd r1, r3, [r0]",
        "ldrd r12, lr, [r2], #8",
        "adcs r12, r12",
        "adcs lr, lr",
        two_rows!("r1", "r3"),
        "strd r1, r3, [r0], #8",
        "3:",
        "ldr r1, [sp]",
        "teq r2, r1",
        "bne 2b",
        // The bit that fell out at the top, times a.
        "mov r2, #0",
        "adc r1, r2, r2",
        "umaal r8, r2, r4, r1",
        "umaal r9, r2, r5, r1",
        "umaal r10, r2, r6, r1",
        "umaal r11, r2, r7, r1",
        "ldr r1, [r0]",
        "adds r8, r1",
        "adcs r9, #0",
        "adcs r10, #0",
        "adcs r11, #0",
        "adc r12, r2, #0",
        "stm r0, {{r8-r12}}",
        "pop {{r3-r11, pc}}",
    )
}

/// First the four limbs of q, r4 to r7, each from the lowest column that is not yet zero; the columns of those products that
/// lie above remain in r8 to r11. Then m from its fifth limb on, as in [`accumulate_leaf`].
///
/// # Safety
/// `n` is a multiple of 4 and not 0, `sum` points to `n + 5` limbs, `m` to `n`, both aligned to four bytes and apart.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn reduce_leaf(sum: *mut Limb, m: *const Limb, n: usize, negated_inverse: Limb) {
    naked_asm!(
        "add r2, r1, r2, lsl #2",
        "push {{r2, r4-r11, lr}}",
        "ldr r12, [r0], #4",
        "ldr lr, [r1]",
        "mul r4, r12, r3",
        "mov r8, #0",
        "umaal r12, r8, r4, lr",

        "ldr r12, [r0], #4",
        "ldr r2, [r1, #4]",
        "umaal r12, r8, r4, r2",
        "mul r5, r12, r3",
        "mov r9, #0",
        "umaal r12, r9, r5, lr",

        "ldr r12, [r0], #4",
        "umaal r12, r9, r5, r2",
        "ldr r2, [r1, #8]",
        "umaal r12, r8, r4, r2",
        "mul r6, r12, r3",
        "mov r10, #0",
        "umaal r12, r10, r6, lr",

        "ldr r12, [r0], #4",
        "umaal r12, r9, r5, r2",
        "ldr r2, [r1, #12]",
        "umaal r12, r8, r4, r2",
        "ldr r2, [r1, #4]",
        "umaal r12, r10, r6, r2",
        "mul r7, r12, r3",
        "mov r11, #0",
        "umaal r12, r11, r7, lr",

        "umaal r8, r11, r7, r2",
        "ldrd r2, r3, [r1, #8]",
        "umaal r8, r10, r6, r2",
        "umaal r8, r9, r5, r3",
        "umaal r9, r10, r6, r3",
        "umaal r9, r11, r7, r2",
        "umaal r10, r11, r7, r3",

        "add r1, #16",
        "b 3f",
        "2:",
        "ldrd r2, r3, [r0], #8",
        "ldrd r12, lr, [r1], #8",
        two_rows!("r2", "r3"),
        "strd r2, r3, [r0, #-24]",
        "ldrd r2, r3, [r0], #8",
        "ldrd r12, lr, [r1], #8",
        two_rows!("r2", "r3"),
        "strd r2, r3, [r0, #-24]",
        "3:",
        "ldr r2, [sp]",
        "cmp r1, r2",
        "bne 2b",
        "ldm r0, {{r1-r3, r12, lr}}",
        "adds r8, r1",
        "adcs r9, r2",
        "adcs r10, r3",
        "adcs r11, r12",
        "adc lr, lr, #0",
        "sub r0, #16",
        "stm r0, {{r8-r11, lr}}",
        "pop {{r2, r4-r11, pc}}",
    )
}

/// # Safety
/// `n` is a multiple of 4 and not 0, `sum` points to `n + 1` limbs of which the last is 0 or 1, `out` and `m` to `n`, all of
/// them aligned to four bytes and apart.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn less_overflow_leaf(out: *mut Limb, sum: *const Limb, m: *const Limb, n: usize) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldr lr, [r1, r3, lsl #2]",
        "rsb lr, lr, #0",
        "add r3, r1, r3, lsl #2",
        // No borrow.
        "cmp r0, r0",
        "2:",
        "ldm r1!, {{r4-r7}}",
        "ldm r2!, {{r8-r11}}",
        "and r8, lr",
        "and r9, lr",
        "and r10, lr",
        "and r11, lr",
        "sbcs r4, r8",
        "sbcs r5, r9",
        "sbcs r6, r10",
        "sbcs r7, r11",
        "stm r0!, {{r4-r7}}",
        "teq r1, r3",
        "bne 2b",
        "pop {{r4-r11, pc}}",
    )
}

/// Every power is read, and multiplied by 1 or 0. The power 0 is taken to be m with all its bits turned.
///
/// # Safety
/// `block` and `m` point to 4 limbs, `table` to as many in each of seven numbers of `n` limbs, one behind the other, all of them
/// aligned to four bytes; `block` is apart from the others. `chosen` is less than 8.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn select_leaf(block: *mut Block, m: *const Limb, table: *const Limb, n: usize, chosen: Limb) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldr r12, [sp, #36]",
        "ldm r1, {{r4-r7}}",
        "sub lr, r12, #1",
        "asr lr, lr, #31",
        "bic r4, lr, r4",
        "bic r5, lr, r5",
        "bic r6, lr, r6",
        "bic r7, lr, r7",
        "mov r1, #1",
        "2:",
        "ldm r2, {{r8-r11}}",
        "add r2, r2, r3, lsl #2",
        "eor lr, r12, r1",
        "sub lr, lr, #1",
        "lsr lr, lr, #31",
        "mla r4, r8, lr, r4",
        "mla r5, r9, lr, r5",
        "mla r6, r10, lr, r6",
        "mla r7, r11, lr, r7",
        "add r1, #1",
        "cmp r1, #8",
        "bne 2b",
        "stm r0, {{r4-r7}}",
        "pop {{r4-r11, pc}}",
    )
}
