//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3, RFC 8017 section 8.2), moduli of 2048, 3072 and 4096 bits.
//!
//! The private operation uses the Chinese remainder theorem, and its result is checked with the public exponent before a
//! byte of it leaves: a fault in one half would otherwise give the primes away (Boneh, DeMillo, Lipton 1997). Working
//! room is on the stack, as much as the size of the key asks for, or the caller's; it is wiped.

use core::mem::take;

use zeroize::optimization_barrier;

use super::{Algorithm, MessageDigest, Signer, Verifier, residue::wipe_stack};
use crate::arith::limbs::{self, LIMB_BITS, LIMB_LEN, Limb};
use crate::arith::montgomery::{self, Accumulator, Factor, SUM_EXTRA, TABLE_ENTRIES};
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

/// The words of stack that a step of the private operation, or of the check of a key, needs below the function that wipes
/// them, and 32 bytes or more. Blocks of numbers and of exponents pass through them. How many, depends on the leaves.
const STACK_WORDS: usize = if cfg!(debug_assertions) {
    4096
} else if cfg!(any(target_feature = "dsp", jwt_mint_dsp)) {
    240
} else if cfg!(all(target_arch = "riscv32", target_feature = "m")) {
    352
} else if cfg!(all(target_arch = "arm", target_os = "none", not(jwt_mint_umull))) {
    480
} else if cfg!(target_pointer_width = "32") {
    692
} else {
    1024
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

/// A private key: the numbers of an RSAPrivateKey (RFC 8017 appendix A.1.2) behind its version, big-endian without leading zeros. Only
/// after [`RsaPrivateKey::check`] found it good is it one to sign with.
#[derive(Default)]
pub struct RsaPrivateKey<'k> {
    /// modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient
    pub numbers: [&'k [u8]; 8],
}

/// The numbers of a private key that was found good, from wherever they stand: nothing is copied to sign.
pub trait PrivateNumbers: Copy {
    fn public(&self) -> RsaPublicKey<'_>;
    fn prime1(&self) -> &[u8];
    fn prime2(&self) -> &[u8];
    fn exponent1(&self) -> &[u8];
    fn exponent2(&self) -> &[u8];
    fn coefficient(&self) -> &[u8];
}

impl<'k> RsaPublicKey<'k> {
    pub fn new(modulus: &'k [u8], exponent: &[u8]) -> Self {
        Self { modulus, exponent: public_exponent(exponent) }
    }

    /// Whether the size and the exponent are such as the library handles.
    pub fn check(&self) -> Result<(), Status> {
        let len = self.modulus.len();
        let fills_its_bytes = self.modulus.first().is_some_and(|top| top & 0x80 != 0);
        if len < 2048 / 8 || len == 2048 / 8 && !fills_its_bytes {
            return Err(Status::JWT_ERR_KEY_TOO_SMALL);
        }
        // 2048, 3072 or 4096 bits.
        if len > 4096 / 8 || !len.is_multiple_of(1024 / 8) || !fills_its_bytes {
            return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
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

    /// Whether `signature`, as a number, is less than the modulus and its power is the encoded digest. All is public. Where no bytes are
    /// given, the number is the one in front in the room.
    fn opens(&self, signature: Option<&[u8]>, digest: &MessageDigest, room: &mut [Limb]) -> bool {
        let mut room = room;
        let len = self.half_limbs() * 2;
        let signature = match signature {
            Some(bytes) => Factor::Bytes(bytes),
            None => Factor::Limbs(carve(&mut room, len)),
        };
        let (modulus, number) = (carve(&mut room, len), carve(&mut room, len));
        limbs::from_be_bytes(modulus, self.modulus);
        let power = &mut Accumulator::new(number, modulus, carve(&mut room, len + SUM_EXTRA));
        power.set(signature);
        if !power.is_reduced() {
            return false;
        }
        power.set_power_public(signature, self.exponent);
        // In the place of the modulus, which the power is less than: where the encoding is left out they are not equal.
        encode(modulus, digest);
        agree(number, modulus)
    }
}

/// Whether two numbers of the same length are equal.
#[inline(never)]
fn agree(a: &[Limb], b: &[Limb]) -> bool {
    limbs::equal(a, b)
}

impl<'k> RsaPrivateKey<'k> {
    pub fn public(&self) -> RsaPublicKey<'k> {
        RsaPublicKey::new(self.numbers[0], self.numbers[1])
    }
    const fn prime1(&self) -> &[u8] {
        self.numbers[3]
    }
    const fn prime2(&self) -> &[u8] {
        self.numbers[4]
    }
    const fn exponent1(&self) -> &[u8] {
        self.numbers[5]
    }
    const fn exponent2(&self) -> &[u8] {
        self.numbers[6]
    }
    const fn coefficient(&self) -> &[u8] {
        self.numbers[7]
    }

    /// Whether the size is one that the library handles and the parts belong together. Neither p nor q is tested for
    /// being a prime: the check of every signature covers that.
    #[inline(never)]
    pub fn check(&self) -> Result<(), Status> {
        let public = self.public();
        public.check()?;
        let half = public.modulus.len() / 2;
        let [.., prime1, prime2, exponent1, exponent2, coefficient] = &self.numbers;
        // Primes of different length are rare and legal, so they are not called inconsistent. That the product is the modulus, whose
        // top bit and lowest are set, says the same of both.
        if prime1.len() != half || prime2.len() != half {
            return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
        }
        if exponent1.len().max(exponent2.len()).max(coefficient.len()) > half {
            return Err(Status::JWT_ERR_KEY_INCONSISTENT);
        }
        let mut consistent = false;
        with_private_room(public.half_limbs(), &mut |room| {
            consistent = self.is_consistent(room)
                & inverts_modulo_less_one(self.numbers[1], self.exponent1(), self.prime1(), room)
                & inverts_modulo_less_one(self.numbers[1], self.exponent2(), self.prime2(), room);
            wipe(room);
        });
        if consistent { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
    }

    /// Whether all but the exponents belongs together. Whatever one part shows, both are looked at.
    #[inline(never)]
    fn is_consistent(&self, room: &mut [Limb]) -> bool {
        self.has_modulus(room) & self.has_coefficient(room)
    }

    /// Whether `prime1 * prime2 = modulus`.
    fn has_modulus(&self, room: &mut [Limb]) -> bool {
        let mut room = room;
        let len = self.prime1().len() / LIMB_LEN;
        let prime = carve(&mut room, len);
        let (modulus, product) = (carve(&mut room, 2 * len), carve(&mut room, 2 * len + 1));
        limbs::from_be_bytes(prime, self.prime1());
        limbs::from_be_bytes(modulus, self.numbers[0]);
        product.fill(0);
        montgomery::multiply_accumulate(product, prime, Factor::Bytes(self.prime2()));
        agree(product.get(..2 * len).unwrap_or_default(), modulus)
    }

    /// Whether `coefficient * prime2 = 1 modulo prime1` and `coefficient < prime1`.
    fn has_coefficient(&self, room: &mut [Limb]) -> bool {
        let mut room = room;
        let len = self.prime1().len() / LIMB_LEN;
        let (prime, number, product) = (carve(&mut room, len), carve(&mut room, len), carve(&mut room, len));
        limbs::from_be_bytes(prime, self.prime1());
        limbs::from_be_bytes(number, self.coefficient());
        let in_range = limbs::borrow(number, prime);
        // Both sides are divided by R.
        let number = &mut Accumulator::new(number, prime, carve(&mut room, len + SUM_EXTRA));
        number.multiply(Factor::Bytes(self.prime2()));
        number.reduce_once();
        copy(product, number.number);
        limbs::from_be_bytes(number.number, &[1]);
        number.divide_by_r();
        agree(number.number, product) & (in_range == 1)
    }
}

/// As [`Signer::sign`], but in the caller's room of [`private_room`] limbs, which are zeros, and are left as zeros.
///
/// One power for each prime, and then power2 + prime2 * (coefficient * (power1 - power2) mod prime1) in front in the room. Each
/// step is off the stack before the next one begins.
#[inline(always)]
pub fn sign_in(
    key: impl PrivateNumbers,
    room: &mut [Limb],
    digest: &MessageDigest,
    signature: &mut [u8],
) -> Result<(), Status> {
    begin_half(key.prime2(), digest, room);
    end_half(key.prime2(), key.exponent2(), room);
    begin_half(key.prime1(), digest, room);
    end_half(key.prime1(), key.exponent1(), room);
    recombine(key.coefficient(), key.prime2(), room);
    let public = key.public();
    let parity_of_root = parity(room.iter().copied().take(signature.len() / LIMB_LEN));
    let opens = signature.len() == public.modulus.len() && public.opens(None, digest, room);
    if opens {
        write(signature, room);
    }
    // A bit may have flipped since the root was checked.
    let is_whole = parity(signature.as_chunks().0.iter().copied().map(Limb::from_be_bytes)) == parity_of_root;
    wipe(room);
    if opens & is_whole {
        return Ok(());
    }
    signature.fill(0);
    Err(Status::JWT_ERR_SIGNATURE)
}

/// A room for the private operation.
struct Half<'r> {
    /// As long as one half of the result, and behind it the table of powers.
    front: &'r mut [Limb],
    /// Modulo a prime, which stands in the room already.
    power: Accumulator<'r>,
}

impl<'r> Half<'r> {
    #[inline(never)]
    fn new(room: &'r mut [Limb], prime: &[u8]) -> Self {
        let mut room = room;
        let len = prime.len() / LIMB_LEN;
        let front = carve(&mut room, (1 + TABLE_ENTRIES) * len);
        let (prime, number) = (carve(&mut room, len), carve(&mut room, len));
        Self { front, power: Accumulator::new(number, prime, room) }
    }
}

/// Leaves the prime in its place in the room, and behind it the encoded digest in Montgomery form. What was there, the power modulo
/// the other prime, goes to the front.
#[inline(never)]
fn begin_half(prime: &[u8], digest: &MessageDigest, room: &mut [Limb]) {
    let len = prime.len() / LIMB_LEN;
    let place = room.get_mut((1 + TABLE_ENTRIES) * len..).and_then(|room| room.get_mut(..len));
    limbs::from_be_bytes(place.unwrap_or_default(), prime);
    let Half { front, power } = &mut Half::new(room, prime);
    let (other_power, square_of_r) = (carve(front, len), carve(front, len));
    let encoded = carve(front, 2 * len);
    copy(other_power, power.number);
    power.set_square_of_r();
    copy(square_of_r, power.number);
    // The message is twice as long as the prime: high * R + low, which a further R brings into Montgomery form.
    encode(encoded, digest);
    let Some((low, high)) = encoded.split_at_mut_checked(len) else { return };
    copy(power.number, high);
    power.multiply(Factor::Limbs(square_of_r));
    power.reduce_once();
    power.add(low);
    power.multiply(Factor::Limbs(square_of_r));
}

/// Raises what [`begin_half`] left to the exponent, and takes it out of Montgomery form.
#[inline(never)]
fn end_half(prime: &[u8], exponent: &[u8], room: &mut [Limb]) {
    let Half { front, power } = &mut Half::new(room, prime);
    power.power(exponent, front.get_mut(power.number.len()..).unwrap_or_default());
    power.divide_by_r();
}

/// Garner's recombination of both powers, behind the first prime and in front in the room, to the root in front.
#[inline(never)]
fn recombine(coefficient: &[u8], prime2: &[u8], room: &mut [Limb]) {
    let Half { front, power } = &mut Half::new(room, prime2);
    let len = power.number.len();
    let Some((power2, table)) = front.split_at_mut_checked(len) else { return };
    power.subtract(power2);
    power.multiply(Factor::Bytes(coefficient));
    let difference = table.get_mut(..len).unwrap_or_default();
    copy(difference, power.number);
    power.set_square_of_r();
    power.multiply(Factor::Limbs(difference));
    power.reduce_once();

    table.fill(0);
    montgomery::multiply_accumulate(front.get_mut(..=2 * len).unwrap_or_default(), power.number, Factor::Bytes(prime2));
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

/// Of each bit of a limb: changes with any one bit of the number.
fn parity(limbs: impl Iterator<Item = Limb>) -> Limb {
    limbs.fold(0, |parity, limb| parity ^ limb)
}

/// An exponent of more than 32 bits, which is legal and unheard of, becomes 0, which is refused.
#[inline(never)]
fn public_exponent(bytes: &[u8]) -> u32 {
    let mut limb = [0];
    limbs::from_be_bytes(&mut limb, bytes);
    if bytes.len() > size_of_val(&limb) { 0 } else { limb[0] }
}

/// Whether `e * d = 1 mod (prime - 1)` and `d < prime - 1`, where `e` is no longer than a limb.
#[inline(never)]
fn inverts_modulo_less_one(e: &[u8], d: &[u8], prime: &[u8], room: &mut [Limb]) -> bool {
    let mut room = room;
    let len = prime.len() / LIMB_LEN;
    let (less_one, number, product) = (carve(&mut room, len), carve(&mut room, len), carve(&mut room, 2 * len + 1));
    limbs::from_be_bytes(less_one, prime);
    // A prime is odd.
    if let Some(lowest) = less_one.first_mut() {
        *lowest &= !1;
    }
    limbs::from_be_bytes(number, d);
    let in_range = limbs::borrow(number, less_one);
    product.fill(0);
    montgomery::multiply_accumulate(product, number, Factor::Bytes(e));
    // e * d = remainder * 2^32 + lowest, divided bit by bit: the quotient is less than e and so has 32 bits.
    let Some((&mut lowest, rest)) = product.split_first_mut() else { return false };
    let Some((remainder, zero)) = rest.split_at_mut_checked(len) else { return false };
    for bit in (0..LIMB_BITS).rev() {
        montgomery::double(remainder, lowest >> bit & 1, less_one);
    }
    if let Some(lowest) = remainder.first_mut() {
        *lowest ^= 1;
    }
    agree(remainder, zero) & (in_range == 1)
}

/// Takes a number of `len` limbs from the front of `room`. It is empty where the room does not suffice, which the constants above
/// exclude.
#[inline(never)]
fn carve<'r>(room: &mut &'r mut [Limb], len: usize) -> &'r mut [Limb] {
    match take(room).split_at_mut_checked(len) {
        Some((number, rest)) => {
            *room = rest;
            number
        }
        None => <&mut [Limb]>::default(),
    }
}

/// Is lent a room.
type WithRoom<'w> = dyn FnMut(&mut [Limb]) + 'w;

fn with_private_room(half_limbs: usize, run: &mut WithRoom<'_>) {
    match half_limbs {
        HALF_2048 => on_stack::<{ private_room(HALF_2048) }>(run),
        HALF_3072 => on_stack::<{ private_room(HALF_3072) }>(run),
        // No key has another size.
        _ => on_stack::<{ private_room(HALF_4096) }>(run),
    }
}

fn with_public_room(half_limbs: usize, run: &mut WithRoom<'_>) {
    match half_limbs {
        HALF_2048 => on_stack::<{ public_room(HALF_2048) }>(run),
        HALF_3072 => on_stack::<{ public_room(HALF_3072) }>(run),
        // No key has another size.
        _ => on_stack::<{ public_room(HALF_4096) }>(run),
    }
}

/// Not inlined, so that only the room of the size at hand is on the stack.
#[inline(never)]
fn on_stack<const N: usize>(run: &mut WithRoom<'_>) {
    run(&mut [0; N]);
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) over all of the number: `00 01 ff .. ff 00`, DigestInfo, digest.
#[inline(never)]
fn encode(number: &mut [Limb], digest: &MessageDigest) {
    /// The zero and the DER of the DigestInfo of SHA-256 up to the digest (RFC 8017 section 9.2, note 1).
    const DIGEST_INFO: [u8; 20] = *b"\x00\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    number.fill(Limb::MAX);
    if let Some(top) = number.last_mut() {
        *top = 0x0001_ffff;
    }
    let mut number = number;
    limbs::from_be_bytes(carve(&mut number, digest.len() / LIMB_LEN), digest);
    limbs::from_be_bytes(carve(&mut number, DIGEST_INFO.len() / LIMB_LEN), &DIGEST_INFO);
}

impl<K: PrivateNumbers> Signer for K {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        self.public().modulus.len()
    }

    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        let mut signed = Err(Status::JWT_ERR_SIGNATURE);
        let key = *self;
        with_private_room(key.public().half_limbs(), &mut |room| signed = sign_in(key, room, digest, signature));
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
            let mut open = |room: &mut [Limb]| opens = self.opens(Some(signature), digest, room);
            with_public_room(self.half_limbs(), &mut open);
        }
        opens
    }
}
