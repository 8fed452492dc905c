//! The field's arithmetic for RV32 with multiplication, where 31 registers hold all of one factor and half of the product, and
//! there is no carry flag: a limb that is added takes three instructions, one of which adds to a count of carries.
//!
//! The leaves: a pointer to a number points to eight limbs, aligned to four bytes. A leaf reads its inputs whole before it
//! writes `out`, which may be one of them and may be uninitialized. Inputs are less than p, and so is what it writes. It uses
//! no memory but that and its stack. No branch and no address depends on a limb.

use core::arch::naked_asm;
use core::mem::MaybeUninit;

use super::copy_of;
use super::field::Element;
use super::point::Affine;
use crate::arith::limbs::Limb;

#[path = "halve.rs"]
mod halving;
pub use halving::halve;

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

/// `(a, b) = (b - 2 a, 3 a - b)`
pub fn reflect(a: &mut Element, b: &mut Element) {
    let once = copy_of(a);
    // SAFETY: as above.
    unsafe { subtract_leaf(a, b, a) }
    subtract_from(a, &once);
    // SAFETY: as above.
    unsafe { subtract_leaf(b, &once, a) }
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

/// `a b / 2^256 - c`
pub fn multiply_subtract(a: &Element, b: &Element, c: &Element) -> Element {
    // SAFETY: as above.
    written(|out| unsafe { write_product_less(out, a, b, c) })
}

/// `a = a b / 2^256 - c`
pub fn multiply_by_subtract(a: &mut Element, b: &Element, c: &Element) {
    multiply_by(a, b);
    subtract_from(a, c);
}

/// `c = a b / 2^256 - c`
pub fn subtract_from_product(c: &mut Element, a: &Element, b: &Element) {
    let product = multiply(a, b);
    // SAFETY: as above.
    unsafe { subtract_leaf(c, &product, c) }
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    multiply(a, a)
}

/// `a a / 2^256 - c`
pub fn square_subtract(a: &Element, c: &Element) -> Element {
    multiply_subtract(a, a, c)
}

/// `a = a a / 2^256`
pub fn square_in_place(a: &mut Element) {
    // SAFETY: as above.
    unsafe { multiply_leaf(a, a, a) }
}

/// `table[index]`, by reading all of it; its negative where `negated` is all ones and not zero.
pub fn lookup(table: &[Affine; 16], index: Limb, negated: Limb) -> Affine {
    // SAFETY: as above.
    written(|out| unsafe { write_entry(out, table, index, negated) })
}

/// `out = a b / 2^256 - c`. A function, so that the compiler sees one write, which it can have done in its place.
///
/// # Safety
/// As for a leaf, but `out` is not `c`.
#[inline(never)]
unsafe fn write_product_less(out: *mut Element, a: *const Element, b: *const Element, c: *const Element) {
    // SAFETY: the leaf's contract is this one's; what the first has written is the second one's input and output.
    unsafe {
        multiply_leaf(out, a, b);
        subtract_leaf(out, out, c);
    }
}

/// As [`lookup`], and a function for the same reason.
///
/// # Safety
/// `out` is aligned to four bytes and may be uninitialized.
#[inline(never)]
unsafe fn write_entry(out: *mut Affine, table: &[Affine; 16], index: Limb, negated: Limb) {
    // SAFETY: sixteen entries, each an x and then a y.
    unsafe {
        lookup_leaf(&raw mut (*out).x, &table[0].x, index, 0);
        lookup_leaf(&raw mut (*out).y, &table[0].y, index, negated);
    }
}

/// What `leaf` writes.
#[inline(always)]
fn written<T>(leaf: impl FnOnce(*mut T)) -> T {
    let mut out = MaybeUninit::uninit();
    leaf(out.as_mut_ptr());
    // SAFETY: each of them writes all of `out`.
    unsafe { out.assume_init() }
}

/// The instruction for each limb of the number that a leaf computes, at its place.
#[rustfmt::skip]
macro_rules! limbs {
    ($limb:ident, $at:literal) => {
        concat!(
            $limb!("a4", "0", $at), $limb!("a5", "4", $at), $limb!("a6", "8", $at), $limb!("a7", "12", $at),
            $limb!("t3", "16", $at), $limb!("t4", "20", $at), $limb!("t5", "24", $at), $limb!("t6", "28", $at),
        )
    };
}

macro_rules! load {
    ($limb:literal, $place:literal, $at:literal) => {
        concat!("lw ", $limb, ", ", $place, "(", $at, ")\n")
    };
}

macro_rules! store {
    ($limb:literal, $place:literal, $at:literal) => {
        concat!("sw ", $limb, ", ", $place, "(", $at, ")\n")
    };
}

/// `$limb += $value`; what is carried is `$carry`, which may be `$value`.
macro_rules! carry {
    ($limb:literal, $value:literal, $carry:literal) => {
        concat!("add ", $limb, ", ", $limb, ", ", $value, "\n", "sltu ", $carry, ", ", $limb, ", ", $value, "\n")
    };
}

/// `$limb -= $value`; what is borrowed is `$borrow`, which is not `$value`.
macro_rules! borrow {
    ($limb:literal, $value:literal, $borrow:literal) => {
        concat!("sltu ", $borrow, ", ", $limb, ", ", $value, "\n", "sub ", $limb, ", ", $limb, ", ", $value, "\n")
    };
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn add_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    /// `$limb +=` that of b and the carry in t1.
    macro_rules! with_carry {
        ($limb:literal, $place:literal) => {
            concat!(
                load!("a3", $place, "a2"),
                carry!($limb, "a3", "t0"),
                carry!($limb, "t1", "t1"),
                "add t1, t1, t0\n",
            )
        };
    }
    naked_asm!(
        limbs!(load, "a1"),
        load!("a3", "0", "a2"),
        carry!("a4", "a3", "t1"),
        with_carry!("a5", "4"), with_carry!("a6", "8"), with_carry!("a7", "12"), with_carry!("t3", "16"),
        with_carry!("t4", "20"), with_carry!("t5", "24"), with_carry!("t6", "28"),
        // Plus 2^256 - p, which is 2^224 - 2^192 - 2^96 + 1; and p again, where neither that nor the sum reaches 2^256.
        "addi a4, a4, 1",
        "seqz t0, a4",
        carry!("a5", "t0", "t0"), carry!("a6", "t0", "t0"),
        "xori t0, t0, 1",
        borrow!("a7", "t0", "t2"), borrow!("t3", "t2", "t0"), borrow!("t4", "t0", "t2"),
        "addi t2, t2, 1",
        borrow!("t5", "t2", "t0"),
        "xori t0, t0, 1",
        carry!("t6", "t0", "t0"),
        "or t0, t0, t1",
        "xori t0, t0, 1",
        "j {add_p}",
        add_p = sym add_p,
    )
}

#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn subtract_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    /// `$limb -=` that of b and the borrow in t0.
    macro_rules! with_borrow {
        ($limb:literal, $place:literal) => {
            concat!(
                load!("a3", $place, "a2"),
                borrow!($limb, "a3", "t1"),
                borrow!($limb, "t0", "t2"),
                "add t0, t1, t2\n",
            )
        };
    }
    naked_asm!(
        limbs!(load, "a1"),
        load!("a3", "0", "a2"),
        borrow!("a4", "a3", "t0"),
        with_borrow!("a5", "4"), with_borrow!("a6", "8"), with_borrow!("a7", "12"), with_borrow!("t3", "16"),
        with_borrow!("t4", "20"), with_borrow!("t5", "24"), with_borrow!("t6", "28"),
        "j {add_p}",
        add_p = sym add_p,
    )
}

