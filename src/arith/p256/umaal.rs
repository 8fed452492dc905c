//! The field's arithmetic for cores with UMAAL, which multiplies and adds twice: ARMv7E-M, and ARMv8-M with DSP.
//!
//! The leaves: a pointer to a number points to eight limbs, aligned to four bytes. A leaf reads its inputs whole before it
//! writes `out`, which may be one of them and may be uninitialized. Inputs are less than p, and so is what it writes. It uses
//! no memory but that and its stack. Every instruction takes the same time whatever the operands are, no branch and no
//! address depends on one.
//!
//! They are called by [`call!`] alone, for their arguments have registers of their own: `out` is in r1, `a` in r2, `b` in r0
//! and `c`, which may be null, in r3. They keep r6, r7 and the stack pointer. The other registers are saved by the caller, once
//! for all the leaves that it calls, and the fewer are left to be moved.

use core::arch::{asm, naked_asm};
use core::mem::MaybeUninit;

use super::field::Element;
use super::point::Affine;
use crate::arith::limbs::Limb;

/// Calls a leaf by the convention above; r6 and r7 are those that inline assembly cannot name.
macro_rules! call {
    ($leaf:ident, $out:expr, $a:expr) => {
        call!($leaf, "r1" $out as *mut Element, "r2" $a as *const Element; "r0", "r3")
    };
    ($leaf:ident, $out:expr, $a:expr, $b:expr) => {
        call!($leaf, "r1" $out as *mut Element, "r2" $a as *const Element, "r0" $b as *const Element; "r3")
    };
    ($leaf:ident, $out:expr, $a:expr, $b:expr, $c:expr) => {
        call!($leaf, "r1" $out as *mut Element, "r2" $a as *const Element, "r0" $b as *const Element,
            "r3" $c as *const Element;)
    };
    ($leaf:ident, $($argument:tt $value:expr),+; $($other:tt),*) => {
        asm!(
            "bl {leaf}",
            leaf = sym $leaf,
            $(inlateout($argument) $value => _,)+
            $(lateout($other) _,)*
            lateout("r4") _, lateout("r5") _, lateout("r8") _, lateout("r9") _, lateout("r10") _, lateout("r11") _,
            lateout("r12") _, lateout("lr") _,
        )
    };
}

/// `a + b`
pub fn add(a: &Element, b: &Element) -> Element {
    // SAFETY: the leaf's contract holds for references.
    written(|out| unsafe { call!(add_leaf, out, a, b) })
}

/// `a += b`
pub fn add_to(a: &mut Element, b: &Element) {
    // SAFETY: as above; the output is an input.
    unsafe { call!(add_leaf, a, a, b) }
}

/// `a *= 2`
pub fn double(a: &mut Element) {
    // SAFETY: as above.
    unsafe { call!(add_leaf, a, a, a) }
}

/// `a - b`
pub fn subtract(a: &Element, b: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { call!(subtract_leaf, out, a, b) })
}

/// `a -= b`
pub fn subtract_from(a: &mut Element, b: &Element) {
    // SAFETY: as above.
    unsafe { call!(subtract_leaf, a, a, b) }
}

/// `(a, b) = (b - 2 a, 3 a - b)`
pub fn reflect(a: &mut Element, b: &mut Element) {
    // SAFETY: as above; both are outputs too, and not the same.
    unsafe { call!(reflect_leaf, a, b) }
}

/// `a /= 2`
pub fn halve(a: &mut Element) {
    // SAFETY: as above.
    unsafe { call!(halve_leaf, a, a) }
}

/// `a b / 2^256`
pub fn multiply(a: &Element, b: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { call!(multiply_leaf, out, a, b, NOTHING) })
}

/// `a = a b / 2^256`
pub fn multiply_by(a: &mut Element, b: &Element) {
    // SAFETY: as above.
    unsafe { call!(multiply_leaf, a, a, b, NOTHING) }
}

/// `a b / 2^256 - c`
pub fn multiply_subtract(a: &Element, b: &Element, c: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { call!(multiply_leaf, out, a, b, c) })
}

/// `a = a b / 2^256 - c`
pub fn multiply_by_subtract(a: &mut Element, b: &Element, c: &Element) {
    // SAFETY: as above.
    unsafe { call!(multiply_leaf, a, a, b, c) }
}

