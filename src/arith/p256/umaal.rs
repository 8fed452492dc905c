//! The field's arithmetic for cores with UMAAL, which multiplies and adds twice: ARMv7E-M, and ARMv8-M with DSP.
//!
//! The leaves: a pointer to a number points to eight limbs, aligned to four bytes. A leaf reads its inputs whole before it
//! writes `out`, which may be one of them and may be uninitialized. Inputs are less than p, and so is what it writes. It uses
//! no memory but that and its stack. Every instruction takes the same time whatever the operands are, no branch and no
//! address depends on one.

use core::arch::naked_asm;
use core::mem::MaybeUninit;

use super::field::Element;
use super::point::Affine;
use crate::arith::limbs::Limb;

/// `a + b`
pub fn add(a: &Element, b: &Element) -> Element {
    // SAFETY: the leaf's contract holds for references.
    written(|out| unsafe { add_leaf(out, a, b) })
}

/// `a += b`
pub fn add_to(a: &mut Element, b: &Element) {
    // SAFETY: as above; the output is an input.
    unsafe { add_leaf(a, a, b) }
}

/// `a *= 2`
pub fn double(a: &mut Element) {
    // SAFETY: as above.
    unsafe { add_leaf(a, a, a) }
}

/// `a - b`
pub fn subtract(a: &Element, b: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { subtract_leaf(out, a, b) })
}

/// `a -= b`
pub fn subtract_from(a: &mut Element, b: &Element) {
    // SAFETY: as above.
    unsafe { subtract_leaf(a, a, b) }
}

/// `a = b - a`
pub fn reverse_subtract(a: &mut Element, b: &Element) {
    // SAFETY: as above.
    unsafe { subtract_leaf(a, b, a) }
}

/// `a /= 2`
pub fn halve(a: &mut Element) {
    // SAFETY: as above.
    unsafe { halve_leaf(a, a) }
}

/// `a b / 2^256`
pub fn multiply(a: &Element, b: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { multiply_leaf(out, a, b) })
}

/// `a = a b / 2^256`
pub fn multiply_by(a: &mut Element, b: &Element) {
    // SAFETY: as above.
    unsafe { multiply_leaf(a, a, b) }
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { square_leaf(out, a) })
}

/// `a = a a / 2^256`
pub fn square_in_place(a: &mut Element) {
    // SAFETY: as above.
    unsafe { square_leaf(a, a) }
}

/// `table[index]`, by reading all of it; its negative where `negated` is all ones and not zero.
pub fn lookup(table: &[Affine; 16], index: Limb, negated: Limb) -> Affine {
    // SAFETY: sixteen entries, each an x and then a y.
    let coordinate = |first, negated| written(|out| unsafe { lookup_leaf(out, first, index, negated) });
    Affine { x: coordinate(&table[0].x, 0), y: coordinate(&table[0].y, negated) }
}

/// What `leaf` writes.
#[inline(always)]
fn written(leaf: impl FnOnce(*mut Element)) -> Element {
    let mut out = MaybeUninit::uninit();
    leaf(out.as_mut_ptr());
    // SAFETY: every leaf writes all of `out`.
    unsafe { out.assume_init() }
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn add_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldm r1, {{r3-r10}}",
        "ldm r2!, {{r1, r11, r12, lr}}",
        "adds r3, r1",
        "adcs r4, r11",
        "adcs r5, r12",
        "adcs r6, lr",
        "ldm r2, {{r1, r11, r12, lr}}",
        "adcs r7, r1",
        "adcs r8, r11",
        "adcs r9, r12",
        "adcs r10, lr",
        "mov r1, #0",
        "adc r1, r1, #0",
        // Less p; and p again, where that was too much.
        "mov r2, #-1",
        "subs r3, r2",
        "sbcs r4, r2",
        "sbcs r5, r2",
        "sbcs r6, #0",
        "sbcs r7, #0",
        "sbcs r8, #0",
        "sbcs r9, #1",
        "sbcs r10, r2",
        "sbc r1, r1, #0",
        "adds r3, r1",
        "adcs r4, r1",
        "adcs r5, r1",
        "adcs r6, #0",
        "adcs r7, #0",
        "adcs r8, #0",
        "adcs r9, r9, r1, lsr #31",
        "adc r10, r1",
        "stm r0, {{r3-r10}}",
        "pop {{r4-r11, pc}}",
    )
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn subtract_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    naked_asm!(
        "push {{r4-r11, lr}}",
        "ldm r1, {{r3-r10}}",
        "ldm r2!, {{r1, r11, r12, lr}}",
        "subs r3, r1",
        "sbcs r4, r11",
        "sbcs r5, r12",
        "sbcs r6, lr",
        "ldm r2, {{r1, r11, r12, lr}}",
        "sbcs r7, r1",
        "sbcs r8, r11",
        "sbcs r9, r12",
        "sbcs r10, lr",
        // And p, where that was too much.
        "sbc r1, r1, r1",
        "adds r3, r1",
        "adcs r4, r1",
        "adcs r5, r1",
        "adcs r6, #0",
        "adcs r7, #0",
        "adcs r8, #0",
        "adcs r9, r9, r1, lsr #31",
        "adc r10, r1",
        "stm r0, {{r3-r10}}",
        "pop {{r4-r11, pc}}",
    )
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn halve_leaf(out: *mut Element, a: *const Element) {
    naked_asm!(
        "push {{r4-r8, lr}}",
        "ldm r1, {{r1-r8}}",
        // And p, where it is odd.
        "sbfx r12, r1, #0, #1",
        "adds r1, r12",
        "adcs r2, r12",
        "adcs r3, r12",
        "adcs r4, #0",
        "adcs r5, #0",
        "adcs r6, #0",
        "adcs r7, r7, r12, lsr #31",
        "adcs r8, r12",
        "rrxs r8, r8",
        "rrxs r7, r7",
        "rrxs r6, r6",
        "rrxs r5, r5",
        "rrxs r4, r4",
        "rrxs r3, r3",
        "rrxs r2, r2",
        "rrx r1, r1",
        "stm r0, {{r1-r8}}",
        "pop {{r4-r8, pc}}",
    )
}

