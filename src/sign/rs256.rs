//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3, RFC 8017 section 8.2), moduli of 2048, 3072 and 4096 bits.
//!
//! The private operation uses the Chinese remainder theorem, and its result is checked with the public exponent before a
//! byte of it leaves: a fault in one half would otherwise give the primes away (Boneh, DeMillo, Lipton 1997). Working
//! room is on the stack, as much as the size of the key asks for, or the caller's; it is wiped.

use core::mem::take;

use zeroize::optimization_barrier;

use super::{Algorithm, MessageDigest, Signer, Verifier, residue::wipe_stack};
use crate::arith::limbs::{self, LIMB_BITS, LIMB_LEN, Limb};
use crate::arith::montgomery::{self, Factor, Modulus, SUM_EXTRA, TABLE_ENTRIES};
use crate::copy::copy;
use crate::status::Status;

/// Limbs of the room of the public operation: the modulus, a number and a sum.
const fn public_room(half_limbs: usize) -> usize {
    3 * 2 * half_limbs + SUM_EXTRA
}

/// Limbs of the room of the private operation: one half of the result, the table of powers, a prime, a number and a sum. The
/// whole of the result, later, and then the room of the public operation lie over the table and what is behind it.
pub const fn private_room(half_limbs: usize) -> usize {
    (4 + TABLE_ENTRIES) * half_limbs + SUM_EXTRA
}

const _: () = assert!(private_room(HALF_2048) >= 2 * HALF_2048 + public_room(HALF_2048));

/// Limbs of half a modulus of that size.
pub const HALF_2048: usize = 1024 / LIMB_BITS as usize;
/// As above.
pub const HALF_3072: usize = 1536 / LIMB_BITS as usize;
/// As above.
pub const HALF_4096: usize = 2048 / LIMB_BITS as usize;

/// The words of stack that the private operation, or the check of a key, needs below the function that wipes them, and 32 bytes or
/// more. Blocks of numbers and of exponents pass through them. With the leaves in assembly it is less.
const STACK_WORDS: usize = match (cfg!(debug_assertions), cfg!(target_pointer_width = "32")) {
    (true, _) => 4096,
    (false, true) if cfg!(any(target_feature = "dsp", jwt_mint_dsp)) => 352,
    (false, true) => 692,
    (false, false) => 1024,
} / size_of::<u32>();

/// Bytes of a signature, which is as long as the modulus.
pub const fn signature_len(half_limbs: usize) -> usize {
    2 * half_limbs * LIMB_LEN
}

/// A public key that [`RsaPublicKey::check`] found good. Numbers are big-endian without leading zeros.
#[derive(Clone, Copy)]
pub struct RsaPublicKey<'k> {
    pub modulus: &'k [u8],
    pub exponent: u32,
}

/// A private key that [`RsaPrivateKey::check`] found good. Numbers are big-endian without leading zeros.
#[derive(Clone, Copy)]
pub struct RsaPrivateKey<'k> {
    pub public: RsaPublicKey<'k>,
    pub prime1: &'k [u8],
    pub prime2: &'k [u8],
    pub exponent1: &'k [u8],
    pub exponent2: &'k [u8],
    pub coefficient: &'k [u8],
}

impl RsaPublicKey<'_> {
    /// Whether the size and the exponent are such as the library handles.
    pub fn check(&self) -> Result<(), Status> {
        let top = self.modulus.first().copied().unwrap_or_default();
        let bits = (self.modulus.len() * 8).saturating_sub(top.leading_zeros() as usize);
        match bits {
            0..2048 => return Err(Status::JWT_ERR_KEY_TOO_SMALL),
            2048 | 3072 | 4096 => {}
            _ => return Err(Status::JWT_ERR_KEY_UNSUPPORTED),
        }
        if self.exponent < 3 || self.exponent.is_multiple_of(2) {
            return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
        }
        if self.modulus.last().is_none_or(|byte| byte % 2 == 0) {
            return Err(Status::JWT_ERR_KEY_INCONSISTENT);
        }
        Ok(())
    }

    pub const fn half_limbs(&self) -> usize {
        self.modulus.len() / 2 / LIMB_LEN
    }

    /// Whether `signature`, as a number, is less than the modulus and its power is the encoded digest. All is public.
    fn opens(&self, signature: Factor<'_>, digest: &MessageDigest, room: &mut [Limb]) -> bool {
        let mut room = room;
        let [modulus, number] = carve(&mut room, self.half_limbs() * 2);
        limbs::from_be_bytes(modulus, self.modulus);
        let mut modulus = Modulus::new(modulus, room);
        if !modulus.exceeds(signature) {
            return false;
        }
        modulus.power_public(number, signature, self.exponent);
        let mut difference = 0;
        for (index, limb) in number.iter().enumerate() {
            difference |= limb ^ encoded(digest, index, number.len());
        }
        difference == 0
    }
}