/// `c = a b / 2^256 - c`
pub fn subtract_from_product(c: &mut Element, a: &Element, b: &Element) {
    // SAFETY: as above.
    unsafe { call!(multiply_leaf, c, a, b, c) }
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { call!(square_leaf, "r1" out, "r2" at(a), "r3" NOTHING; "r0") })
}

/// `a = a a / 2^256`
pub fn square_in_place(a: &mut Element) {
    // SAFETY: as above.
    unsafe { call!(square_leaf, "r1" at_mut(a), "r2" at(a), "r3" NOTHING; "r0") }
}

/// `a a / 2^256 - c`
pub fn square_subtract(a: &Element, c: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { call!(square_leaf, "r1" out, "r2" at(a), "r3" at(c); "r0") })
}

/// `table[index]`, by reading all of it; its negative where `negated` is all ones and not zero.
pub fn lookup(table: &[Affine; 16], index: Limb, negated: Limb) -> Affine {
    let coordinate = |first: &Element, negated: Limb| {
        // SAFETY: sixteen entries, each an x and then a y.
        written(|out| unsafe { call!(lookup_leaf, "r1" out, "r2" at(first), "r0" index, "r3" negated;) })
    };
    Affine { x: coordinate(&table[0].x, 0), y: coordinate(&table[0].y, negated) }
}

/// For a leaf's operand that is not there.
const NOTHING: *const Element = core::ptr::null();

fn at(a: &Element) -> *const Element {
    a
}

fn at_mut(a: &mut Element) -> *mut Element {
    a
}

/// What `leaf` writes.
#[inline(always)]
fn written(leaf: impl FnOnce(*mut Element)) -> Element {
    let mut out = MaybeUninit::uninit();
    leaf(out.as_mut_ptr());
    // SAFETY: every leaf writes all of `out`.
    unsafe { out.assume_init() }
}

