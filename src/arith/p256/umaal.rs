//! The field's multiplication for cores with UMAAL, which multiplies and adds twice: ARMv7E-M, and ARMv8-M with DSP.
//!
//! Every instruction takes the same time whatever the operands are.

use core::arch::naked_asm;

use super::field::Element;

/// `a b / 2^256 mod p`.
pub fn multiply(a: &Element, b: &Element) -> Element {
    let mut out = super::ZERO;
    // SAFETY: three numbers of eight limbs, and what is written to overlaps nothing.
    unsafe { multiply_leaf(&mut out, a, b) };
    out
}

/// t = one limb of b times r3 to r6, plus what stands there, plus the limb that `$carry` is loaded with.
macro_rules! row {
    ($t0:literal, $t1:literal, $t2:literal, $t3:literal, $carry:literal, $load:literal, $store:literal) => {
        concat!(
            "ldr r12, [r2], #4\n",
            $load,
            "\n",
            "umaal ",
            $t0,
            ", ",
            $carry,
            ", r3, r12\n",
            "umaal ",
            $t1,
            ", ",
            $carry,
            ", r4, r12\n",
            "umaal ",
            $t2,
            ", ",
            $carry,
            ", r5, r12\n",
            "umaal ",
            $t3,
            ", ",
            $carry,
            ", r6, r12\n",
            "str ",
            $t0,
            ", [sp, #",
            $store,
            "]"
        )
    };
}

/// Reads `a` and `b`, writes `out`, all of eight limbs and aligned to four bytes; `out` may be `a` or `b`.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn multiply_leaf(out: &mut Element, a: &Element, b: &Element) {
    naked_asm!(
        "push {{r0, r4-r11, lr}}",
        "sub sp, #64",

        // t0 to t11 = (a0 to a3) b. Five registers take turns: four limbs of t and the carry.
        "ldm r1!, {{r3-r6}}",
        "ldr r12, [r2], #4",
        "umull r9, r10, r3, r12",
        "mov r11, #0",
        "umaal r10, r11, r4, r12",
        "mov r7, #0",
        "umaal r11, r7, r5, r12",
        "mov r8, #0",
        "umaal r7, r8, r6, r12",
        "str r9, [sp]",
        row!("r10", "r11", "r7", "r8", "r9", "mov r9, #0", "4"),
        row!("r11", "r7", "r8", "r9", "r10", "mov r10, #0", "8"),
        row!("r7", "r8", "r9", "r10", "r11", "mov r11, #0", "12"),
        row!("r8", "r9", "r10", "r11", "r7", "mov r7, #0", "16"),
        row!("r9", "r10", "r11", "r7", "r8", "mov r8, #0", "20"),
        row!("r10", "r11", "r7", "r8", "r9", "mov r9, #0", "24"),
        row!("r11", "r7", "r8", "r9", "r10", "mov r10, #0", "28"),
        "add r12, sp, #32",
        "stm r12, {{r7-r10}}",

        // t4 to t15 += (a4 to a7) b.
        "ldm r1, {{r3-r6}}",
        "sub r2, #32",
        "ldr r12, [r2], #4",
        "ldr r9, [sp, #16]",
        "mov r10, #0",
        "umaal r9, r10, r3, r12",
        "mov r11, #0",
        "umaal r10, r11, r4, r12",
        "mov r7, #0",
        "umaal r11, r7, r5, r12",
        "mov r8, #0",
        "umaal r7, r8, r6, r12",
        "str r9, [sp, #16]",
        row!("r10", "r11", "r7", "r8", "r9", "ldr r9, [sp, #20]", "20"),
        row!("r11", "r7", "r8", "r9", "r10", "ldr r10, [sp, #24]", "24"),
        row!("r7", "r8", "r9", "r10", "r11", "ldr r11, [sp, #28]", "28"),
        row!("r8", "r9", "r10", "r11", "r7", "ldr r7, [sp, #32]", "32"),
        row!("r9", "r10", "r11", "r7", "r8", "ldr r8, [sp, #36]", "36"),
        row!("r10", "r11", "r7", "r8", "r9", "ldr r9, [sp, #40]", "40"),
        row!("r11", "r7", "r8", "r9", "r10", "ldr r10, [sp, #44]", "44"),
        "add r12, sp, #48",
        "stm r12, {{r7-r10}}",

        // m = -t / p mod 2^256, in r0 to r7: m + t is m (2^96 + 2^192 - 2^224) up to multiples of 2^256.
        "ldm sp, {{r0-r7}}",
        "mov r12, #0",
        "adds r3, r0",
        "adcs r4, r1",
        "adcs r5, r2",
        "adcs r6, r3",
        "adcs r7, r4",
        "adc r12, r12, #0",
        "adds r6, r0",
        "adcs r7, r1",
        // What goes on at 2^256: m 2^192 in the carry flag, m 2^96 in r12, m (2^256 - 2^224) in r11.
        "mov lr, #-1",
        "mov r11, #0",
        "umaal r7, r11, r0, lr",

        // (t + m p) / 2^256, into r8, r9, r0 to r5, and r10.
        "mov r10, #1",
        "ldr r8, [sp, #32]",
        "adcs r8, r2",
        "umaal r8, r12, r5, r10",
        "umaal r8, r11, r1, lr",
        "ldr r9, [sp, #36]",
        "adcs r9, r3",
        "umaal r9, r12, r6, r10",
        "umaal r9, r11, r2, lr",
        "ldr r0, [sp, #40]",
        "adcs r0, r4",
        "umaal r0, r12, r7, r10",
        "umaal r0, r11, r3, lr",
        "mov r10, #0",
        "ldr r1, [sp, #44]",
        "adcs r1, r5",
        "umaal r1, r12, r10, r10",
        "umaal r1, r11, r4, lr",
        "ldr r2, [sp, #48]",
        "adcs r2, r6",
        "umaal r2, r12, r10, r10",
        "umaal r2, r11, r5, lr",
        "ldr r3, [sp, #52]",
        "adcs r3, r7",
        "umaal r3, r12, r10, r10",
        "umaal r3, r11, r6, lr",
        "ldr r4, [sp, #56]",
        "adcs r4, r4, #0",
        "umaal r4, r12, r10, r10",
        "umaal r4, r11, r7, lr",
        "ldr r5, [sp, #60]",
        "adcs r5, r5, #0",
        "adc r10, r10, #0",
        "adds r5, r5, r12",
        "adc r10, r10, #0",
        "adds r5, r5, r11",
        "adc r10, r10, #0",

        // Less p; and p again, where that was too much.
        "subs r8, r8, lr",
        "sbcs r9, r9, lr",
        "sbcs r0, r0, lr",
        "sbcs r1, r1, #0",
        "sbcs r2, r2, #0",
        "sbcs r3, r3, #0",
        "sbcs r4, r4, #1",
        "sbcs r5, r5, lr",
        "sbc r10, r10, #0",
        "adds r8, r8, r10",
        "adcs r9, r9, r10",
        "adcs r0, r0, r10",
        "adcs r1, r1, #0",
        "adcs r2, r2, #0",
        "adcs r3, r3, #0",
        "adcs r4, r4, r10, lsr #31",
        "adc r5, r5, r10",
        "add sp, #64",
        "pop {{r12}}",
        "stm r12!, {{r8, r9}}",
        "stm r12, {{r0-r5}}",
        "pop {{r4-r11, pc}}",
    )
}
