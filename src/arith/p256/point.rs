//! Points: doubled, added, and in and out of their coordinates.
//!
//! Formulas: Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography" (2004), algorithms 3.21 and 3.22.

use super::field::{
    self, Element, add, add_to, double, halve, multiply, multiply_by, multiply_by_subtract, multiply_subtract, reflect,
    square, square_in_place, square_subtract, subtract, subtract_from, subtract_from_product,
};
use super::scalar::{self, Scalar};
use super::{Number, is_zero};
use crate::arith::limbs::{self, Limb};

/// b as an element.
const B: Element =
    [0x29c4_bddf, 0xd89c_df62, 0x7884_3090, 0xacf0_05cd, 0xf721_2ed6, 0xe5a2_20ab, 0x0487_4834, 0xdc30_061d];

/// Any point but infinity.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Affine {
    pub x: Element,
    pub y: Element,
}

/// The point (x / z^2, y / z^3); infinity where z is 0.
#[derive(Clone, Copy)]
pub struct Point {
    pub x: Element,
    pub y: Element,
    pub z: Element,
}

pub const INFINITY: Point = Point { x: field::UNIT, y: field::UNIT, z: super::ZERO };

impl Affine {
    /// The point with these coordinates; `None` where there is none on the curve.
    pub fn from_coordinates(x: &Number, y: &Number) -> Option<Self> {
        let (x, y) = (field::from_number(x)?, field::from_number(y)?);
        // x^3 - 3 x + b
        let mut right = square(&x);
        multiply_by(&mut right, &x);
        for _ in 0..3 {
            subtract_from(&mut right, &x);
        }
        add_to(&mut right, &B);
        (square(&y) == right).then_some(Self { x, y })
    }

    /// As the coordinates modulo p.
    pub fn coordinates(&self) -> (Number, Number) {
        (field::to_number(&self.x), field::to_number(&self.y))
    }

    pub fn to_point(self) -> Point {
        Point { x: self.x, y: self.y, z: field::UNIT }
    }
}

/// Makes (x, y) to (x f^2, y f^3): the point on an isomorphic curve, on which adding, unlike doubling, is the same.
pub fn scale(x: &mut Element, y: &mut Element, factor: &Element) {
    let mut power = square(factor);
    multiply_by(x, &power);
    multiply_by(&mut power, factor);
    multiply_by(y, &power);
}

impl Point {
    /// Of a point that is not infinity.
    pub fn affine(&self) -> Affine {
        let mut affine = Affine { x: self.x, y: self.y };
        scale(&mut affine.x, &mut affine.y, &field::invert(&self.z));
        affine
    }

    /// The coordinate x, modulo p, of a point that is not infinity.
    pub fn affine_x(&self) -> Number {
        let mut x = field::invert(&self.z);
        square_in_place(&mut x);
        multiply_by(&mut x, &self.x);
        field::to_number(&x)
    }

    pub fn is_infinity_public(&self) -> bool {
        is_zero(&self.z)
    }

    /// Whether the point has an x that is `r` modulo n: r or, where that is less than p, r + n. Infinity has none.
    #[inline(never)]
    pub fn has_x_public(&self, r: &Scalar) -> bool {
        let z_squared = square(&self.z);
        let has_x = |x: &Number| field::from_number(x).is_some_and(|x| multiply(&x, &z_squared) == self.x);
        let mut next = *r;
        let overflow = limbs::add_masked(&mut next, &scalar::N, Limb::MAX);
        !self.is_infinity_public() && (has_x(r) || overflow == 0 && has_x(&next))
    }

    /// Doubles the point; no exception. (No point of the curve has y = 0.)
    #[inline(never)]
    pub fn double(&mut self) {
        let Self { x, y, z } = self;
        // 3 (x - z^2) (x + z^2)
        let mut z_squared = square(z);
        let mut slope = subtract(x, &z_squared);
        add_to(&mut z_squared, x);
        multiply_by(&mut slope, &z_squared);
        let slope_twice = add(&slope, &slope);
        add_to(&mut slope, &slope_twice);
        // z = 2 y z, distance = 4 x y^2, y = 8 y^4
        double(y);
        multiply_by(z, y);
        square_in_place(y);
        multiply_by(x, y);
        square_in_place(y);
        halve(y);
        // x = slope^2 - 2 distance, y = slope (distance - x) - y
        let mut chord = square(&slope);
        reflect(x, &mut chord);
        subtract_from_product(y, &slope, &chord);
    }

    /// Adds a point. Right where neither is infinity and they are not equal nor opposite.
    #[inline(never)]
    pub fn add_distinct(&mut self, other: &Affine) {
        let mut rise = square(&self.z);
        let mut run = self.run(&rise, &other.x);
        self.rise(&mut rise, &other.y);
        self.add_with(&mut run, &rise);
    }

    /// By how much x differs from that of a point with the coordinate `other_x`, times z^2.
    #[inline(always)]
    pub fn run(&self, z_squared: &Element, other_x: &Element) -> Element {
        multiply_subtract(z_squared, other_x, &self.x)
    }

    /// By how much y differs, times z^3: in the place of z^2.
    #[inline(always)]
    pub fn rise(&self, z_squared: &mut Element, other_y: &Element) {
        multiply_by(z_squared, &self.z);
        multiply_by_subtract(z_squared, other_y, &self.y);
    }

    /// Adds the point of this run, which becomes its cube, and this rise.
    #[inline(always)]
    pub fn add_with(&mut self, run: &mut Element, rise: &Element) {
        let Self { x, y, z } = self;
        multiply_by(z, run);
        let run_squared = square(run);
        multiply_by(run, &run_squared);
        multiply_by(x, &run_squared);
        multiply_by(y, run);
        // x = rise^2 - run^3 - 2 x run^2, y = rise (x run^2 - x) - y run^3
        let mut chord = square_subtract(rise, run);
        reflect(x, &mut chord);
        subtract_from_product(y, rise, &chord);
    }

    /// Adds a point, or its negative, whatever the points are.
    #[inline(never)]
    pub fn add_public(&mut self, other: &Affine, negated: bool) {
        let Affine { x, y } = other;
        let y = if negated { &subtract(&super::ZERO, y) } else { y };
        if self.is_infinity_public() {
            (self.x, self.y, self.z) = (*x, *y, field::UNIT);
            return;
        }
        let mut rise = square(&self.z);
        let mut run = self.run(&rise, x);
        self.rise(&mut rise, y);
        match (is_zero(&run), is_zero(&rise)) {
            (true, true) => self.double(),
            (true, false) => self.z = super::ZERO,
            _ => self.add_with(&mut run, &rise),
        }
    }
}
