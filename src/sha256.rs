//! SHA-256 (FIPS 180-4).

/// The compiler of a release channel does not tell which processors have Thumb-2, so `--cfg jwt_mint_thumb2`, and what says
/// more, can.
#[cfg_attr(
    all(target_arch = "arm", any(jwt_mint_thumb2, jwt_mint_umull, jwt_mint_dsp, target_feature = "dsp")),
    path = "sha256/thumb2.rs"
)]
#[cfg_attr(
    not(all(target_arch = "arm", any(jwt_mint_thumb2, jwt_mint_umull, jwt_mint_dsp, target_feature = "dsp"))),
    path = "sha256/portable.rs"
)]
#[allow(unsafe_code)]
mod compress;

use zeroize::Zeroize;

use self::compress::compress;
use crate::copy::copy;

/// Bytes of a block.
pub const BLOCK_LEN: usize = 64;
/// Bytes of a digest.
pub const DIGEST_LEN: usize = 32;

/// What the hash of whole blocks goes on from.
pub type State = [u32; 8];

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes (section 5.3.3).
const START: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
#[rustfmt::skip]
static K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// A hash of what came so far.
#[derive(Clone)]
pub struct Sha256 {
    state: State,
    /// The start of a block that is not whole.
    block: [u8; BLOCK_LEN],
    len: u64,
}

impl Sha256 {
    pub const fn new() -> Self {
        Self { state: START, block: [0; BLOCK_LEN], len: 0 }
    }

    /// The hash that has taken in one block, after which this was its state.
    pub const fn after_block(state: State) -> Self {
        Self { state, block: [0; BLOCK_LEN], len: BLOCK_LEN as u64 }
    }

    /// Makes it [`Self::after_block`].
    pub const fn restart_after_block(&mut self, state: State) {
        self.state = state;
        self.len = BLOCK_LEN as u64;
    }

    #[inline(never)]
    pub fn update(&mut self, mut message: &[u8]) {
        while !message.is_empty() {
            let used = self.used();
            let room = self.block.get_mut(used..).unwrap_or_default();
            let Some((head, rest)) = message.split_at_checked(message.len().min(room.len())) else { return };
            copy(room, head);
            self.len = self.len.wrapping_add(head.len() as u64);
            if self.used() == 0 {
                compress(&mut self.state, &self.block);
            }
            message = rest;
        }
    }

    /// The digest. After it, the hash is of no use but to be restarted.
    #[inline(never)]
    pub fn finalize(&mut self) -> [u8; DIGEST_LEN] {
        // Section 5.1.1: a bit, then zeros up to the last 8 bytes of a block, then the length in bits.
        const PADDING: [u8; BLOCK_LEN] = {
            let mut padding = [0; BLOCK_LEN];
            padding[0] = 0x80;
            padding
        };
        let bits = self.len.wrapping_mul(8).to_be_bytes();
        let zeros = 55_usize.wrapping_sub(self.used()) % BLOCK_LEN;
        self.update(PADDING.get(..=zeros).unwrap_or_default());
        self.update(&bits);
        let mut digest = [0; DIGEST_LEN];
        for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.state) {
            *to = word.to_be_bytes();
        }
        digest
    }

    pub fn digest(message: &[u8]) -> [u8; DIGEST_LEN] {
        let mut hash = Self::new();
        hash.update(message);
        hash.finalize()
    }

    /// Bytes in `block`.
    const fn used(&self) -> usize {
        self.len as usize % BLOCK_LEN
    }
}

impl Drop for Sha256 {
    fn drop(&mut self) {
        self.state.zeroize();
        self.block.zeroize();
    }
}

/// The state after a first block.
pub fn after_first_block(block: &[u8; BLOCK_LEN]) -> State {
    let mut state = START;
    compress(&mut state, block);
    state
}
