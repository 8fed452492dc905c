//! The no-alloc core of jwt-mint and its C interface. `design.md` beside this file tells how the parts fit.
#![no_std]
#![deny(unsafe_code)]

#[cfg(not(all(feature = "panic-handler", panic = "abort")))]
extern crate std;

mod arith;
mod attach;
mod base64url;
mod claims;
mod copy;
mod der;
pub mod ffi;
mod guard;
mod header;
mod json;
mod key;
mod mint;
mod policy;
pub mod renewal;
mod selftest;
mod sha256;
mod sign;
pub mod status;
mod utf8;
mod verify;
