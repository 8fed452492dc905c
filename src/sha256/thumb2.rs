//! The compression function for cores with Thumb-2: ARMv7-M, and ARMv8-M with the main extension.

use core::arch::naked_asm;

use super::{Block, K, State};

pub const IS_IN_ASSEMBLY: bool = true;

/// Section 6.2.2, with the message schedule computed 16 words at a time.
pub fn compress(state: &mut State, block: &mut Block) {
    // SAFETY: the leaf's contract holds for references.
    unsafe { compress_leaf(state, block, &K) }
}

/// A round. `$t` holds b ^ c; `$u` is to hold a ^ b, which is that of the next round. The next a goes to the register of d and
/// the next e to that of h, so the variables of each half take turns, and are in their places again after four rounds.
macro_rules! round {
    (
        $a:literal $b:literal $c:literal $d:literal $e:literal $f:literal $g:literal $h:literal, $t:literal $u:literal
    ) => {
        concat!(
            // h += k + w
            "ldr ",
            $u,
            ", [r12], #4\n",
            "ldr r2, [r3], #4\n",
            "add ",
            $h,
            ", ",
            $u,
            "\n",
            "add ",
            $h,
            ", r2\n",
            // h += e rotated by 6 ^ 11 ^ 25
            "eor ",
            $u,
            ", ",
            $e,
            ", ",
            $e,
            ", ror #5\n",
            "eor ",
            $u,
            ", ",
            $u,
            ", ",
            $e,
            ", ror #19\n",
            "add ",
            $h,
            ", ",
            $h,
            ", ",
            $u,
            ", ror #6\n",
            // r2 = h + (g ^ (e & (f ^ g))), the next e is that and d
            "eor ",
            $u,
            ", ",
            $f,
            ", ",
            $g,
            "\n",
            "ands ",
            $u,
            ", ",
            $e,
            "\n",
            "eors ",
            $u,
            ", ",
            $g,
            "\n",
            "adds r2, ",
            $h,
            ", ",
            $u,
            "\n",
            "add ",
            $h,
            ", r2, ",
            $d,
            "\n",
            // The next a is r2 and a rotated by 2 ^ 13 ^ 22
            "eor ",
            $u,
            ", ",
            $a,
            ", ",
            $a,
            ", ror #11\n",
            "eor ",
            $u,
            ", ",
            $u,
            ", ",
            $a,
            ", ror #20\n",
            "add ",
            $d,
            ", r2, ",
            $u,
            ", ror #2\n",
            // and b ^ ((a ^ b) & (b ^ c)), the majority of a, b and c.
            "eor ",
            $u,
            ", ",
            $a,
            ", ",
            $b,
            "\n",
            "ands ",
            $t,
            ", ",
            $u,
            "\n",
            "eor ",
            $t,
            ", ",
            $b,
            "\n",
            "add ",
            $d,
            ", ",
            $t
        )
    };
}

/// Makes the next word of the schedule out of `$w`, which is that at r3, and leaves r3 and `$w1` with the one behind that.
macro_rules! next_word {
    ($w:literal, $w1:literal) => {
        concat!(
            "ldr ",
            $w1,
            ", [r3, #4]!\n",
            "ldr r2, [r3, #32]\n",
            "add ",
            $w,
            ", r2\n",
            "ror r2, ",
            $w1,
            ", #7\n",
            "eor r2, r2, ",
            $w1,
            ", ror #18\n",
            "eor r2, r2, ",
            $w1,
            ", lsr #3\n",
            "add ",
            $w,
            ", r2\n",
            "ldr r2, [r3, #52]\n",
            "ror r12, r2, #17\n",
            "eor r12, r12, r2, ror #19\n",
            "eor r12, r12, r2, lsr #10\n",
            "add ",
            $w,
            ", r12\n",
            // Behind those before, and over them for the rounds.
            "str ",
            $w,
            ", [r3, #60]\n",
            "str ",
            $w,
            ", [r3, #-4]\n",
        )
    };
}

/// `state` and `k` point to 8 and 64 words, `block` to 32, all of them aligned to four bytes. Reads those, writes `state` and
/// `block`, and uses no memory but its stack. No branch and no address depends on what it reads.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn compress_leaf(state: *mut State, block: *mut Block, k: *const [u32; 64]) {
    naked_asm!(
        "push {{r0, r2, r4-r11, lr}}",
        "mov r12, r2",
        "add lr, r1, #64",
        "2:",
        "ldm r1, {{r4-r7}}",
        "rev r4, r4",
        "rev r5, r5",
        "rev r6, r6",
        "rev r7, r7",
        "stm r1!, {{r4-r7}}",
        "cmp r1, lr",
        "bne 2b",
        "ldm r0!, {{r8-r11}}",
        "ldm r0, {{r4-r7}}",

        // 16 rounds.
        "3:",
        "sub r3, lr, #64",
        "eor r0, r9, r10",
        "4:",
        round!("r8" "r9" "r10" "r11" "r4" "r5" "r6" "r7", "r0" "r1"),
        round!("r11" "r8" "r9" "r10" "r7" "r4" "r5" "r6", "r1" "r0"),
        round!("r10" "r11" "r8" "r9" "r6" "r7" "r4" "r5", "r0" "r1"),
        round!("r9" "r10" "r11" "r8" "r5" "r6" "r7" "r4", "r1" "r0"),
        "cmp r3, lr",
        "bne 4b",
        "ldr r2, [sp, #4]",
        "add r2, #256",
        "cmp r2, r12",
        "beq 6f",

        // The next 16 words.
        "push {{r12}}",
        "sub r3, lr, #64",
        "ldr r0, [r3]",
        "5:",
        next_word!("r0", "r1"),
        next_word!("r1", "r0"),
        "cmp r3, lr",
        "bne 5b",
        "pop {{r12}}",
        "b 3b",

        "6:",
        "pop {{r0, r1}}",
        "ldm r0, {{r1, r2, r3, r12}}",
        "add r8, r1",
        "add r9, r2",
        "add r10, r3",
        "add r11, r12",
        "stm r0!, {{r8-r11}}",
        "ldm r0, {{r1, r2, r3, r12}}",
        "add r4, r1",
        "add r5, r2",
        "add r6, r3",
        "add r7, r12",
        "stm r0, {{r4-r7}}",
        "pop {{r4-r11, pc}}",
    )
}
