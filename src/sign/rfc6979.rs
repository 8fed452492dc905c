//! Nonces (RFC 6979 section 3.2): a generator by HMAC with SHA-256, seeded with the key and the digest.

use crate::arith::p256::scalar::{self, Scalar};
use crate::arith::p256::to_be_bytes;
use crate::sha256::{self, BLOCK_LEN, Block, DIGEST_LEN, Sha256, State, take_in};

/// A scalar in 1 to n - 1: the first that the generator yields, or a later one where as many were of no use as `rejected`.
///
/// `extra` goes in behind the digest (section 3.6); with none, it is empty. What is left on the stack gives the nonce away:
/// the caller overwrites it.
#[inline(never)]
pub fn nonce(private: &[u8; 32], digest: &[u8; 32], extra: &[u8], rejected: u32) -> Scalar {
    let digest = &reduced(digest);
    let mut block = Block::ZEROS;
    let block = &mut block;
    let mut value = [0x0101_0101; _];
    let mut generator = Hmac::OF_ZEROS;
    for separator in [0, 1] {
        generator.rekey(&value, separator, &[private, digest, extra], block);
        generator.mac(&mut value, block);
    }
    let mut good = 0;
    loop {
        generator.mac(&mut value, block);
        let mut candidate: Scalar = value;
        candidate.reverse();
        if scalar::is_in_range(&candidate) {
            if good == rejected {
                return candidate;
            }
            good += 1;
        }
        generator.rekey(&value, 0, &[], block);
        generator.mac(&mut value, block);
    }
}

/// The digest modulo n (bits2octets of section 2.3.4).
#[inline(never)]
fn reduced(digest: &[u8; 32]) -> [u8; 32] {
    to_be_bytes(&scalar::from_be_bytes_reduced(digest))
}

/// HMAC (RFC 2104) as the states of its two hashes, both of which have taken in the padded key.
struct Hmac {
    inner: State,
    outer: State,
}

impl Hmac {
    /// That whose key is zeros.
    #[rustfmt::skip]
    const OF_ZEROS: Self = Self {
        inner: [
            0xf454_dead, 0x9725_214f, 0x90da_f2a0, 0xdf12_28ea, 0x64e5_750f, 0xa392_4181, 0x824a_932b, 0xf8e0_4e32,
        ],
        outer: [
            0xd385_480f, 0x7abb_6477, 0x37c9_c538, 0x5dd8_2467, 0x8e04_3a72, 0x7534_34b0, 0xdeb8_2818, 0x361d_45a6,
        ],
    };

    #[inline(never)]
    fn set_key(&mut self, key: &State, block: &mut Block) {
        for (state, pad) in [(&mut self.inner, 0x3636_3636), (&mut self.outer, 0x5c5c_5c5c)] {
            *state = sha256::START;
            take_in(state, block, [&key.map(|word| word ^ pad), &[pad; 8]]);
        }
    }

    /// Makes its MAC of `value`, `separator` and `seed` its key.
    #[inline(never)]
    fn rekey(&mut self, value: &State, separator: u8, seed: &[&[u8]], block: &mut Block) {
        let mut key = self.seeded(value, separator, seed);
        finish(&self.outer, &mut key, block);
        self.set_key(&key, block);
    }

    /// The inner digest. Not inlined, so that the hash is off the stack when the key is set.
    #[inline(never)]
    fn seeded(&self, value: &State, separator: u8, seed: &[&[u8]]) -> State {
        let mut hash = Sha256::after_block(self.inner);
        hash.update(value.map(u32::to_be_bytes).as_flattened());
        hash.update(&[separator]);
        for part in seed {
            hash.update(part);
        }
        hash.finalize_words()
    }

    /// Makes `value` its MAC.
    #[inline(never)]
    fn mac(&self, value: &mut State, block: &mut Block) {
        finish(&self.inner, value, block);
        finish(&self.outer, value, block);
    }
}

/// Makes a digest that of a hash that has taken in one block, after which `state` was its state, and then the digest.
#[inline(never)]
fn finish(state: &State, digest: &mut State, block: &mut Block) {
    /// A bit, zeros, and the length in bits.
    static PADDING: State = [1 << 31, 0, 0, 0, 0, 0, 0, (BLOCK_LEN + DIGEST_LEN) as u32 * 8];
    let first = *digest;
    *digest = *state;
    take_in(digest, block, [&first, &PADDING]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_starts_with_a_key_of_zeros() {
        let mut hmac = Hmac { inner: [0; 8], outer: [0; 8] };
        let mut block = Block::ZEROS;
        hmac.set_key(&[0; 8], &mut block);
        assert_eq!((hmac.inner, hmac.outer), (Hmac::OF_ZEROS.inner, Hmac::OF_ZEROS.outer));
    }
}