impl RsaPrivateKey<'_> {
    /// Whether the size is one that the library handles and the parts belong together. Neither p nor q is tested for
    /// being a prime: the check of every signature covers that.
    pub fn check(&self) -> Result<(), Status> {
        self.public.check()?;
        let half = self.public.modulus.len() / 2;
        let primes = [self.prime1, self.prime2];
        // Primes of different length are rare and legal, so they are not called inconsistent.
        if primes.iter().any(|prime| prime.len() != half || prime.first().is_none_or(|byte| byte & 0x80 == 0)) {
            return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
        }
        if primes.iter().any(|prime| prime.last().is_none_or(|byte| byte & 1 == 0)) {
            return Err(Status::JWT_ERR_KEY_INCONSISTENT);
        }
        if [self.exponent1, self.exponent2, self.coefficient].iter().any(|part| part.is_empty() || part.len() > half) {
            return Err(Status::JWT_ERR_KEY_INCONSISTENT);
        }
        let mut consistent = false;
        with_private_room(self.public.half_limbs(), &mut |room| {
            consistent = self.is_consistent(room);
            wipe(room);
        });
        if consistent { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
    }

    #[inline(never)]
    fn is_consistent(&self, room: &mut [Limb]) -> bool {
        let mut room = room;
        let len = self.public.half_limbs();
        let [prime1, prime2, number, one] = carve(&mut room, len);
        let [modulus] = carve(&mut room, 2 * len);
        let [product] = carve(&mut room, 2 * len + 1);

        limbs::from_be_bytes(prime1, self.prime1);
        limbs::from_be_bytes(prime2, self.prime2);
        limbs::from_be_bytes(modulus, self.public.modulus);
        product.fill(0);
        montgomery::multiply_accumulate(product, prime1, Factor::Limbs(prime2));
        let modulus_agrees = product.split_last().is_some_and(|(_, product)| limbs::equal(product, modulus));

        // coefficient * prime2 = 1 modulo prime1, both sides divided by R.
        limbs::from_be_bytes(number, self.coefficient);
        let coefficient_in_range = limbs::borrow(number, prime1) == 1;
        let mut reduce = Modulus::new(prime1, product.get_mut(..len + SUM_EXTRA).unwrap_or_default());
        reduce.multiply(number, Factor::Limbs(prime2));
        reduce.reduce_once(number);
        one.fill(0);
        if let Some(lowest) = one.first_mut() {
            *lowest = 1;
        }
        reduce.divide_by_r(one);
        let coefficient_agrees = coefficient_in_range && limbs::equal(number, one);

        let exponents_agree =
            [(prime1, self.exponent1), (prime2, self.exponent2)].into_iter().all(|(prime, exponent)| {
                limbs::from_be_bytes(number, exponent);
                inverts_modulo_less_one(self.public.exponent, number, prime, product)
            });
        modulus_agrees && coefficient_agrees && exponents_agree
    }

    /// As [`Signer::sign`], but in the caller's room of [`private_room`] limbs, which is left as zeros.
    #[inline(always)]
    pub fn sign_in(&self, room: &mut [Limb], digest: &MessageDigest, signature: &mut [u8]) -> Result<(), Status> {
        self.root(digest, room);
        let opens = signature.len() == self.signature_len() && self.opens(digest, room);
        signature.fill(0);
        if opens {
            write(signature, room);
        }
        wipe(room);
        if opens { Ok(()) } else { Err(Status::JWT_ERR_SIGNATURE) }
    }

    /// Whether the number in front in the room opens to the encoded digest again.
    fn opens(&self, digest: &MessageDigest, room: &mut [Limb]) -> bool {
        let len = self.public.half_limbs();
        let mut room = room;
        let [result] = carve(&mut room, 2 * len);
        let room = room.get_mut(..public_room(len)).unwrap_or_default();
        self.public.opens(Factor::Limbs(result), digest, room)
    }

    /// Leaves `encoded ^ d mod n` in front in the room: one power for each prime, and then
    /// power2 + prime2 * (coefficient * (power1 - power2) mod prime1).
    fn root(&self, digest: &MessageDigest, room: &mut [Limb]) {
        self.half_power(false, digest, room);
        let len = self.public.half_limbs();
        if let Some((power2, rest)) = room.split_at_mut_checked(len) {
            copy(power2, rest.get((1 + TABLE_ENTRIES) * len..).unwrap_or_default());
        }
        self.half_power(true, digest, room);
        self.recombine(room);
    }

    /// Leaves `encoded ^ exponent mod prime`, of one of the primes, behind the prime in the room.
    #[inline(never)]
    fn half_power(&self, is_first: bool, digest: &MessageDigest, room: &mut [Limb]) {
        let len = self.public.half_limbs();
        let (prime_bytes, exponent) =
            if is_first { (self.prime1, self.exponent1) } else { (self.prime2, self.exponent2) };
        let mut room = room.get_mut(len..).unwrap_or_default();
        let [table] = carve(&mut room, TABLE_ENTRIES * len);
        let [prime, number] = carve(&mut room, len);
        let Some((square_of_r, low)) = table.split_at_mut_checked(len) else { return };
        limbs::from_be_bytes(prime, prime_bytes);
        let mut modulus = Modulus::new(prime, room);
        modulus.square_of_r(square_of_r);
        // The message is twice as long as the prime: high * R + low, which a further R brings into Montgomery form.
        write_encoded(number, low, digest);
        modulus.multiply(number, Factor::Limbs(square_of_r));
        modulus.reduce_once(number);
        modulus.add(number, low);
        modulus.multiply(number, Factor::Limbs(square_of_r));
        modulus.power(number, exponent, table);
        modulus.divide_by_r(number);
    }

    /// Garner's recombination of both powers, behind the first prime and in front in the room, to the root in front.
    #[inline(never)]
    fn recombine(&self, room: &mut [Limb]) {
        let len = self.public.half_limbs();
        let mut room = room;
        let [front] = carve(&mut room, (1 + TABLE_ENTRIES) * len);
        let [prime, number] = carve(&mut room, len);
        let Some((power2, table)) = front.split_at_mut_checked(len) else { return };
        let mut modulus = Modulus::new(prime, room);
        modulus.subtract(number, power2);
        modulus.multiply(number, Factor::Bytes(self.coefficient));
        let [square_of_r] = carve(&mut &mut *table, len);
        modulus.square_of_r(square_of_r);
        modulus.multiply(number, Factor::Limbs(square_of_r));
        modulus.reduce_once(number);

        table.fill(0);
        let result = front.get_mut(..=2 * len).unwrap_or_default();
        montgomery::multiply_accumulate(result, number, Factor::Bytes(self.prime2));
    }
}