/// Every other number of 32 from `first` on, times 1 where it is the one at `index` and 0 where it is not; p less it where
/// `negated` is all ones.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn lookup_leaf(out: *mut Element, first: *const Element, index: Limb, negated: Limb) {
    naked_asm!(
        "push {{r0, r3-r11, lr}}",
        // Bit by bit, the lowest first: 0 for the one at `index`, 1 for all others and behind the last.
        "mov r3, #1",
        "lsl r2, r3, r2",
        "mvn r2, r2",
        "ubfx r2, r2, #0, #17",
        "mov r3, #0",
        "mov r4, #0",
        "mov r5, #0",
        "mov r6, #0",
        "mov r7, #0",
        "mov r8, #0",
        "mov r9, #0",
        "mov r10, #0",
        "lsrs r2, #1",
        "2:",
        "sbc r12, r12, r12",
        "ldm r1!, {{r0, r11, lr}}",
        "mls r3, r0, r12, r3",
        "mls r4, r11, r12, r4",
        "mls r5, lr, r12, r5",
        "ldm r1!, {{r0, r11, lr}}",
        "mls r6, r0, r12, r6",
        "mls r7, r11, r12, r7",
        "mls r8, lr, r12, r8",
        "ldm r1!, {{r0, r11}}",
        "mls r9, r0, r12, r9",
        "mls r10, r11, r12, r10",
        "add r1, #32",
        "lsrs r2, #1",
        "bne 2b",
        "pop {{r0, r12}}",
        // -y = (y ^ -1) + 1, and p + 1 is 2^256 - 2^224 + 2^192 + 2^96.
        "eor r3, r12",
        "eor r4, r12",
        "eor r5, r12",
        "eor r6, r12",
        "eor r7, r12",
        "eor r8, r12",
        "eor r9, r12",
        "eor r10, r12",
        "adds r6, r6, r12, lsr #31",
        "adcs r7, #0",
        "adcs r8, #0",
        "adcs r9, r9, r12, lsr #31",
        "adc r10, r12",
        "stm r0, {{r3-r10}}",
        "pop {{r4-r11, pc}}",
    )
}

/// t = `$b` times r3 to r6, plus what stands there, plus the limb that `$carry` is loaded with.
macro_rules! row {
    ($b:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $carry:literal, $load:literal, $store:literal) => {
        concat!(
            $load, "\n", "umaal ", $t0, ", ", $carry, ", r3, ", $b, "\n", "umaal ", $t1, ", ", $carry, ", r4, ", $b,
            "\n", "umaal ", $t2, ", ", $carry, ", r5, ", $b, "\n", "umaal ", $t3, ", ", $carry, ", r6, ", $b, "\n",
            "str ", $t0, ", [sp, #", $store, "]"
        )
    };
}