/// The end of a leaf: writes to a0 the number in a4 to a7 and t3 to t6 plus p times t0, which is 0 or 1, modulo 2^256; p is
/// -2^224 + 2^192 + 2^96 - 1 there.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn add_p() {
    naked_asm!(
        borrow!("a4", "t0", "t1"), borrow!("a5", "t1", "t2"), borrow!("a6", "t2", "t1"),
        "sub t1, t0, t1",
        carry!("a7", "t1", "t1"), carry!("t3", "t1", "t1"), carry!("t4", "t1", "t1"),
        "add t1, t1, t0",
        carry!("t5", "t1", "t1"),
        "add t6, t6, t1",
        "sub t6, t6, t0",
        limbs!(store, "a0"),
        "ret",
    )
}

/// One product of limbs: `$to = $from + $limb a1 + $carry`, what goes above is `$above`. `$to` may be `$from`, and `$above` too.
#[rustfmt::skip]
macro_rules! product {
    ($to:literal, $from:literal, $limb:literal, $carry:literal, $above:literal) => {
        concat!(
            "mul t0, ", $limb, ", a1\n",
            "add ", $to, ", ", $from, ", t0\n",
            "mulhu ", $above, ", ", $limb, ", a1\n",
            "sltu t0, ", $to, ", t0\n",
            "add ", $above, ", ", $above, ", t0\n",
            carry!($to, $carry, "t0"),
            "add ", $above, ", ", $above, ", t0\n",
        )
    };
}

