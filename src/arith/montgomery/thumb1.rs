//! The leaves for Cortex-M0, M0+, M1, M3 and M23, which have no product of two limbs, or one whose time depends on the
//! operands. All of them have the Thumb-1 of ARMv6-M, and the lower 32 bits of a product: it multiplies halves of limbs.
//!
//! A product goes column by column. A column stays in four registers, and a product of halves takes four instructions, to
//! fetch one of them and to add it among these. The code for that is not a loop, but the same one for all columns: those with
//! fewer products enter it later.
//!
//! No branch and no address depends on a limb: only on how many there are. A leaf uses no memory but what its contract names,
//! and its stack.

use core::arch::naked_asm;
use core::ptr;

use crate::arith::limbs::{LIMB_BITS, Limb, add_masked, double, mask};

#[path = "select.rs"]
mod select;
pub use select::{choose, select};
#[path = "sums.rs"]
mod sums;
pub use sums::{is_sum_for, less_overflow};

/// The length of a block.
pub const BLOCK_LEN: usize = 8;
pub type Block = [Limb; BLOCK_LEN];
/// Squarings by which R^2 is made of R 2^(n / 8). One less costs more, in doublings.
pub const SQUARINGS_OF_R: u32 = 8;

/// `sum = 0`
#[inline(always)]
pub fn clear(sum: &mut [Limb]) {
    sum.fill(0);
}

/// `sum = (sum + a b + q m) / 2^256` with the q that makes it a whole number, for a sum with one limb more than `m` and room for
/// [`SUM_EXTRA`]; what that comes to has one more too. `negated_inverse` is -m^-1 modulo 2^32.
pub fn multiply_step(sum: &mut [Limb], a: &Block, b: &[Limb], m: &[Limb], negated_inverse: Limb) {
    if is_sum_for(sum, m) && b.len() == m.len() {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { columns(sum.as_mut_ptr(), a, b.as_ptr(), m.as_ptr(), m.len(), negated_inverse, 0) }
    }
}

/// `sum = (number^2 + q m) / R`, with as many limbs of q as `m` has, for a sum of 0. The number is what it was afterwards.
///
/// What lies above a block is doubled, so that the block times that is all the products that the block has a part in.
pub fn square(sum: &mut [Limb], number: &mut [Limb], m: &[Limb], negated_inverse: Limb) {
    let n = m.len();
    if !is_sum_for(sum, m) || number.len() != n {
        return;
    }
    let fallen_out = number.get_mut(BLOCK_LEN..).map_or(0, double);
    for start in (0..n).step_by(BLOCK_LEN) {
        if start != 0 {
            halve_block(number.get_mut(start..).unwrap_or_default(), fallen_out);
        }
        if let Some(a) = number.get(start..).and_then(<[Limb]>::first_chunk) {
            // SAFETY: the leaf's contract, as just checked.
            unsafe { columns(sum.as_mut_ptr(), a, number.as_ptr(), m.as_ptr(), n, negated_inverse, start) }
        }
    }
    // The bit that fell out at the top belongs to the factor of all blocks but the last.
    let below = number.get(..n.saturating_sub(BLOCK_LEN)).unwrap_or_default();
    if let Some((lower, upper)) = sum.split_at_mut_checked(below.len()) {
        let carry = add_masked(lower, below, mask(fallen_out));
        add_masked(upper, &[carry, 0, 0, 0, 0, 0, 0, 0, 0], Limb::MAX);
    }
}

/// Undoes the doubling for the lowest block. The bit that its doubling moved out of it is taken from the limb above, or is `top`.
fn halve_block(number: &mut [Limb], top: Limb) {
    let Some((block, above)) = number.split_first_chunk_mut::<BLOCK_LEN>() else { return };
    let mut moved_out = match above.first_mut() {
        Some(limb) => {
            let bit = *limb & 1;
            *limb ^= bit;
            bit
        }
        None => top,
    };
    for limb in block.iter_mut().rev() {
        (*limb, moved_out) = (*limb >> 1 | moved_out << (LIMB_BITS - 1), *limb & 1);
    }
}