/// Where a row would start with a carry of 0, a limb of m 2^96 or m 2^192 is added instead, of those that [`reduce`] has to
/// add: m0 to m3, the lowest limbs of t, are known before the rest.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn multiply_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    naked_asm!(
        "push {{r0, r4-r11, lr}}",
        "sub sp, #64",

        // t0 to t11 = (a0 to a3) b. Five registers take turns: four limbs of t and the carry.
        "ldm r1!, {{r3-r6}}",
        "ldm r2!, {{r0, r12, lr}}",
        "umull r9, r10, r3, r0",
        "mov r11, #0",
        "umaal r10, r11, r4, r0",
        "mov r7, #0",
        "umaal r11, r7, r5, r0",
        "mov r8, #0",
        "umaal r7, r8, r6, r0",
        "str r9, [sp]",
        row!("r12", "r10", "r11", "r7", "r8", "r9", "mov r9, #0", "4"),
        row!("lr", "r11", "r7", "r8", "r9", "r10", "mov r10, #0", "8"),
        "ldm r2!, {{r0, r12, lr}}",
        row!("r0", "r7", "r8", "r9", "r10", "r11", "ldr r11, [sp]", "12"),
        row!("r12", "r8", "r9", "r10", "r11", "r7", "ldr r7, [sp, #4]", "16"),
        row!("lr", "r9", "r10", "r11", "r7", "r8", "ldr r8, [sp, #8]", "20"),
        "ldrd r0, r12, [r2], #-24",
        row!("r0", "r10", "r11", "r7", "r8", "r9", "ldr r9, [sp, #12]", "24"),
        row!("r12", "r11", "r7", "r8", "r9", "r10", "ldr r10, [sp, #4]", "28"),
        "add r12, sp, #32",
        "stm r12, {{r7-r10}}",

        // t4 to t15 += (a4 to a7) b.
        "ldm r1, {{r3-r6}}",
        "ldm r2!, {{r0, r12, lr}}",
        "ldr r9, [sp, #16]",
        "mov r10, #0",
        "umaal r9, r10, r3, r0",
        "mov r11, #0",
        "umaal r10, r11, r4, r0",
        "ldr r7, [sp]",
        "umaal r11, r7, r5, r0",
        "mov r8, #0",
        "umaal r7, r8, r6, r0",
        "str r9, [sp, #16]",
        row!("r12", "r10", "r11", "r7", "r8", "r9", "ldr r9, [sp, #20]", "20"),
        row!("lr", "r11", "r7", "r8", "r9", "r10", "ldr r10, [sp, #24]", "24"),
        "ldm r2!, {{r0, r12, lr}}",
        row!("r0", "r7", "r8", "r9", "r10", "r11", "ldr r11, [sp, #28]", "28"),
        row!("r12", "r8", "r9", "r10", "r11", "r7", "ldr r7, [sp, #32]", "32"),
        row!("lr", "r9", "r10", "r11", "r7", "r8", "ldr r8, [sp, #36]", "36"),
        "ldm r2, {{r0, r12}}",
        row!("r0", "r10", "r11", "r7", "r8", "r9", "ldr r9, [sp, #40]", "40"),
        row!("r12", "r11", "r7", "r8", "r9", "r10", "ldr r10, [sp, #44]", "44"),
        "add r12, sp, #48",
        "stm r12, {{r7-r10}}",

        "pop {{r0-r7}}",
        "mov r12, #1",
        "adds r7, r4",
        "b {reduce}",
        reduce = sym reduce,
    )
}