/// `$to = $limb a1 + $carry`, what goes above is `$above`.
#[rustfmt::skip]
macro_rules! first_product {
    ($to:literal, $limb:literal, $carry:literal, $above:literal) => {
        concat!(
            "mul ", $to, ", ", $limb, ", a1\n",
            "mulhu ", $above, ", ", $limb, ", a1\n",
            carry!($to, $carry, "t0"),
            "add ", $above, ", ", $above, ", t0\n",
        )
    };
}

/// `$limb += $value`; what is carried is counted in t0.
macro_rules! plus {
    ($limb:literal, $value:literal) => {
        concat!(carry!($limb, $value, "t1"), "add t0, t0, t1\n")
    };
}

/// `$limb -= $value`; what is borrowed is taken from the count in t0.
macro_rules! minus {
    ($limb:literal, $value:literal) => {
        concat!(borrow!($limb, $value, "t1"), "sub t0, t0, t1\n")
    };
}

/// `$limb += t0`, which has a sign, as what is carried then has.
macro_rules! plus_signed {
    ($limb:literal) => {
        concat!(carry!($limb, "t0", "t1"), "srai t0, t0, 31\n", "add t0, t0, t1\n")
    };
}

/// a b / 2^256
///
/// Row by row: a times a limb of b, and the upper limbs of the sum so far, which move down by one. All of those stay in registers.
/// As a is less than p, so is what a row leaves there, or it is p.
///
/// The lowest limb of each row is one of m = -t / p modulo 2^256, for the whole product t, but for what Montgomery's reduction
/// adds to it: m + t is m (2^96 + 2^192 - 2^224) up to multiples of 2^256. Where a row would start with a carry of 0, it starts
/// with what m 2^96 adds there, the limb of m three rows ago. The rest is added after the last row, column by column.
///
/// (t + m p) / 2^256 - p is to be computed, which is less than p and not less than -p; and that plus 2^256 is what is, so that
/// the highest column leaves a 1 where it is not negative, and else 0.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn multiply_leaf(out: *mut Element, a: *const Element, b: *const Element) {
    naked_asm!(
        "addi sp, sp, -80",
        "sw s0, 40(sp)", "sw s1, 44(sp)", "sw s2, 48(sp)", "sw s3, 52(sp)", "sw s4, 56(sp)", "sw s5, 60(sp)",
        "sw s6, 64(sp)", "sw s7, 68(sp)", "sw s8, 72(sp)",
        "lw s0, 0(a1)", "lw s1, 4(a1)", "lw s2, 8(a1)", "lw s3, 12(a1)", "lw s4, 16(a1)", "lw s5, 20(a1)",
        "lw s6, 24(a1)", "lw s7, 28(a1)",
        // m stands at sp + 8, behind what the rows 1 and 2 take for a limb of it.
        "sw zero, 0(sp)",
        "sw zero, 4(sp)",
        "mv a3, sp",
        "addi s8, sp, 28",
        "lw a1, 0(a2)",
        "mul t0, s0, a1",
        "sw t0, 8(sp)",
        "mulhu t1, s0, a1",
        first_product!("a4", "s1", "t1", "t2"), first_product!("a5", "s2", "t2", "t1"), first_product!("a6", "s3", "t1", "t2"),
        first_product!("a7", "s4", "t2", "t1"), first_product!("t3", "s5", "t1", "t2"), first_product!("t4", "s6", "t2", "t1"),
        first_product!("t5", "s7", "t1", "t6"),
        "2:",
        "addi a2, a2, 4",
        "lw a1, 0(a2)",
        "lw t1, 0(a3)",
        product!("a4", "a4", "s0", "t1", "t2"),
        "sw a4, 12(a3)",
        "addi a3, a3, 4",
        product!("a4", "a5", "s1", "t2", "t1"), product!("a5", "a6", "s2", "t1", "t2"), product!("a6", "a7", "s3", "t2", "t1"),
        product!("a7", "t3", "s4", "t1", "t2"), product!("t3", "t4", "s5", "t2", "t1"), product!("t4", "t5", "s6", "t1", "t2"),
        product!("t5", "t6", "s7", "t2", "t6"),
        "bne a3, s8, 2b",
        "lw s0, 8(sp)", "lw s1, 12(sp)", "lw s2, 16(sp)", "lw s3, 20(sp)", "lw s4, 24(sp)", "lw s5, 28(sp)",
        "lw s6, 32(sp)", "lw s7, 36(sp)",
        // m6 and m7
        carry!("s6", "s0", "t0"),
        carry!("s7", "t0", "t0"), plus!("s7", "s1"), minus!("s7", "s0"),
        // and 2^256 - p, which is 2^224 - 2^192 - 2^96 + 1. No less than -1 was carried.
        "addi t0, t0, 1",
        carry!("a4", "t0", "t0"), plus!("a4", "s0"), minus!("a4", "s1"), plus!("a4", "s2"), plus!("a4", "s5"),
        plus_signed!("a5"), plus!("a5", "s1"), minus!("a5", "s2"), plus!("a5", "s3"), plus!("a5", "s6"),
        plus_signed!("a6"), plus!("a6", "s2"), minus!("a6", "s3"), plus!("a6", "s4"), plus!("a6", "s7"),
        "addi t0, t0, -1",
        plus_signed!("a7"), plus!("a7", "s3"), minus!("a7", "s4"), plus!("a7", "s5"),
        plus_signed!("t3"), plus!("t3", "s4"), minus!("t3", "s5"), plus!("t3", "s6"),
        plus_signed!("t4"), plus!("t4", "s5"), minus!("t4", "s6"), plus!("t4", "s7"),
        "addi t0, t0, -1",
        plus_signed!("t5"), plus!("t5", "s6"), minus!("t5", "s7"),
        "addi t0, t0, 1",
        plus_signed!("t6"), plus!("t6", "s7"),
        "lw s0, 40(sp)", "lw s1, 44(sp)", "lw s2, 48(sp)", "lw s3, 52(sp)", "lw s4, 56(sp)", "lw s5, 60(sp)",
        "lw s6, 64(sp)", "lw s7, 68(sp)", "lw s8, 72(sp)",
        "addi sp, sp, 80",
        "xori t0, t0, 1",
        "j {add_p}",
        add_p = sym add_p,
    )
}

