//! The digest.

/// The SHA-256 of a signing input.
pub type MessageDigest = [u8; 32];
