//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3, RFC 8017 section 8.2), moduli of 2048, 3072 and 4096 bits.
//!
//! The private operation uses the Chinese remainder theorem, and its result is checked with the public exponent before a
//! byte of it leaves: a fault in one half would otherwise give the primes away (Boneh, DeMillo, Lipton 1997). Working
//! room is on the stack, as much as the size of the key asks for, and is wiped.

use core::iter::repeat_n;
use core::mem::take;

use zeroize::Zeroize;

use super::{Algorithm, Signer, Verifier};
use crate::arith::limbs::{self, LIMB_BITS, LIMB_LEN, Limb};
use crate::arith::montgomery::{self, Factor, Modulus, SUM_EXTRA, TABLE_ENTRIES};
use crate::sink::MessageDigest;
use crate::status::Status;

/// Limbs of the room of the public operation: the modulus, a number and a sum.
const fn public_room(half_limbs: usize) -> usize {
    3 * 2 * half_limbs + SUM_EXTRA
}

/// Limbs of the room of the private operation: one half of the result, the table of powers, a prime, a number and a sum. The
/// whole of the result, later, and then the room of the public operation lie over the table and what is behind it.
const fn private_room(half_limbs: usize) -> usize {
    (4 + TABLE_ENTRIES) * half_limbs + SUM_EXTRA
}

const _: () = assert!(private_room(HALF_2048) >= 2 * HALF_2048 + public_room(HALF_2048));

/// Limbs of half a modulus of that size.
pub const HALF_2048: usize = 1024 / LIMB_BITS as usize;
/// As above.
pub const HALF_3072: usize = 1536 / LIMB_BITS as usize;
/// As above.
pub const HALF_4096: usize = 2048 / LIMB_BITS as usize;

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

    fn half_limbs(&self) -> usize {
        self.modulus.len() / 2 / LIMB_LEN
    }

    /// Whether `signature`, as a number, is less than the modulus and its power is the encoded digest. All is public.
    fn opens(&self, signature: Factor<'_>, digest: &MessageDigest, room: &mut [Limb]) -> bool {
        let mut room = room;
        let [modulus, number] = carve(&mut room, self.half_limbs() * 2);
        limbs::from_be_bytes(modulus, self.modulus);
        let [sum] = carve(&mut room, modulus.len() + SUM_EXTRA);
        let modulus = Modulus::new(modulus);
        if !modulus.exceeds(signature) {
            return false;
        }
        modulus.power_public(number, signature, self.exponent, sum);
        limbs::be_bytes(number).eq(encoding(digest, self.modulus.len()))
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
        with_private_room(self.public.half_limbs(), &mut |room| consistent = self.is_consistent(room));
        if consistent { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
    }

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
        let sum = product.get_mut(..len + SUM_EXTRA).unwrap_or_default();
        let reduce = Modulus::new(prime1);
        reduce.multiply(number, Factor::Limbs(prime2), sum);
        reduce.reduce_once(number);
        one.fill(0);
        if let Some(lowest) = one.first_mut() {
            *lowest = 1;
        }
        reduce.divide_by_r(one, sum);
        let coefficient_agrees = coefficient_in_range && limbs::equal(number, one);

        let exponents_agree =
            [(prime1, self.exponent1), (prime2, self.exponent2)].into_iter().all(|(prime, exponent)| {
                limbs::from_be_bytes(number, exponent);
                inverts_modulo_less_one(self.public.exponent, number, prime, product)
            });
        modulus_agrees && coefficient_agrees && exponents_agree
    }

    /// Replaces the encoded message in `signature` by its signature, if that opens to the encoded message again.
    fn sign_encoded(&self, signature: &mut [u8], digest: &MessageDigest, room: &mut [Limb]) -> bool {
        let len = self.public.half_limbs();
        self.root(signature, room);
        let mut room = room;
        let [result] = carve(&mut room, 2 * len);
        let opens = self.public.opens(Factor::Limbs(result), digest, room);
        if opens {
            for (byte, digit) in signature.iter_mut().zip(limbs::be_bytes(result)) {
                *byte = digit;
            }
        }
        opens
    }

    /// Leaves `encoded ^ d mod n` in front in the room: one power for each prime, and Garner's recombination, which is
    /// power2 + prime2 * (coefficient * (power1 - power2) mod prime1).
    fn root(&self, encoded: &[u8], room: &mut [Limb]) {
        let len = self.public.half_limbs();
        let mut room = room;
        let [front] = carve(&mut room, (1 + TABLE_ENTRIES) * len);
        let [prime, number] = carve(&mut room, len);
        let [sum] = carve(&mut room, len + SUM_EXTRA);

        let Some((power2, table)) = front.split_at_mut_checked(len) else { return };
        half_power(power2, (prime, self.prime2), self.exponent2, encoded, table, sum);
        half_power(number, (prime, self.prime1), self.exponent1, encoded, table, sum);

        let modulus = Modulus::new(prime);
        modulus.subtract(number, power2);
        modulus.multiply(number, Factor::Bytes(self.coefficient), sum);
        let [square_of_r] = carve(&mut &mut *table, len);
        modulus.square_of_r(square_of_r, sum);
        modulus.multiply(number, Factor::Limbs(square_of_r), sum);
        modulus.reduce_once(number);

        table.fill(0);
        let result = front.get_mut(..=2 * len).unwrap_or_default();
        montgomery::multiply_accumulate(result, number, Factor::Bytes(self.prime2));
    }
}