/// The number in eight registers plus p where the mask is all ones and not zero: p is 2^256 - 2^224 + 2^192 + 2^96 - 1.
#[rustfmt::skip]
macro_rules! add_p_where {
    ($mask:literal; $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal, $t5:literal, $t6:literal, $t7:literal) => {
        concat!(
            "adds ", $t0, ", ", $mask, "\n",
            "adcs ", $t1, ", ", $mask, "\n",
            "adcs ", $t2, ", ", $mask, "\n",
            "adcs ", $t3, ", #0\n",
            "adcs ", $t4, ", #0\n",
            "adcs ", $t5, ", #0\n",
            "adcs ", $t6, ", ", $t6, ", ", $mask, ", lsr #31\n",
            "adc ", $t7, ", ", $mask,
        )
    };
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn add_leaf() {
    naked_asm!(
        "ldm r2!, {{r3, r4, r5, r8}}",
        "ldm r0!, {{r9-r12}}",
        "adds r3, r9",
        "adcs r4, r10",
        "adcs r5, r11",
        "adcs r8, r12",
        "ldm r2, {{r9-r12}}",
        "ldr r2, [r0]",
        "adcs r9, r2",
        "ldr r2, [r0, #4]",
        "adcs r10, r2",
        "ldr r2, [r0, #8]",
        "ldr r0, [r0, #12]",
        "adcs r11, r2",
        "adcs r12, r0",
        "mov r2, #0",
        "adc r2, r2, #0",
        // Less p; and p again, where that was too much.
        "mov r0, #-1",
        "subs r3, r0",
        "sbcs r4, r0",
        "sbcs r5, r0",
        "sbcs r8, #0",
        "sbcs r9, #0",
        "sbcs r10, #0",
        "sbcs r11, #1",
        "sbcs r12, r0",
        "sbc r2, r2, #0",
        add_p_where!("r2"; "r3", "r4", "r5", "r8", "r9", "r10", "r11", "r12"),
        "stm r1, {{r3, r4, r5, r8-r12}}",
        "bx lr",
    )
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn subtract_leaf() {
    naked_asm!(
        "ldm r2!, {{r3, r4, r5, r8}}",
        "ldm r0!, {{r9-r12}}",
        "subs r3, r9",
        "sbcs r4, r10",
        "sbcs r5, r11",
        "sbcs r8, r12",
        "ldm r2, {{r9-r12}}",
        "ldr r2, [r0]",
        "sbcs r9, r2",
        "ldr r2, [r0, #4]",
        "sbcs r10, r2",
        "ldr r2, [r0, #8]",
        "ldr r0, [r0, #12]",
        "sbcs r11, r2",
        "sbcs r12, r0",
        // And p, where that was too much.
        "sbc r2, r2, r2",
        add_p_where!("r2"; "r3", "r4", "r5", "r8", "r9", "r10", "r11", "r12"),
        "stm r1, {{r3, r4, r5, r8-r12}}",
        "bx lr",
    )
}

/// The number in r3 to r10 less the one at r1, and p where that was too much.
#[rustfmt::skip]
macro_rules! less_a {
    () => {
        concat!(
            "ldm r1!, {{r0, r11, r12, lr}}\n",
            "subs r3, r0\n",
            "sbcs r4, r11\n",
            "sbcs r5, r12\n",
            "sbcs r6, lr\n",
            "ldm r1, {{r0, r11, r12, lr}}\n",
            "sbcs r7, r0\n",
            "sbcs r8, r11\n",
            "sbcs r9, r12\n",
            "sbcs r10, lr\n",
            "sbc r0, r0, r0\n",
            add_p_where!("r0"; "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"), "\n",
            "sub r1, #16",
        )
    };
}

/// `(a, b) = (b - 2 a, 3 a - b)`, of the numbers `a` in r1 and `b` in r2, which are outputs too and not the same.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn reflect_leaf() {
    naked_asm!(
        "push {{r6, r7, lr}}",
        "ldm r2, {{r3-r10}}",
        // b - a, and p where that was too much
        less_a!(),
        // b - 2 a
        less_a!(),
        // 3 a - b
        "ldm r1, {{r0, r11, r12, lr}}",
        "stm r1!, {{r3-r6}}",
        "subs r3, r0, r3",
        "sbcs r4, r11, r4",
        "sbcs r5, r12, r5",
        "sbcs r6, lr, r6",
        "ldm r1, {{r0, r11, r12, lr}}",
        "stm r1, {{r7-r10}}",
        "sbcs r7, r0, r7",
        "sbcs r8, r11, r8",
        "sbcs r9, r12, r9",
        "sbcs r10, lr, r10",
        "sbc r0, r0, r0",
        add_p_where!("r0"; "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"),
        "stm r2, {{r3-r10}}",
        "pop {{r6, r7, pc}}",
    )
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn halve_leaf() {
    naked_asm!(
        "ldm r2, {{r2-r5, r8-r11}}",
        // And p, where it is odd.
        "sbfx r12, r2, #0, #1",
        "adds r2, r12",
        "adcs r3, r12",
        "adcs r4, r12",
        "adcs r5, #0",
        "adcs r8, #0",
        "adcs r9, #0",
        "adcs r10, r10, r12, lsr #31",
        "adcs r11, r12",
        "rrxs r11, r11",
        "rrxs r10, r10",
        "rrxs r9, r9",
        "rrxs r8, r8",
        "rrxs r5, r5",
        "rrxs r4, r4",
        "rrxs r3, r3",
        "rrx r2, r2",
        "stm r1, {{r2-r5, r8-r11}}",
        "bx lr",
    )
}

/// The number in r3 to r10 plus the one at r2 where that bit of r0 is 1; r2 is moved on by two numbers.
#[rustfmt::skip]
macro_rules! entry {
    ($bit:literal) => {
        concat!(
            "sbfx r12, r0, ", $bit, ", #1\n",
            "ldm r2!, {{r1, r11, lr}}\n",
            "mls r3, r1, r12, r3\n",
            "mls r4, r11, r12, r4\n",
            "mls r5, lr, r12, r5\n",
            "ldm r2!, {{r1, r11, lr}}\n",
            "mls r6, r1, r12, r6\n",
            "mls r7, r11, r12, r7\n",
            "mls r8, lr, r12, r8\n",
            "ldrd r1, r11, [r2], #40\n",
            "mls r9, r1, r12, r9\n",
            "mls r10, r11, r12, r10",
        )
    };
}

/// Every other number of 32 from that at r2 on, times 1 where it is the one at the index in r0 and 0 where it is not; p less it
/// where r3 is all ones and not zero.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn lookup_leaf() {
    naked_asm!(
        "push {{r1, r3, r6, r7, lr}}",
        // The bit of the one at `index`, and one behind the last.
        "mov r1, #1",
        "lsl r0, r1, r0",
        "orr r0, #0x10000",
        "mov r3, #0",
        "mov r4, #0",
        "mov r5, #0",
        "mov r6, #0",
        "mov r7, #0",
        "mov r8, #0",
        "mov r9, #0",
        "mov r10, #0",
        "2:",
        entry!("#0"),
        entry!("#1"),
        entry!("#2"),
        entry!("#3"),
        "lsr r0, #4",
        "cmp r0, #1",
        "bne 2b",
        "pop {{r1, r12}}",
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
        "stm r1, {{r3-r10}}",
        "pop {{r6, r7, pc}}",
    )
}

/// t = `$b` times r7 to r10, plus what stands there, plus the limb that `$carry` is loaded with.
#[rustfmt::skip]
macro_rules! row {
    ($b:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $carry:literal) => {
        concat!(
            "umaal ", $t0, ", ", $carry, ", r7, ", $b, "\n",
            "umaal ", $t1, ", ", $carry, ", r8, ", $b, "\n",
            "umaal ", $t2, ", ", $carry, ", r9, ", $b, "\n",
            "umaal ", $t3, ", ", $carry, ", r10, ", $b,
        )
    };
}

/// a b / 2^256 - c
///
/// Four limbs of a at a time, row by row. A row adds its product to four limbs of t and to the limb with which it starts as the
/// carry, which becomes the next limb of t. Seven registers take turns in that, so that the lowest three limbs of the rows
/// before are still there: where a row would start with a carry of 0, it starts with the limb of m 2^96 that [`reduce`] would
/// have to add, which is that of t three rows ago. (m0 to m3 are the lowest limbs of t so far, m4 to m6 those of the second
/// half, m7 is one less m0.) What the first half left for the limbs 8 to 10 is added last.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn multiply_leaf() {
    naked_asm!(
        "push {{r1, r3, r6, r7, lr}}",
        "sub sp, #44",
        // t0 to t11 = (a0 to a3) b
        "ldm r2!, {{r7-r10}}",
        "ldm r0!, {{r3, r5}}",
        "umull r6, r11, r7, r3",
        "mov r12, #0",
        "umaal r11, r12, r8, r3",
        "mov lr, #0",
        "umaal r12, lr, r9, r3",
        "mov r1, #0",
        "umaal lr, r1, r10, r3",
        "mov r4, #0",
        row!("r5", "r11", "r12", "lr", "r1", "r4"),
        "ldr r3, [r0]",
        "mov r5, #0",
        row!("r3", "r12", "lr", "r1", "r4", "r5"),
        "ldr r3, [r0, #4]",
        "str r6, [sp, #0]",
        row!("r3", "lr", "r1", "r4", "r5", "r6"),
        "ldr r3, [r0, #8]",
        "str r11, [sp, #4]",
        row!("r3", "r1", "r4", "r5", "r6", "r11"),
        "ldr r3, [r0, #12]",
        "str r12, [sp, #8]",
        row!("r3", "r4", "r5", "r6", "r11", "r12"),
        "ldr r3, [r0, #16]",
        "str lr, [sp, #12]",
        row!("r3", "r5", "r6", "r11", "r12", "lr"),
        "str r1, [sp, #16]",
        "ldr r3, [r0, #20]",
        "ldr r1, [sp, #4]",
        row!("r3", "r6", "r11", "r12", "lr", "r1"),
        // t4 to t15 += (a4 to a7) b
        "str r11, [sp, #32]",
        "str r12, [sp, #36]",
        "str lr, [sp, #40]",
        "str r1, [sp, #28]",
        "ldm r2, {{r7-r10}}",
        "ldr r3, [r0, #-8]",
        "ldr r2, [r0, #-4]",
        "ldr r1, [sp, #16]",
        "mov r11, #0",
        row!("r3", "r1", "r4", "r5", "r6", "r11"),
        "mov r12, #0",
        row!("r2", "r4", "r5", "r6", "r11", "r12"),
        "ldr r3, [r0]",
        "ldr r2, [r0, #4]",
        "ldr lr, [sp]",
        row!("r3", "r5", "r6", "r11", "r12", "lr"),
        "str r1, [sp, #16]",
        row!("r2", "r6", "r11", "r12", "lr", "r1"),
        "ldr r3, [r0, #8]",
        "ldr r2, [sp]",
        "str r4, [sp, #20]",
        // m7 = t7 - m0, with a borrow that waits for its turn in the carry flag
        "subs r6, r2",
        row!("r3", "r11", "r12", "lr", "r1", "r4"),
        "ldr r3, [r0, #12]",
        "str r5, [sp, #24]",
        row!("r3", "r12", "lr", "r1", "r4", "r5"),
        "ldr r3, [r0, #16]",
        "ldr r2, [r0, #20]",
        "ldr r0, [sp, #28]",
        "str r6, [sp, #28]",
        row!("r3", "lr", "r1", "r4", "r5", "r6"),
        row!("r2", "r1", "r4", "r5", "r6", "r0"),
        "ldr r3, [sp]",
        "ldr r7, [sp, #32]",
        "ldr r8, [sp, #36]",
        "ldr r9, [sp, #40]",
        "sbc r3, r3, #0",
        "subs r2, r2",
        "adcs r11, r7",
        "adcs r12, r8",
        "adcs lr, r9",
        "adcs r1, r1, #-1",
        "adcs r4, r4, #-1",
        "adcs r5, r5, #-1",
        "adcs r6, r6, #-1",
        "adcs r0, r0, #-1",
        "adcs r2, r2, #0",
        "mov r10, #-1",
        "b {reduce}",
        reduce = sym reduce,
    )
}