/// `sum += a b`, for a sum with one limb more than `b`; what that comes to has [`BLOCK_LEN`] more than that.
pub fn accumulate(sum: &mut [Limb], a: &Block, b: &[Limb]) {
    let n = b.len();
    if n != 0 && n.is_multiple_of(BLOCK_LEN) && sum.len() == n + BLOCK_LEN + 1 {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { columns(sum.as_mut_ptr(), a, b.as_ptr(), ptr::null(), n, 0, 0) }
    }
}

/// The half of `a` at `$at` times two halves of b: `$lower`, which it no longer needs then, for the lower half column, r1 and
/// r0; and for the upper one, r3 and r2, the half above, which becomes `$upper`. Always 16 bytes.
///
/// Carries are added together with the address in r7, to save a register that holds 0.
#[rustfmt::skip]
macro_rules! half {
    ($at:literal, $upper_at:literal, $lower:literal, $upper:literal) => {
        concat!(
            "ldr r4, [sp, #", $at, "]\n",
            "ldrh ", $upper, ", [r7, #", $upper_at, "]\n",
            "muls ", $lower, ", r4, ", $lower, "\n",
            "adds r0, r0, ", $lower, "\n",
            "adcs r1, r7\n",
            "muls r4, ", $upper, ", r4\n",
            "adds r2, r2, r4\n",
            "adcs r3, r7\n",
        )
    };
}

/// The halves of a limb of the block, to the stack.
#[rustfmt::skip]
macro_rules! split {
    ($limb:literal, $lower:literal, $upper:literal) => {
        concat!(
            "ldr r4, [r1, #", $limb, "]\n",
            "uxth r5, r4\n",
            "lsrs r4, r4, #16\n",
            "str r5, [sp, #", $lower, "]\n",
            "str r4, [sp, #", $upper, "]\n",
        )
    };
}

