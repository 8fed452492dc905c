//! Big-number arithmetic on 32-bit limbs, least significant first. Pure functions; no room of their own.
//!
//! Unless a name ends in `_public`, neither the branches nor the addresses of a function depend on the value of a limb,
//! only on the number of limbs.

pub mod barrier;
pub mod limbs;
pub mod montgomery;
pub mod p256;
#[cfg(feature = "compare-leaves")]
pub mod random;