/// `number = encoded ^ exponent mod prime`; `prime_room` becomes the prime.
fn half_power(
    number: &mut [Limb],
    (prime, prime_bytes): (&mut [Limb], &[u8]),
    exponent: &[u8],
    encoded: &[u8],
    table: &mut [Limb],
    sum: &mut [Limb],
) {
    limbs::from_be_bytes(prime, prime_bytes);
    let modulus = Modulus::new(prime);
    // The message is twice as long as the prime: high * R + low, which a further R brings into Montgomery form.
    let (high, low) = encoded.split_at_checked(prime_bytes.len()).unwrap_or_default();
    let [square_of_r] = carve(&mut &mut *table, number.len());
    modulus.square_of_r(square_of_r, sum);
    limbs::from_be_bytes(number, high);
    modulus.multiply(number, Factor::Limbs(square_of_r), sum);
    modulus.reduce_once(number);
    modulus.add(number, Factor::Bytes(low));
    modulus.multiply(number, Factor::Limbs(square_of_r), sum);
    modulus.power(number, exponent, table, sum);
    modulus.divide_by_r(number, sum);
}

/// Whether `e * d = 1 mod (prime - 1)` and `d < prime - 1`. Overwrites `prime` and `product`.
fn inverts_modulo_less_one(e: u32, d: &[Limb], prime: &mut [Limb], product: &mut [Limb]) -> bool {
    // prime - 1: a prime is odd.
    if let Some(lowest) = prime.first_mut() {
        *lowest &= !1;
    }
    let in_range = limbs::borrow(d, prime) == 1;
    product.fill(0);
    montgomery::multiply_accumulate(product, d, Factor::Limbs(&[e, 0, 0, 0]));
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
    let mut room = [0; N];
    run(&mut room);
    room.zeroize();
}

/// The bytes of EMSA-PKCS1-v1_5 (RFC 8017 section 9.2): `00 01 ff .. ff 00`, DigestInfo, digest; `len` in all.
fn encoding(digest: &MessageDigest, len: usize) -> impl Iterator<Item = u8> {
    /// DER of the DigestInfo of SHA-256 up to the digest (RFC 8017 section 9.2, note 1).
    const DIGEST_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];
    let padding = len.saturating_sub(3 + DIGEST_INFO.len() + digest.len());
    [0, 1].into_iter().chain(repeat_n(0xff, padding)).chain([0]).chain(DIGEST_INFO).chain(digest.iter().copied())
}

impl Signer for RsaPrivateKey<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        self.public.modulus.len()
    }

    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        let mut signed = false;
        if signature.len() == self.signature_len() {
            for (byte, encoded) in signature.iter_mut().zip(encoding(digest, self.signature_len())) {
                *byte = encoded;
            }
            let mut sign = |room: &mut [Limb]| signed = self.sign_encoded(signature, digest, room);
            with_private_room(self.public.half_limbs(), &mut sign);
        }
        if signed {
            return Ok(());
        }
        signature.fill(0);
        Err(Status::JWT_ERR_SIGNATURE)
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
