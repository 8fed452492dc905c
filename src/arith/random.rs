//! Numbers for the comparison of leaves on processors where no package makes them.

use super::limbs::Limb;

/// A linear congruential generator (Knuth's MMIX), of which the upper half is used.
pub struct Random(pub u64);

impl Random {
    pub fn limb(&mut self) -> Limb {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as Limb
    }
}
