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
#[cfg(feature = "compare-leaves")]
#[path = "sha256/leaves.rs"]
mod leaves;

use core::hint::black_box;

use zeroize::optimization_barrier;

use self::compress::compress;
use crate::copy::copy;

/// Whether the compression function is, which then takes less of the stack.
pub const IS_IN_ASSEMBLY: bool = compress::IS_IN_ASSEMBLY;
/// Bytes of a block.
pub const BLOCK_LEN: usize = 64;
/// Bytes of a digest.
pub const DIGEST_LEN: usize = 32;
/// Bytes of the length at the end of the last block.
const LENGTH_LEN: usize = size_of::<u64>();

/// What the hash of whole blocks goes on from.
pub type State = [u32; 8];

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes (section 5.3.3).
pub static START: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// [`START`], without the optimizer's knowing it: as a constant it would share a section with those of P-256, and images without
/// ES256 would hold them all.
#[inline]
fn start() -> State {
    *black_box(&START)
}

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

/// A block, and room for its schedule, which the compression overwrites both with.
#[repr(C)]
pub struct Block {
    bytes: [u8; BLOCK_LEN],
    /// Behind the bytes, so that those are aligned as words are.
    room: [u32; BLOCK_LEN / size_of::<u32>()],
}

impl Block {
    pub const ZEROS: Self = Self { bytes: [0; _], room: [0; _] };
}

/// A hash of what came so far, which is less than 2^32 bytes: so much the library takes in nowhere.
pub struct Sha256 {
    state: State,
    /// Starts with what is not a whole block yet.
    block: Block,
    len: u32,
}

impl Sha256 {
    pub fn new() -> Self {
        Self::start(start(), 0)
    }

    /// Makes it [`Self::new`].
    pub fn restart(&mut self) {
        self.state = start();
        self.len = 0;
    }

    /// The hash that has taken in one block, after which this was its state.
    pub const fn after_block(state: State) -> Self {
        Self::start(state, BLOCK_LEN as u32)
    }

    const fn start(state: State, len: u32) -> Self {
        Self { state, block: Block::ZEROS, len }
    }

    #[inline(never)]
    pub fn update(&mut self, mut message: &[u8]) {
        while !message.is_empty() {
            let room = self.block.bytes.get_mut(self.len as usize % BLOCK_LEN..).unwrap_or_default();
            let (is_whole, taken) = (message.len() >= room.len(), message.len().min(room.len()));
            let Some((head, rest)) = message.split_at_checked(taken) else { return };
            copy(room, head);
            self.len = self.len.wrapping_add(taken as u32);
            if is_whole {
                compress(&mut self.state, &mut self.block);
            }
            message = rest;
        }
    }

    /// The digest. After it, the hash is of no use but to be restarted.
    #[inline(never)]
    pub fn finalize(&mut self) -> [u8; DIGEST_LEN] {
        let mut digest = [0; DIGEST_LEN];
        for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.finalize_words()) {
            *to = word.to_be_bytes();
        }
        digest
    }

    /// [`Self::finalize`], as words.
    pub fn finalize_words(&mut self) -> State {
        // Section 5.1.1: a bit, then zeros up to the last 8 bytes of a block, then the length in bits.
        let padding = self.block.bytes.get_mut(self.len as usize % BLOCK_LEN..).unwrap_or_default();
        let is_short = padding.len() <= LENGTH_LEN;
        padding.fill(0);
        if let Some(first) = padding.first_mut() {
            *first = 0x80;
        }
        if is_short {
            compress(&mut self.state, &mut self.block);
            self.block.bytes.fill(0);
        }
        if let Some(length) = self.block.bytes.last_chunk_mut() {
            *length = (u64::from(self.len) * 8).to_be_bytes();
        }
        compress(&mut self.state, &mut self.block);
        self.state
    }

    /// The digest of `message` alone, whatever was taken in before.
    pub fn digest_alone(&mut self, message: &[u8]) -> [u8; DIGEST_LEN] {
        self.restart();
        self.update(message);
        self.finalize()
    }

    pub fn digest(message: &[u8]) -> [u8; DIGEST_LEN] {
        Self::new().digest_alone(message)
    }
}

impl Drop for Sha256 {
    fn drop(&mut self) {
        self.state = [0; _];
        self.block.bytes = [0; _];
        self.block.room = [0; _];
        optimization_barrier(self);
    }
}

/// Takes in one more block, of words, the first half and the second.
#[inline(never)]
pub fn take_in(state: &mut State, block: &mut Block, halves: [&[u32; 8]; 2]) {
    for (bytes, words) in block.bytes.as_chunks_mut::<{ BLOCK_LEN / 2 }>().0.iter_mut().zip(halves) {
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_be_bytes();
        }
    }
    compress(state, block);
}
