//! From the text or the bytes of a key file to key material. Nothing here signs.
//!
//! [`pem`] undoes the text, [`container`] tells what a DER holds, and one file per kind of key takes it apart.

pub mod container;
pub mod ec;
pub mod pem;
pub mod rsa;
pub mod secret;