/// Leaves neither the room nor the stack below the caller as they are.
#[inline(always)]
fn wipe(room: &mut [Limb]) {
    room.fill(0);
    optimization_barrier(room);
    wipe_stack::<STACK_WORDS>();
}

/// Not inlined: that it is called is all that depends on the verdict.
#[inline(never)]
fn write(signature: &mut [u8], result: &[Limb]) {
    for (bytes, limb) in signature.as_chunks_mut().0.iter_mut().rev().zip(result) {
        *bytes = limb.to_be_bytes();
    }
}

/// The halves of the encoded digest.
#[inline(never)]
fn write_encoded(high: &mut [Limb], low: &mut [Limb], digest: &MessageDigest) {
    let len = high.len();
    for (index, (high, low)) in high.iter_mut().zip(low).enumerate() {
        (*high, *low) = (encoded(digest, len + index, 2 * len), encoded(digest, index, 2 * len));
    }
}

/// Whether `e * d = 1 mod (prime - 1)` and `d < prime - 1`. Overwrites `prime` and `product`.
fn inverts_modulo_less_one(e: u32, d: &[Limb], prime: &mut [Limb], product: &mut [Limb]) -> bool {
    // prime - 1: a prime is odd.
    if let Some(lowest) = prime.first_mut() {
        *lowest &= !1;
    }
    let in_range = limbs::borrow(d, prime) == 1;
    product.fill(0);
    montgomery::multiply_accumulate(product, d, Factor::Bytes(&e.to_be_bytes()));
    // e * d - 1 = remainder * 2^32 + lowest, divided bit by bit: the quotient is less than e and so has 32 bits.
    // (A borrow out of the lowest limb is lost, but e * d is odd where it is 1 modulo an even number, so a product that
    // borrows is none that is looked for, and the lowest bit of the difference gives it away.)
    limbs::subtract_masked(product, &[1], Limb::MAX);
    let Some((&mut lowest, remainder)) = product.split_first_mut() else { return false };
    let remainder = remainder.get_mut(..prime.len()).unwrap_or_default();
    for bit in (0..LIMB_BITS).rev() {
        let overflow = limbs::double(remainder);
        if let Some(limb) = remainder.first_mut() {
            *limb |= lowest >> bit & 1;
        }
        limbs::reduce_once(remainder, overflow, prime);
    }
    let is_multiple = remainder.iter().fold(0, |all, limb| all | limb) == 0;
    in_range && is_multiple
}