/// First a times b, from the limb `start` of the sum on; `b` has `n - start` limbs there. What lies above the limb n of the sum then
/// waits on the stack. Second q times m, with the q that makes the sum a multiple of 2^256, which is dropped. Where there is no
/// m, only the first, and what waits on the stack goes to the sum.
///
/// Column c holds the products of limbs i of a (or q) and c - i of b (or m): its lower half column those of halves that belong
/// there, sixteen at most, and its upper half column those that belong 16 bits higher. With a limb of the sum and what the
/// column below left, that is less than 2^53, so that what this one leaves fits into r1.
///
/// First columns 0 to 7, in which a limb of q becomes known when all products but its own are added. Then those that have
/// products of all eight limbs. Last those above b, where the block on the stack is given up from below, so that what remains of
/// it meets the same limbs of b.
///
/// r7 is where the limb c - 8 of b is, or would be, and in the last columns where it was in column n - 1. r8 is how far
/// from there the limb c - 8 of the sum is, r12 how far the place for the column. r9 is where the column begins, among its products;
/// r11 is minus twice how many limbs of the block take part. r1 is what the column below left.
///
/// # Safety
/// `n` is a multiple of 8 and not 0, `start` one less than `n`, or 0. `sum` points to `n + 1` limbs, `a` to 8, `b` and `m` to `n`, all of
/// them aligned to four bytes; `sum` is apart from the others. `negated_inverse` is -m^-1 modulo 2^32. Or `m` is null, and
/// `sum` points to `n + 9` limbs.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn columns(
    sum: *mut Limb, a: *const Block, b: *const Limb, m: *const Limb, n: usize, negated_inverse: Limb, start: usize,
) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "push {{r0, r3}}",
        "sub sp, #100",
        "ldr r5, [sp, #144]",
        "lsls r5, r5, #2",
        "ldr r4, [r0, r5]",
        "str r4, [sp, #64]",
        "movs r4, #0",
        "str r4, [sp, #68]",
        "str r4, [sp, #72]",
        "str r4, [sp, #76]",
        "str r4, [sp, #80]",
        "str r4, [sp, #84]",
        "str r4, [sp, #88]",
        "str r4, [sp, #92]",
        "str r4, [sp, #96]",
        "subs r0, r0, r2",
        "mov r8, r0",
        "adds r0, #32",
        "mov r12, r0",
        "adds r5, r5, r2",
        "subs r5, #32",
        "mov r10, r5",
        "ldr r7, [sp, #152]",
        "lsls r7, r7, #2",
        "adds r7, r7, r2",
        "subs r7, #32",
        split!("0", "0", "4"), split!("4", "8", "12"), split!("8", "16", "20"), split!("12", "24", "28"),
        split!("16", "32", "36"), split!("20", "40", "44"), split!("24", "48", "52"), split!("28", "56", "60"),
        "adr r6, 20f",
        "adds r6, #225",
        "mov r9, r6",
        "movs r4, #1",
        "mvns r4, r4",
        "mov r11, r4",
        "movs r1, #0",
        "1:",
        "movs r5, #0",
        "bl 11f",
        "mov r4, r11",
        "adds r4, #16",
        "beq 4f",
        "subs r4, #18",
        "mov r11, r4",
        "mov r4, r9",
        "subs r4, #32",
        "mov r9, r4",
        "b 1b",

        "2:",
        "str r1, [sp, #32]",
        "ldr r0, [sp, #36]",
        "ldr r2, [sp, #40]",
        "cmp r2, #0",
        "beq 7f",
        "sub sp, #64",
        "movs r4, #0",
        "mvns r4, r4",
        "str r4, [sp, #152]",
        "ldr r5, [sp, #144]",
        "lsls r5, r5, #2",
        "adds r5, r5, r2",
        "subs r5, #32",
        "mov r10, r5",
        "subs r0, r0, r2",
        "mov r8, r0",
        "adds r0, #32",
        "mov r12, r0",
        "movs r7, r2",
        "subs r7, #32",
        "adr r6, 20f",
        "adds r6, #255",
        "adds r6, #2",
        "mov r9, r6",
        "movs r1, #0",
        "mov r11, r1",
        "3:",
        "ldr r4, [sp, #104]",
        "ldrh r5, [r4, #2]",
        "bl 11f",
        // The limb of q, and its halves to the stack.
        "ldr r2, [sp, #148]",
        "muls r2, r0, r2",
        "uxth r3, r2",
        "lsrs r2, r2, #16",
        "mov r4, r11",
        "lsls r4, r4, #2",
        "mov r5, sp",
        "subs r5, r5, r4",
        "str r3, [r5]",
        "str r2, [r5, #4]",
        // Those of its products with the lowest limb of m that belong to this column, which makes the column 0.
        "ldr r4, [sp, #104]",
        "ldrh r5, [r4]",
        "ldrh r6, [r4, #2]",
        "movs r4, r3",
        "muls r4, r5, r4",
        "muls r3, r6, r3",
        "muls r2, r5, r2",
        "adds r2, r2, r3",
        "movs r3, #0",
        "adcs r3, r3",
        "lsls r3, r3, #16",
        "lsrs r5, r2, #16",
        "orrs r3, r5",
        "lsls r2, r2, #16",
        "adds r0, r0, r4",
        "movs r4, #0",
        "adcs r1, r4",
        "adds r0, r0, r2",
        "adcs r1, r3",
        "mov r4, r9",
        "subs r4, #32",
        "mov r9, r4",
        "mov r4, r11",
        "subs r4, #2",
        "mov r11, r4",
        "adds r4, #16",
        "bne 3b",
        "mov r12, r8",

        "4:",
        "adr r4, 5f",
        "adds r4, #1",
        "mov lr, r4",
        ".p2align 2",
        "5:",
        "cmp r7, r10",
        "bne 10f",

        "mov r4, r9",
        "adds r4, #32",
        "mov r10, r4",
        "adr r4, 12f",
        "adds r4, #1",
        "mov r9, r4",
        "movs r4, #13",
        "mvns r4, r4",
        "mov r11, r4",
        // The limbs of the sum from here on are on the stack, and remain there the first time.
        "mov r4, sp",
        "subs r4, r4, r7",
        "adds r4, #32",
        "mov r8, r4",
        "ldr r5, [sp, #152]",
        "adds r5, #1",
        "beq 6f",
        "adds r4, #32",
        "mov r12, r4",
        "6:",
        "subs r7, #4",
        // The highest half of b, which takes part in the lower half column alone.
        "ldr r6, [sp, #4]",
        "add sp, #8",
        "ldrh r4, [r7, #34]",
        "muls r6, r4, r6",
        "mov r5, r11",
        "lsls r5, r5, #1",
        "adds r5, #34",
        "ldrh r5, [r7, r5]",
        "movs r4, #4",
        "add r8, r4",
        "add r12, r4",
        "bl 11f",
        "mov r4, r10",
        "adds r4, #32",
        "mov r10, r4",
        "mov r4, r11",
        "adds r4, #2",
        "mov r11, r4",
        "cmp r4, #2",
        "bne 6b",
        "ldr r4, [sp, #88]",
        "adds r4, #1",
        "bne 2b",
        "ldr r0, [sp, #32]",
        "adds r0, r0, r1",
        "mov r4, r12",
        "add r4, r7",
        "str r0, [r4]",
        "b 8f",
        "7:",
        "ldr r3, [sp, #80]",
        "lsls r3, r3, #2",
        "adds r0, r0, r3",
        "mov r4, sp",
        "ldm r4!, {{r1-r3}}",
        "stm r0!, {{r1-r3}}",
        "ldm r4!, {{r1-r3}}",
        "stm r0!, {{r1-r3}}",
        "ldm r4!, {{r1-r3}}",
        "stm r0!, {{r1-r3}}",
        "8:",
        "add sp, #44",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",

        // A column of fewer products than there may be, which begins at r9.
        "11:",
        "mov r3, r11",
        // Less what is to be added with the carries.
        "muls r3, r7, r3",
        "mov r4, r8",
        "add r4, r7",
        "ldr r0, [r4, #32]",
        "movs r2, #0",
        "adds r0, r0, r1",
        "movs r1, r3",
        "adcs r1, r2",
        "bx r9",
        ".p2align 2",
        "12:",
        "adds r0, r0, r6",
        "adcs r1, r2",
        "bx r10",
        // Any other column.
        ".p2align 2",
        "10:",
        "ldrh r5, [r7, #2]",
        "lsls r3, r7, #4",
        "rsbs r3, r3, #0",
        "mov r4, r8",
        "add r4, r7",
        "ldr r0, [r4, #32]",
        "movs r2, #0",
        "adds r0, r0, r1",
        "movs r1, r3",
        "adcs r1, r2",
        "20:",
        half!("60", "4", "r5", "r6"),
        half!("56", "6", "r6", "r5"),
        half!("52", "8", "r5", "r6"),
        half!("48", "10", "r6", "r5"),
        half!("44", "12", "r5", "r6"),
        half!("40", "14", "r6", "r5"),
        half!("36", "16", "r5", "r6"),
        half!("32", "18", "r6", "r5"),
        half!("28", "20", "r5", "r6"),
        half!("24", "22", "r6", "r5"),
        half!("20", "24", "r5", "r6"),
        half!("16", "26", "r6", "r5"),
        half!("12", "28", "r5", "r6"),
        half!("8", "30", "r6", "r5"),
        half!("4", "32", "r5", "r6"),
        half!("0", "34", "r6", "r5"),
        "21:",
        ".if 21b - 20b - 256",
        ".error \"a half has another length\"",
        ".endif",
        "lsls r4, r2, #16",
        "lsrs r2, r2, #16",
        "lsls r3, r3, #16",
        "orrs r2, r3",
        "adds r0, r0, r4",
        "adcs r1, r2",
        "mov r4, r12",
        "add r4, r7",
        "str r0, [r4]",
        "adds r7, #4",
        "bx lr",
    )
}