/// Every other number of 32 from `first` on, times 1 where it is the one at `index` and 0 where it is not; p less it where
/// `negated` is all ones and not zero.
#[unsafe(naked)]
#[rustfmt::skip]
unsafe extern "C" fn lookup_leaf(out: *mut Element, first: *const Element, index: Limb, negated: Limb) {
    macro_rules! clear {
        ($limb:literal, $place:literal, $at:literal) => {
            concat!("li ", $limb, ", 0\n")
        };
    }
    macro_rules! of_table {
        ($limb:literal, $place:literal, $at:literal) => {
            concat!(load!("a3", $place, $at), "and a3, a3, a2\n", "add ", $limb, ", ", $limb, ", a3\n")
        };
    }
    macro_rules! turn {
        ($limb:literal, $place:literal, $at:literal) => {
            concat!("xor ", $limb, ", ", $limb, ", t1\n")
        };
    }
    naked_asm!(
        "mv t0, a2",
        "mv t1, a3",
        "addi t2, a1, 1024",
        limbs!(clear, ""),
        "2:",
        "seqz a2, t0",
        "neg a2, a2",
        "addi t0, t0, -1",
        limbs!(of_table, "a1"),
        "addi a1, a1, 64",
        "bne a1, t2, 2b",
        // -y = (y ^ -1) + 1, and p + 1 is 2^256 - 2^224 + 2^192 + 2^96.
        limbs!(turn, ""),
        "srli t0, t1, 31",
        carry!("a7", "t0", "t2"), carry!("t3", "t2", "t2"), carry!("t4", "t2", "t2"),
        "add t2, t2, t0",
        carry!("t5", "t2", "t2"),
        "add t6, t6, t2",
        "add t6, t6, t1",
        limbs!(store, "a0"),
        "ret",
    )
}
