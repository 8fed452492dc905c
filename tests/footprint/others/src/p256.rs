//! RFC 6979, with a key that is checked.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

use crate::{Inputs, Output};

#[unsafe(no_mangle)]
extern "C" fn operation(inputs: &Inputs, output: &mut Output) -> i32 {
    let Ok(key) = SigningKey::from_slice(inputs.scalar()) else { return 1 };
    let signature: Signature = key.sign(inputs.message());
    output.set(&signature.to_bytes());
    0
}