/// a a / 2^256 - c
///
/// As a product of (a0 to a3) and (a0 to a3, and a4 to a7 twice), to which (a4 to a7)^2 is added: three blocks of the four that
/// another product has. Twice a4 to a7 may have a bit more, which is a row of its own; as a is less than p, what that carries
/// over to t12 is 0 or 1.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn square_leaf() {
    naked_asm!(
        "push {{r1, r3, r6, r7, lr}}",
        "sub sp, #44",
        "mov r4, r2",
        // t0 to t11 = (a0 to a3) (a0 to a3, and a4 to a7 twice)
        "ldm r4!, {{r7-r10}}",
        "umull r6, r11, r7, r7",
        "mov r12, #0",
        "umaal r11, r12, r8, r7",
        "mov lr, #0",
        "umaal r12, lr, r9, r7",
        "mov r1, #0",
        "umaal lr, r1, r10, r7",
        "mov r2, #0",
        row!("r8", "r11", "r12", "lr", "r1", "r2"),
        "mov r5, #0",
        row!("r9", "r12", "lr", "r1", "r2", "r5"),
        "str r6, [sp]",
        row!("r10", "lr", "r1", "r2", "r5", "r6"),
        "ldr r3, [r4]",
        "ldr r0, [r4, #4]",
        "str r11, [sp, #4]",
        "adds r3, r3",
        row!("r3", "r1", "r2", "r5", "r6", "r11"),
        "str r12, [sp, #8]",
        "adcs r0, r0",
        row!("r0", "r2", "r5", "r6", "r11", "r12"),
        "ldr r3, [r4, #8]",
        "ldr r0, [r4, #12]",
        "str lr, [sp, #12]",
        "adcs r3, r3",
        row!("r3", "r5", "r6", "r11", "r12", "lr"),
        "str r1, [sp, #16]",
        "adcs r0, r0",
        row!("r0", "r6", "r11", "r12", "lr", "r1"),
        // and the bit that is shifted out
        "mov r3, #0",
        "adc r3, r3, #0",
        "str r2, [sp, #20]",
        row!("r3", "r11", "r12", "lr", "r1", "r2"),
        // m6 and m7, with a carry that waits for its turn in the carry flag
        "ldr r0, [sp]",
        "ldr r3, [sp, #4]",
        "adds r5, r0",
        "adcs r6, r3",
        "mov r3, #0",
        "mov r7, #-1",
        "umaal r6, r3, r0, r7",
        // t8 to t15 += (a4 to a7) (a4 to a7), 1 and (2^32 - 1) 2^96 of 2^257 - p
        "ldm r4, {{r7-r10}}",
        "mov r4, #1",
        row!("r7", "r11", "r12", "lr", "r1", "r4"),
        "str r5, [sp, #24]",
        row!("r8", "r12", "lr", "r1", "r4", "r5"),
        "str r6, [sp, #28]",
        row!("r9", "lr", "r1", "r4", "r5", "r6"),
        "mov r0, #-1",
        row!("r10", "r1", "r4", "r5", "r6", "r0"),
        "sbc r7, r7, r7",
        // What the bit that is shifted out has carried over to t12
        "lsrs r2, #1",
        "adcs r4, r4, #-1",
        "adcs r5, r5, #-1",
        "adcs r6, r6, #-1",
        "adcs r0, r0, #-1",
        "adc r2, r2, #0",
        "rsbs r7, r7, #0",
        "mov r10, #-1",
        "b {reduce}",
        reduce = sym reduce,
    )
}