/// Column by column, the lowest first. The limb of the sum of a column's products a[i] a[j] with i < j is doubled, by way of
/// the carry flag, which no other instruction here touches; a square or 0 is added, and what the columns before have carried
/// over. A column's carries, one for each product, go into the next one's UMAALs.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn square_leaf(out: *mut Element, a: *const Element) {
    naked_asm!(
        "push {{r0, r4-r11, lr}}",
        "sub sp, #64",
        "ldm r1, {{r3-r10}}",
        "umull r12, r0, r3, r3",
        "mov r1, #0",
        "umull r2, r11, r3, r4",
        "adds r2, r2",
        "umaal r2, r0, r1, r1",
        "strd r12, r2, [sp]",
        "mov r2, #0",
        "umaal r11, r2, r3, r5",
        "adcs r11, r11",
        "umaal r11, r0, r4, r4",
        "umull lr, r12, r3, r6",
        "umaal r2, lr, r4, r5",
        "adcs r2, r2",
        "umaal r2, r0, r1, r1",
        "strd r11, r2, [sp, #8]",
        "mov r2, #0",
        "umaal r12, lr, r3, r7",
        "umaal r12, r2, r4, r6",
        "adcs r12, r12",
        "umaal r12, r0, r5, r5",
        "str r12, [sp, #16]",
        "umull r12, r11, r3, r8",
        "umaal lr, r2, r4, r7",
        "umaal lr, r12, r5, r6",
        "adcs lr, lr",
        "umaal lr, r0, r1, r1",
        "str lr, [sp, #20]",
        "mov lr, #0",
        "umaal r11, r2, r3, r9",
        "umaal r11, r12, r4, r8",
        "umaal r11, lr, r5, r7",
        "adcs r11, r11",
        "umaal r11, r0, r6, r6",
        "str r11, [sp, #24]",
        "umull r1, r11, r3, r10",
        "umaal r2, r12, r4, r9",
        "umaal r2, lr, r5, r8",
        "umaal r2, r1, r6, r7",
        "adcs r2, r2",
        "mov r3, #0",
        "umaal r2, r0, r3, r3",
        "str r2, [sp, #28]",
        "umaal r11, r12, r4, r10",
        "umaal r11, lr, r5, r9",
        "umaal r11, r1, r6, r8",
        "adcs r11, r11",
        "umaal r11, r0, r7, r7",
        "mov r4, #0",
        "umaal r12, lr, r5, r10",
        "umaal r12, r1, r6, r9",
        "umaal r12, r4, r7, r8",
        "adcs r12, r12",
        "umaal r12, r0, r3, r3",
        "strd r11, r12, [sp, #32]",
        "umaal lr, r1, r6, r10",
        "umaal lr, r4, r7, r9",
        "adcs lr, lr",
        "umaal lr, r0, r8, r8",
        "mov r5, #0",
        "umaal r1, r4, r7, r10",
        "umaal r1, r5, r8, r9",
        "adcs r1, r1",
        "umaal r1, r0, r3, r3",
        "strd lr, r1, [sp, #40]",
        "umaal r4, r5, r8, r10",
        "adcs r4, r4",
        "umaal r4, r0, r9, r9",
        "mov r6, #0",
        "umaal r5, r6, r9, r10",
        "adcs r5, r5",
        "umaal r5, r0, r3, r3",
        "strd r4, r5, [sp, #48]",
        "adcs r6, r6",
        "umaal r6, r0, r10, r10",
        "adc r0, r0, #0",
        "strd r6, r0, [sp, #56]",

        "pop {{r0-r7}}",
        "mov r12, #1",
        "adds r3, r0",
        "adcs r4, r1",
        "adcs r5, r2",
        "adcs r6, r3",
        "adcs r7, r4",
        "adc r12, r12, #0",
        "adds r6, r0",
        "adcs r7, r1",
        "b {reduce}",
        reduce = sym reduce,
    )
}

/// The end of a leaf: Montgomery's reduction of t0 to t15. m = -t / p mod 2^256 is such that m + t is m (2^96 + 2^192 - 2^224)
/// up to multiples of 2^256.
///
/// In r0 to r7 stands m but for m0 (2^256 - 2^224); the carry flag and r12, less 1, go on to 2^256. On the stack stand t8 to
/// t15, `out`, r4 to r11, and where to return.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn reduce() {
    naked_asm!(
        // What goes on: m 2^192 in the carry flag, m 2^96 in r12, m (2^256 - 2^224) in r11.
        "mov lr, #-1",
        "mov r11, #0",
        "umaal r7, r11, r0, lr",

        // (t + m p) / 2^256 - p + 2^257, into r8, r9, r0 to r5. As 2^257 - p, this adds to the limbs 1, 0, 0, lr, lr, lr,
        // 2 lr and lr.
        "mov r10, #1",
        "pop {{r8, r9}}",
        "adcs r8, r2",
        "umaal r8, r12, r5, r10",
        "umaal r8, r11, r1, lr",
        "adcs r9, r3",
        "umaal r9, r12, r6, r10",
        "umaal r9, r11, r2, lr",
        "pop {{r0, r1}}",
        "adcs r0, r4",
        "umaal r0, r12, r7, r10",
        "umaal r0, r11, r3, lr",
        "adcs r1, r5",
        "umaal r1, r12, lr, r10",
        "umaal r1, r11, r4, lr",
        "pop {{r2, r3}}",
        "adcs r2, r6",
        "umaal r2, r12, lr, r10",
        "umaal r2, r11, r5, lr",
        "adcs r3, r7",
        "umaal r3, r12, lr, r10",
        "umaal r3, r11, r6, lr",
        "pop {{r4, r5}}",
        "adcs r4, r4, #-1",
        "umaal r4, r12, lr, r10",
        "umaal r4, r11, r7, lr",
        "adcs r5, r5, #-1",
        "umaal r5, r12, r11, r10",
        // 2^256 twice is no borrow; else p again.
        "sbc r12, r12, #1",
        "adds r8, r8, r12",
        "adcs r9, r9, r12",
        "adcs r0, r0, r12",
        "adcs r1, r1, #0",
        "adcs r2, r2, #0",
        "adcs r3, r3, #0",
        "adcs r4, r4, r12, lsr #31",
        "adc r5, r5, r12",
        "pop {{r12}}",
        "stm r12!, {{r8, r9}}",
        "stm r12, {{r0-r5}}",
        "pop {{r4-r11, pc}}",
    )
}