/// # Safety
/// `n` is a multiple of 8 and not 0, `sum` points to `n + 1` limbs of which the last is 0 or 1, `out` and `m` to `n`, all of
/// them aligned to four bytes and apart.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn less_overflow_leaf(out: *mut Limb, sum: *const Limb, m: *const Limb, n: usize) {
    macro_rules! two_limbs {
        () => {
            concat!(
                "ldm r1!, {{r4, r5}}\n",
                "ldm r2!, {{r6, r7}}\n",
                "ands r6, r3\n",
                "ands r7, r3\n",
                "sbcs r4, r6\n",
                "sbcs r5, r7\n",
                "stm r0!, {{r4, r5}}\n",
            )
        };
    }
    naked_asm!(
        "push {{r4-r7, lr}}",
        "lsls r3, r3, #2",
        "adds r3, r3, r1",
        "mov lr, r3",
        "ldr r3, [r3]",
        "rsbs r3, r3, #0",
        // The borrow, negative.
        "movs r4, #0",
        "2:",
        "movs r5, #0",
        "cmp r5, r4",
        two_limbs!(), two_limbs!(), two_limbs!(), two_limbs!(),
        "sbcs r4, r4",
        "cmp r1, lr",
        "bne 2b",
        "pop {{r4-r7, pc}}",
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
    /// The instructions for four limbs, at each place.
    macro_rules! limbs {
        ($limb:ident) => {
            concat!($limb!("r4", "0"), $limb!("r5", "4"), $limb!("r6", "8"), $limb!("r7", "12"))
        };
    }
    macro_rules! turned {
        ($limb:literal, $at:literal) => {
            concat!("movs ", $limb, ", r1\n", "ldr r0, [r2, #", $at, "]\n", "bics ", $limb, ", r0\n")
        };
    }
    macro_rules! of_table {
        ($limb:literal, $at:literal) => {
            concat!("ldr r0, [r2, #", $at, "]\n", "ands r0, r1\n", "orrs ", $limb, ", r0\n")
        };
    }
    naked_asm!(
        "push {{r4-r7, lr}}",
        "lsls r3, r3, #2",
        "mov r12, r3",
        "movs r3, #2",
        "push {{r0-r3}}",
        // Four limbs, twice.
        "2:",
        "ldr r3, [sp, #36]",
        "subs r1, r3, #1",
        "sbcs r1, r1",
        "ldr r2, [sp, #4]",
        limbs!(turned),
        "adds r2, #16",
        "str r2, [sp, #4]",
        "ldr r2, [sp, #8]",
        "mov r1, r12",
        "lsls r0, r1, #3",
        "subs r0, r0, r1",
        "adds r0, r0, r2",
        "mov lr, r0",
        "3:",
        "subs r3, #1",
        "subs r1, r3, #1",
        "sbcs r1, r1",
        limbs!(of_table),
        "add r2, r12",
        "cmp r2, lr",
        "bne 3b",
        "ldr r0, [sp]",
        "stm r0!, {{r4-r7}}",
        "str r0, [sp]",
        "ldr r2, [sp, #8]",
        "adds r2, #16",
        "str r2, [sp, #8]",
        "ldr r3, [sp, #12]",
        "subs r3, #1",
        "str r3, [sp, #12]",
        "bne 2b",
        "add sp, #16",
        "pop {{r4-r7, pc}}",
    )
}
