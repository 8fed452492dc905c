//! A batch of division steps for cores that multiply two limbs in one time: ARMv7E-M, and ARMv8-M with the main extension.

use core::arch::naked_asm;

use super::{Division, LEN, Modulus};

/// 30 division steps. `len` digits of f and g are read and written.
pub fn divide(division: &mut Division, modulus: &Modulus, len: usize) {
    if (2..=LEN).contains(&len) {
        // SAFETY: the leaf's contract holds for references, and for that length.
        unsafe { divide_leaf(division, modulus, len) }
    }
}

/// A division step: zeta is r0, f and g are r1 and r2, and the matrix of those before is r4 to r7.
macro_rules! step {
    () => {
        concat!(
            // Minus the lowest bit of g; all ones where f and g change places; -1 there, 1 at another odd g, 0 at an even one.
            "sbfx r8, r2, #0, #1\n",
            "and r3, r8, r0, asr #31\n",
            "rsb r8, r8, r3, lsl #1\n",
            "mla r2, r1, r8, r2\n",
            "mla r6, r4, r8, r6\n",
            "mla r7, r5, r8, r7\n",
            "eors r0, r3\n",
            "subs r0, #1\n",
            // f, u, v become the former g, q, r where those take their place.
            "mls r1, r2, r3, r1\n",
            "mls r4, r6, r3, r4\n",
            "mls r5, r7, r3, r5\n",
            "lsls r4, #1\n",
            "lsls r5, #1\n",
            "lsrs r2, #1\n",
        )
    };
}

/// Adds the matrix times the next pair to the sums r9 : r8 and r11 : r10. Of that pair it leaves the second in lr, not yet
/// multiplied.
macro_rules! first_products {
    () => {
        concat!("ldrd r12, lr, [r1, #8]!\n", "smlal r8, r9, r4, r12\n", "smlal r10, r11, r6, r12\n",)
    };
}

/// A digit of d and one of e, with that of the modulus, whose multiples are r0 and r3.
macro_rules! digit {
    () => {
        concat!(
            first_products!(),
            "ldr r12, [r2], #4\n",
            "smlal r8, r9, r5, lr\n",
            "smlal r10, r11, r7, lr\n",
            "smlal r8, r9, r0, r12\n",
            "smlal r10, r11, r3, r12\n",
            "str r8, [r1, #-8]\n",
            "str r10, [r1, #-4]\n",
            // What is left without the lower words, which are signed.
            "sub r8, r9, r8, asr #31\n",
            "sub r10, r11, r10, asr #31\n",
            "asr r9, r8, #31\n",
            "asr r11, r10, #31\n",
        )
    };
}

/// `len` is 2 to 9. The pointers are aligned to four bytes, the structs laid out as in C. Reads `modulus`, reads and writes
/// `division`, of f and g `len` digits, and uses no memory but its stack. Every instruction takes the same time whatever the
/// operands are, no branch and no address depends on one, but on `len`.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn divide_leaf(division: *mut Division, modulus: *const Modulus, len: usize) {
    naked_asm!(
        "push {{r0-r2, r4-r11, lr}}",
        "ldm r0, {{r0, r1, r2}}",
        "lsrs r1, #2",
        "lsrs r2, #2",
        "movs r4, #1",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #1",
        "mov r12, #10",
        "2:",
        step!(),
        step!(),
        step!(),
        "subs r12, #1",
        "bne 2b",

        // f and g.
        "ldm sp, {{r1, r2, r3}}",
        "stm r1!, {{r0}}",
        "ldrd r12, lr, [r1]",
        "smull r8, r9, r4, r12",
        "smull r10, r11, r6, r12",
        "smlal r8, r9, r5, lr",
        "smlal r10, r11, r7, lr",
        "subs r3, #1",
        // The lower words are zero, and so is what is to be subtracted for their sign.
        "3:",
        "lsl r8, r9, #2",
        "asr r9, r9, #30",
        "lsl r10, r11, #2",
        "asr r11, r11, #30",
        first_products!(),
        "smlal r8, r9, r5, lr",
        "smlal r10, r11, r7, lr",
        "str r8, [r1, #-8]",
        "str r10, [r1, #-4]",
        "sub r9, r9, r8, asr #31",
        "sub r11, r11, r10, asr #31",
        "subs r3, #1",
        "bne 3b",
        "lsls r0, r9, #2",
        "lsl r12, r11, #2",
        "strd r0, r12, [r1]",

        // d and e, of which the multiples make the lowest digits zero.
        "ldr r1, [sp]",
        "ldr r9, [r2], #4",
        "ldrd r12, lr, [r1, #76]!",
        "mul r0, r4, r12",
        "mul r3, r6, r12",
        "mla r0, r5, lr, r0",
        "mla r3, r7, lr, r3",
        "mul r0, r0, r9",
        "mul r3, r3, r9",
        "smull r8, r9, r4, r12",
        "smull r10, r11, r6, r12",
        "add r12, r1, #64",
        "str r12, [sp]",
        "ldr r12, [r2], #4",
        "smlal r8, r9, r5, lr",
        "smlal r10, r11, r7, lr",
        "smlal r8, r9, r0, r12",
        "smlal r10, r11, r3, r12",
        "mov r8, r9",
        "mov r10, r11",
        "asr r9, r9, #31",
        "asr r11, r11, #31",
        "4:",
        digit!(),
        digit!(),
        "ldr r12, [sp]",
        "cmp r12, r1",
        "bne 4b",
        "strd r8, r10, [r1]",
        "add sp, #12",
        "pop {{r4-r11, pc}}",
    )
}
