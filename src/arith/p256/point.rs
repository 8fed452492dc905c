//! Points: doubled, added, and in and out of their coordinates.
//!
//! Formulas: Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography" (2004), algorithms 3.21 and 3.22.

use super::field::{self, Element, add, double as twice, halve, multiply, square, subtract};
use super::scalar::{self, Scalar};
use super::{Number, add_carrying, is_zero};

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
        let x_cubed = multiply(&square(&x), &x);
        let right = add(&subtract(&x_cubed, &add(&twice(&x), &x)), &B);
        (square(&y) == right).then_some(Self { x, y })
    }

    /// As the coordinates modulo p.
    pub fn coordinates(&self) -> (Number, Number) {
        (field::to_number(&self.x), field::to_number(&self.y))
    }

    pub fn to_point(self) -> Point {
        Point { x: self.x, y: self.y, z: field::UNIT }
    }

    /// (x f^2, y f^3): the point on an isomorphic curve, on which adding, unlike doubling, is the same.
    pub fn scaled(&self, factor: &Element) -> Self {
        let squared = square(factor);
        Self { x: multiply(&self.x, &squared), y: multiply(&self.y, &multiply(&squared, factor)) }
    }
}

impl Point {
    /// Of a point that is not infinity.
    pub fn affine(&self) -> Affine {
        Affine { x: self.x, y: self.y }.scaled(&field::invert(&self.z))
    }

    pub fn is_infinity_public(&self) -> bool {
        is_zero(&self.z)
    }

    /// Whether the point has an x that is `r` modulo n: r or, where that is less than p, r + n. Infinity has none.
    pub fn has_x_public(&self, r: &Scalar) -> bool {
        let z_squared = square(&self.z);
        let has_x = |x: &Number| field::from_number(x).is_some_and(|x| multiply(&x, &z_squared) == self.x);
        let (next, overflow) = add_carrying(r, &scalar::N);
        !self.is_infinity_public() && (has_x(r) || overflow == 0 && has_x(&next))
    }

    /// Twice the point; no exception. (No point of the curve has y = 0.)
    #[inline(never)]
    pub fn double(&self) -> Self {
        let z_squared = square(&self.z);
        let slope = multiply(&subtract(&self.x, &z_squared), &add(&self.x, &z_squared));
        let slope = add(&twice(&slope), &slope);
        let y_twice = twice(&self.y);
        let z = multiply(&y_twice, &self.z);
        let y_twice_squared = square(&y_twice);
        let distance = multiply(&y_twice_squared, &self.x);
        let x = subtract(&square(&slope), &twice(&distance));
        // 8 y^4
        let y_power = halve(&square(&y_twice_squared));
        let y = subtract(&multiply(&subtract(&distance, &x), &slope), &y_power);
        Self { x, y, z }
    }

    /// The sum. Right where neither is infinity and they are not equal nor opposite.
    #[inline(never)]
    pub fn add_distinct(&self, other: &Affine) -> Self {
        self.add_with(&self.differences(other))
    }

    pub fn differences(&self, other: &Affine) -> Differences {
        let z_squared = square(&self.z);
        let x = subtract(&multiply(&z_squared, &other.x), &self.x);
        let y = subtract(&multiply(&multiply(&z_squared, &self.z), &other.y), &self.y);
        Differences { x, y }
    }

    /// The sum with the point to which these are the differences.
    pub fn add_with(&self, Differences { x: run, y: rise }: &Differences) -> Self {
        let run_squared = square(run);
        let run_cubed = multiply(&run_squared, run);
        let distance = multiply(&self.x, &run_squared);
        let x = subtract(&subtract(&square(rise), &run_cubed), &twice(&distance));
        let y = subtract(&multiply(&subtract(&distance, &x), rise), &multiply(&self.y, &run_cubed));
        Self { x, y, z: multiply(&self.z, run) }
    }

    /// The sum, whatever the points are.
    #[inline(never)]
    pub fn add_public(&self, other: &Affine) -> Self {
        if self.is_infinity_public() {
            return other.to_point();
        }
        let differences = self.differences(other);
        match (is_zero(&differences.x), is_zero(&differences.y)) {
            (true, true) => self.double(),
            (true, false) => INFINITY,
            _ => self.add_with(&differences),
        }
    }
}

/// By how much the coordinates of one point differ from those of another, scaled by z^2 and z^3 of the latter.
pub struct Differences {
    pub x: Element,
    pub y: Element,
}
