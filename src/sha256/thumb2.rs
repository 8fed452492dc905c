//! The compression function for cores with Thumb-2: ARMv7-M, and ARMv8-M with the main extension.

use core::arch::naked_asm;

use super::{BLOCK_LEN, K, State};

/// Section 6.2.2, with the message schedule computed 16 words at a time.
pub fn compress(state: &mut State, block: &[u8; BLOCK_LEN]) {
    // SAFETY: the leaf's contract holds for references.
    unsafe { compress_leaf(state, block, &K) }
}

/// A round. `$t` holds b ^ c; `$u` is to hold a ^ b, which is that of the next round.
macro_rules! round {
    (
        $a:literal $b:literal $c:literal $d:literal $e:literal $f:literal $g:literal $h:literal, $t:literal $u:literal
    ) => {
        concat!(
            // h += k + w
            "ldr ", $u, ", [r2], #4\n",
            "add ", $h, ", ", $u, "\n",
            "ldr ", $u, ", [lr], #4\n",
            "add ", $h, ", ", $u, "\n",
            // h += e rotated by 6 ^ 11 ^ 25
            "eor ", $u, ", ", $e, ", ", $e, ", ror #5\n",
            "eor ", $u, ", ", $u, ", ", $e, ", ror #19\n",
            "add ", $h, ", ", $h, ", ", $u, ", ror #6\n",
            // h += g ^ (e & (f ^ g))
            "eor ", $u, ", ", $f, ", ", $g, "\n",
            "and ", $u, ", ", $e, "\n",
            "eor ", $u, ", ", $g, "\n",
            "add ", $h, ", ", $u, "\n",
            "add ", $d, ", ", $h, "\n",
            // h += a rotated by 2 ^ 13 ^ 22
            "eor ", $u, ", ", $a, ", ", $a, ", ror #11\n",
            "eor ", $u, ", ", $u, ", ", $a, ", ror #20\n",
            "add ", $h, ", ", $h, ", ", $u, ", ror #2\n",
            // h += b ^ ((a ^ b) & (b ^ c)), the majority of a, b and c
            "eor ", $u, ", ", $a, ", ", $b, "\n",
            "and ", $t, ", ", $u, "\n",
            "eor ", $t, ", ", $b, "\n",
            "add ", $h, ", ", $t
        )
    };
}

/// `state` and `k` point to 8 and 64 words, aligned; `block` to 64 bytes, of any alignment, which an ARMv7-M reads. Reads
/// those, writes `state`, and uses no memory but its stack. No branch and no address depends on what it reads.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn compress_leaf(state: *mut State, block: *const [u8; BLOCK_LEN], k: *const [u32; 64]) {
    naked_asm!(
        "push {{r0, r4-r11, lr}}",
        "sub sp, #128",
        "mov r12, sp",
        "add lr, sp, #64",
        "2:",
        "ldr r3, [r1], #4",
        "rev r3, r3",
        "str r3, [r12], #4",
        "cmp r12, lr",
        "bne 2b",
        "ldm r0, {{r3-r10}}",
        "mov r0, #4",

        // 16 rounds.
        "3:",
        "mov lr, sp",
        "add r1, sp, #64",
        "eor r11, r4, r5",
        "4:",
        round!("r3" "r4" "r5" "r6" "r7" "r8" "r9" "r10", "r11" "r12"),
        round!("r10" "r3" "r4" "r5" "r6" "r7" "r8" "r9", "r12" "r11"),
        round!("r9" "r10" "r3" "r4" "r5" "r6" "r7" "r8", "r11" "r12"),
        round!("r8" "r9" "r10" "r3" "r4" "r5" "r6" "r7", "r12" "r11"),
        // a to d change places with e to h.
        "mov r12, r3",
        "mov r3, r7",
        "mov r7, r12",
        "mov r12, r4",
        "mov r4, r8",
        "mov r8, r12",
        "mov r12, r5",
        "mov r5, r9",
        "mov r9, r12",
        "mov r12, r6",
        "mov r6, r10",
        "mov r10, r12",
        "cmp lr, r1",
        "bne 4b",
        "subs r0, #1",
        "beq 6f",

        // The next 16 words, behind those before, and over them for the rounds.
        "mov lr, sp",
        "5:",
        "ldrd r1, r12, [lr]",
        "ror r11, r12, #7",
        "eor r11, r11, r12, ror #18",
        "eor r11, r11, r12, lsr #3",
        "add r11, r1",
        "ldr r12, [lr, #36]",
        "add r11, r12",
        "ldr r1, [lr, #56]",
        "ror r12, r1, #17",
        "eor r12, r12, r1, ror #19",
        "eor r12, r12, r1, lsr #10",
        "add r11, r12",
        "str r11, [lr, #64]",
        "str r11, [lr], #4",
        "add r1, sp, #64",
        "cmp lr, r1",
        "bne 5b",
        "b 3b",

        "6:",
        "add sp, #128",
        "pop {{r0}}",
        "ldm r0, {{r1, r2, r12, lr}}",
        "add r3, r1",
        "add r4, r2",
        "add r5, r12",
        "add r6, lr",
        "stm r0!, {{r3-r6}}",
        "ldm r0, {{r1, r2, r12, lr}}",
        "add r7, r1",
        "add r8, r2",
        "add r9, r12",
        "add r10, lr",
        "stm r0, {{r7-r10}}",
        "pop {{r4-r11, pc}}",
    )
}
