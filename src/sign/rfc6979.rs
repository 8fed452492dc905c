//! Nonces (RFC 6979 section 3.2): a generator by HMAC with SHA-256, seeded with the key and the digest.

use zeroize::Zeroize;

use crate::arith::p256::scalar::{self, Scalar};
use crate::arith::p256::{from_be_bytes, to_be_bytes};
use crate::sha256::{BLOCK_LEN, Sha256, State, after_first_block};

/// A scalar in 1 to n - 1: the first that the generator yields, or a later one where as many were of no use as `rejected`.
///
/// `extra` goes in behind the digest (section 3.6); with none, it is empty.
#[inline(never)]
pub fn nonce(private: &Scalar, digest: &Scalar, extra: &[u8], rejected: u32) -> Scalar {
    let mut seed = [to_be_bytes(private), to_be_bytes(digest)];
    let [private, digest] = &seed;
    let mut value = [1; 32];
    let mut generator = Hmac::new(&[0; 32]);
    for separator in [0, 1] {
        generator = Hmac::new(&generator.mac(&[&value, &[separator], private, digest, extra]));
        value = generator.mac(&[&value]);
    }
    seed.zeroize();
    let mut good = 0;
    loop {
        value = generator.mac(&[&value]);
        let candidate = from_be_bytes(&value);
        if scalar::is_in_range(&candidate) {
            if good == rejected {
                value.zeroize();
                return candidate;
            }
            good += 1;
        }
        generator = Hmac::new(&generator.mac(&[&value, &[0]]));
        value = generator.mac(&[&value]);
    }
}

/// HMAC (RFC 2104) as the states of its two hashes, both of which have taken in the padded key.
struct Hmac {
    inner: State,
    outer: State,
}

impl Hmac {
    #[inline(never)]
    fn new(key: &[u8; 32]) -> Self {
        let mut block = [0; BLOCK_LEN];
        let mut padded = |pad: u8| {
            block.fill(pad);
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            after_first_block(&block)
        };
        let (inner, outer) = (padded(0x36), padded(0x5c));
        block.zeroize();
        Self { inner, outer }
    }

    #[inline(never)]
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut inner = Sha256::after_block(self.inner);
        for part in parts {
            inner.update(part);
        }
        let mut outer = Sha256::after_block(self.outer);
        outer.update(&inner.finalize());
        outer.finalize()
    }
}