/// The end of a leaf: Montgomery's reduction of t0 to t15. m = -t / p mod 2^256 is such that m + t is m (2^96 + 2^192 - 2^224)
/// up to multiples of 2^256. So (t + m p) / 2^256 - p is to be computed, which is less than p and not less than -p; and that plus
/// 2^257 is what is.
///
/// In r11, r12, lr, r1, r4 to r6 and r0 stand t8 to t15 plus m 2^96 and 2^257 - p - (2^32 - 1) 2^192, r8 times 2^256 with them;
/// in r2 and the carry flag what m (2^256 - 2^224) and m 2^192 add to limb 8; in r10 -1. On the stack stand m0 to m7, three
/// limbs, `out`, `c`, r6, r7, and where to return. It takes no stack of its own, which who measures the stack relies on.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn reduce() {
    naked_asm!(
        "ldr r7, [sp, #4]",
        "ldr r8, [sp, #8]",
        "ldr r9, [sp, #12]",
        "adcs r11, r8",
        "adcs r12, r9",
        "umaal r11, r3, r7, r10",
        "umaal r12, r3, r8, r10",
        "umaal lr, r3, r9, r10",
        "ldr r7, [sp, #16]",
        "ldr r8, [sp, #20]",
        "ldr r9, [sp, #24]",
        "adcs lr, r7",
        "adcs r1, r8",
        "adcs r4, r9",
        "umaal r1, r3, r7, r10",
        "umaal r4, r3, r8, r10",
        "umaal r5, r3, r9, r10",
        "ldr r7, [sp, #28]",
        "adcs r5, r7",
        "adcs r6, r6, #-1",
        "umaal r6, r3, r7, r10",
        "adcs r0, r3",
        // 2^256 twice is no borrow; else p again.
        "sbc r2, r2, #1",
        add_p_where!("r2"; "r11", "r12", "lr", "r1", "r4", "r5", "r6", "r0"),
        "ldr r2, [sp, #44]",
        "ldr r3, [sp, #48]",
        "cbnz r3, 3f",
        "2:",
        "str r11, [r2]",
        "str r12, [r2, #4]",
        "str lr, [r2, #8]",
        "str r1, [r2, #12]",
        "str r4, [r2, #16]",
        "str r5, [r2, #20]",
        "str r6, [r2, #24]",
        "str r0, [r2, #28]",
        "add sp, #52",
        "pop {{r6, r7, pc}}",
        "3:",
        "ldm r3!, {{r7-r10}}",
        "subs r11, r7",
        "sbcs r12, r8",
        "sbcs lr, r9",
        "sbcs r1, r10",
        "ldm r3, {{r7-r10}}",
        "sbcs r4, r7",
        "sbcs r5, r8",
        "sbcs r6, r9",
        "sbcs r0, r10",
        "sbc r7, r7, r7",
        add_p_where!("r7"; "r11", "r12", "lr", "r1", "r4", "r5", "r6", "r0"),
        "b 2b",
    )
}