/// Takes `N` numbers of `len` limbs from the front of `room`. A number is empty where the room does not suffice, which
/// the constants above exclude.
fn carve<'r, const N: usize>(room: &mut &'r mut [Limb], len: usize) -> [&'r mut [Limb]; N] {
    core::array::from_fn(|_| match take(room).split_at_mut_checked(len) {
        Some((number, rest)) => {
            *room = rest;
            number
        }
        None => <&mut [Limb]>::default(),
    })
}

/// Is lent a room.
type WithRoom<'w> = dyn FnMut(&mut [Limb]) + 'w;

fn with_private_room(half_limbs: usize, run: &mut WithRoom<'_>) {
    match half_limbs {
        HALF_2048 => on_stack::<{ private_room(HALF_2048) }>(run),
        HALF_3072 => on_stack::<{ private_room(HALF_3072) }>(run),
        HALF_4096 => on_stack::<{ private_room(HALF_4096) }>(run),
        _ => {}
    }
}

fn with_public_room(half_limbs: usize, run: &mut WithRoom<'_>) {
    match half_limbs {
        HALF_2048 => on_stack::<{ public_room(HALF_2048) }>(run),
        HALF_3072 => on_stack::<{ public_room(HALF_3072) }>(run),
        HALF_4096 => on_stack::<{ public_room(HALF_4096) }>(run),
        _ => {}
    }
}

/// Not inlined, so that only the room of the size at hand is on the stack.
#[inline(never)]
fn on_stack<const N: usize>(run: &mut WithRoom<'_>) {
    run(&mut [0; N]);
}

/// A limb of EMSA-PKCS1-v1_5 (RFC 8017 section 9.2), which has `len` of them: `00 01 ff .. ff 00`, DigestInfo, digest.
fn encoded(digest: &MessageDigest, index: usize, len: usize) -> Limb {
    /// The zero and the DER of the DigestInfo of SHA-256 up to the digest (RFC 8017 section 9.2, note 1).
    const DIGEST_INFO: [Limb; 5] = [0x0030_3130, 0x0d06_0960, 0x8648_0165, 0x0304_0201, 0x0500_0420];
    if let Some(bytes) = digest.as_chunks().0.iter().rev().nth(index) {
        Limb::from_be_bytes(*bytes)
    } else if let Some(limb) = DIGEST_INFO.iter().rev().nth(index - digest.len() / LIMB_LEN) {
        *limb
    } else if index + 1 == len {
        0x0001_ffff
    } else {
        Limb::MAX
    }
}

impl Signer for RsaPrivateKey<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        self.public.modulus.len()
    }

    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        let mut signed = Err(Status::JWT_ERR_SIGNATURE);
        with_private_room(self.public.half_limbs(), &mut |room| signed = self.sign_in(room, digest, signature));
        signed
    }
}

impl Verifier for RsaPublicKey<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        self.modulus.len()
    }

    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool {
        let mut opens = false;
        if signature.len() == self.signature_len() {
            let mut open = |room: &mut [Limb]| opens = self.opens(Factor::Bytes(signature), digest, room);
            with_public_room(self.half_limbs(), &mut open);
        }
        opens
    }
}
