//! RS256 keys.

use core::ffi::c_void;

use zeroize::optimization_barrier;

use super::memory::{self, Outputs, buffer, fill, fill_with_buffer, writable};
use super::signer::{UseSigner, UseVerifier, jwt_signer, jwt_signer_kind, jwt_verifier, jwt_verifier_kind};
use super::types::{jwt_bytes, jwt_str};
use crate::key::pem::{self, Wanted};
use crate::key::rsa;
use crate::sha256::Sha256;
use crate::sign::rs256::{
    self, HALF_2048, HALF_3072, HALF_4096, PrivateNumbers, RsaPrivateKey, RsaPublicKey, private_room,
};
use crate::sign::{Algorithm, MessageDigest, Signer};
use crate::status::{Status, jwt_status};

/// Marks a loaded key.
const LOADED: u32 = 0x5253_a256;
/// Marks a loaded public key.
const LOADED_PUBLIC: u32 = 0x5253_b256;

/// Room for the DER of any private key of 2048 bits with a public exponent of up to 32 bits, PKCS#8 around it.
pub const JWT_RS256_DER_SIZE_2048: usize = 1224;
/// Room for the DER of any private key of 3072 bits, as above.
pub const JWT_RS256_DER_SIZE_3072: usize = 1800;
/// Room for the DER of any private key of 4096 bits, as above. Public keys take less than half.
pub const JWT_RS256_DER_SIZE_4096: usize = 2384;

const _: () = assert!(JWT_RS256_DER_SIZE_4096 == rsa::DER_LEN_MAX);

/// A private RSA key of 2048, 3072 or 4096 bits. It refers to the DER that it was loaded from, which must stay where it
/// is: in flash, or in the buffer that a PEM was decoded into. Its fields are the library's.
#[repr(C)]
pub struct jwt_rs256_key {
    pub state: u32,
    pub exponent: u32,
    /// The modulus, prime1, prime2, exponent1, exponent2 and coefficient (RFC 8017 appendix A.1.2).
    pub numbers: [jwt_bytes; 6],
    pub decoded: *mut u8,
    pub decoded_size: usize,
}

/// A public RSA key of 2048, 3072 or 4096 bits. It refers to the DER that it was loaded from. Its fields are the library's.
#[repr(C)]
pub struct jwt_rs256_public_key {
    pub state: u32,
    pub exponent: u32,
    pub modulus: jwt_bytes,
}

impl From<&[u8]> for jwt_bytes {
    fn from(bytes: &[u8]) -> Self {
        Self { ptr: bytes.as_ptr(), len: bytes.len() }
    }
}

impl jwt_rs256_key {
    pub(super) fn load<'k>(
        &mut self,
        read: impl FnOnce(&mut RsaPrivateKey<'k>) -> Result<(), Status>,
    ) -> Result<(), Status> {
        let mut key = RsaPrivateKey::default();
        read(&mut key)?;
        self.set(&key);
        Ok(())
    }

    #[inline(always)]
    fn set(&mut self, key: &RsaPrivateKey<'_>) {
        self.exponent = key.public().exponent;
        let [modulus, _, _, others @ ..] = &key.numbers;
        let [to_modulus, to_others @ ..] = &mut self.numbers;
        *to_modulus = (*modulus).into();
        for (to, &from) in to_others.iter_mut().zip(others) {
            *to = from.into();
        }
        self.state = LOADED;
    }

    pub(super) fn owns(&mut self, decoded: *mut u8, size: usize) {
        (self.decoded, self.decoded_size) = (decoded, size);
    }

    /// # Safety
    /// What the key refers to is there.
    pub(super) unsafe fn signer(&self, outputs: &Outputs) -> Result<LoadedKey<'_>, Status> {
        if self.state != LOADED {
            return Err(Status::JWT_ERR_KEY_NOT_LOADED);
        }
        for number in &self.numbers {
            // SAFETY: the caller's promise.
            if unsafe { outputs.bytes(*number)? }.is_empty() {
                return Err(Status::JWT_ERR_KEY_INCONSISTENT);
            }
        }
        Ok(LoadedKey(self))
    }

    /// # Safety
    /// The buffer that the key was decoded into is there.
    pub(super) unsafe fn wipe(&mut self) {
        if self.state == LOADED {
            // SAFETY: the caller's promise. The buffer comes as zeros, which are not to be optimized away.
            optimization_barrier(unsafe { buffer(self.decoded, self.decoded_size) });
        }
        // SAFETY: zeros are an empty key.
        unsafe { core::ptr::from_mut(self).write_bytes(0, 1) };
    }
}

/// A key that is loaded, and all of whose numbers were found to be where bytes can be read, apart from what the call writes to.
#[derive(Clone, Copy)]
pub(super) struct LoadedKey<'k>(&'k jwt_rs256_key);

/// Lends a signer by a key that needs no check.
pub(super) fn with_known_key<T>(key: &RsaPrivateKey<'_>, run: impl FnOnce(&dyn Signer) -> T) -> T {
    let nothing = jwt_bytes { ptr: core::ptr::null(), len: 0 };
    let mut known =
        jwt_rs256_key { state: 0, exponent: 0, numbers: [nothing; 6], decoded: core::ptr::null_mut(), decoded_size: 0 };
    known.set(key);
    run(&LoadedKey(&known))
}

impl PrivateNumbers for LoadedKey<'_> {
    fn public(&self) -> RsaPublicKey<'_> {
        RsaPublicKey { modulus: self.number::<0>(), exponent: self.0.exponent }
    }
    fn prime1(&self) -> &[u8] {
        self.number::<1>()
    }
    fn prime2(&self) -> &[u8] {
        self.number::<2>()
    }
    fn exponent1(&self) -> &[u8] {
        self.number::<3>()
    }
    fn exponent2(&self) -> &[u8] {
        self.number::<4>()
    }
    fn coefficient(&self) -> &[u8] {
        self.number::<5>()
    }
}

impl LoadedKey<'_> {
    #[inline(always)]
    fn number<const INDEX: usize>(&self) -> &[u8] {
        // SAFETY: `jwt_rs256_key::signer`, which alone makes such a value, saw to it.
        unsafe { memory::bytes_again(self.0.numbers[INDEX]) }
    }
}

/// Decodes the wanted key of a PEM text into `room` and tells its length.
pub(super) fn decode_pem<'d>(
    text: &[u8],
    wanted: Wanted,
    room: &'d mut [u8],
    len: &mut usize,
) -> Result<&'d [u8], Status> {
    *len = pem::decode(text, wanted, room)?;
    // No buffer would do.
    if *len > rsa::DER_LEN_MAX {
        return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
    }
    room.get(..*len).ok_or(Status::JWT_ERR_BUFFER_TOO_SMALL)
}

/// Loads a private key from DER: PKCS#1 (RFC 8017 appendix A.1.2) or PKCS#8 (RFC 5958).
///
/// The parts are checked to belong together, which takes little time beside a signature. Whether p and q are
/// prime is not tested: a signature that came out wrong for it would not be released. The private exponent d is neither
/// used nor compared. The check of every signature is made for public exponents of few one bits, such as 3 and 65537: each
/// further one between the first and the last costs as much as nine checks with 65537, on a Cortex-M4.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  der The DER; borrowed, and read at every signature.
/// @retval JWT_OK                     Loaded.
/// @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
/// @retval JWT_ERR_KEY_IS_PUBLIC      A public key.
/// @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
/// @retval JWT_ERR_KEY_ENCRYPTED      A key under a passphrase.
/// @retval JWT_ERR_KEY_ALGORITHM      An EC key, or another that is not RSA; an RSA key for PSS only.
/// @retval JWT_ERR_KEY_TOO_SMALL      Under 2048 bits.
/// @retval JWT_ERR_KEY_UNSUPPORTED    Not 2048, 3072 or 4096 bits, primes of different length, more than two of them, or
///                                    a public exponent that is even, under 3 or over 32 bits.
/// @retval JWT_ERR_KEY_INCONSISTENT   The parts contradict one another.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_rs256_key_load_der(key: *mut jwt_rs256_key, der: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill(key, |inputs, key| {
            let der = inputs.bytes(der)?;
            key.load(|key| rsa::private_from_der(der, key))
        })
    }
}

/// Loads the first private key from a PEM text (RFC 7468) that holds PKCS#1 or PKCS#8, by way of a buffer.
///
/// What does not matter in the text is said at `jwt_es256_key_load_pem()`, further results at `jwt_rs256_key_load_der()`.
///
/// @param[out] key      The key; empty on failure.
/// @param[in]  pem      The text; not needed any more once the call returns.
/// @param[out] der      Where the DER goes; borrowed by the key until `jwt_rs256_key_wipe()`. Wiped on failure.
/// @param[in]  der_size Room there, in bytes: `JWT_RS256_DER_SIZE_2048` and its siblings.
/// @param[out] der_len  Length of the DER in bytes; 0 on failure, but see below.
/// @retval JWT_OK                   Loaded.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_rs256_key_load_pem(
    key: *mut jwt_rs256_key,
    pem: jwt_str,
    der: *mut u8,
    der_size: usize,
    der_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_with_buffer(key, (der, der_size, der_len), |inputs, key, room, len| {
            let decoded = decode_pem(inputs.raw_text(pem)?, Wanted::Private, room, len)?;
            key.load(|key| rsa::private_from_der(decoded, key))?;
            key.owns(der, decoded.len());
            Ok(())
        })
    }
}

/// Empties the key, and wipes the buffer that a PEM was decoded into. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_rs256_key_wipe(key: *mut jwt_rs256_key) {
    // SAFETY: the caller's promises.
    unsafe {
        if let Some(key) = writable(key) {
            key.wipe();
        }
    }
}

/// A signer that uses the key. Key and DER must stay where they are while the signer is used.
///
/// It signs by way of the two primes, and checks what comes out with the public exponent before a byte of it leaves: a fault
/// in one half would otherwise give the key away. No branch and no address depends on the key, so the time that it takes
/// tells nothing of it on cores whose multiplications all take the same time.
///
/// It is not blinded: whoever measures the device's power or radiation while it signs is not kept from learning the key. For
/// blinding, the secret exponents would be others each time, and longer, by fresh random numbers, which the library has no
/// source of and does not ask for. Where such measuring is to be feared, let a secure element sign: `jwt_callback_signer()`.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_rs256_signer(key: *const jwt_rs256_key) -> jwt_signer {
    jwt_signer::new(key, &SIGNER)
}

static SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_signer };

unsafe fn open_signer(key: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_rs256_key`, and the caller promises what it refers to.
    let signer = unsafe { outputs.read::<jwt_rs256_key>(key.cast())?.signer(outputs) };
    // Looked at where it is, so that there is one of it on the stack.
    match &signer {
        Ok(signer) => run(signer),
        Err(status) => Err(*status),
    }
}

/// Words of the scratch in which a key of 2048 bits signs.
pub const JWT_RS256_SCRATCH_WORDS_2048: usize = 360;
/// Words of the scratch in which a key of 3072 bits signs.
pub const JWT_RS256_SCRATCH_WORDS_3072: usize = 536;
/// Words of the scratch in which a key of 4096 bits signs.
pub const JWT_RS256_SCRATCH_WORDS_4096: usize = 712;

const _: () = {
    assert!(JWT_RS256_SCRATCH_WORDS_2048 == scratch_words(HALF_2048));
    assert!(JWT_RS256_SCRATCH_WORDS_3072 == scratch_words(HALF_3072));
    assert!(JWT_RS256_SCRATCH_WORDS_4096 == scratch_words(HALF_4096));
};

/// A few words more than today's arithmetic needs, so that tomorrow's finds room in programs that were compiled today.
const fn scratch_words(half_limbs: usize) -> usize {
    private_room(half_limbs).next_multiple_of(8)
}

/// A private RSA key, and memory in which it signs.
#[repr(C)]
pub struct jwt_rs256_scratch {
    /// The key.
    pub key: *const jwt_rs256_key,
    /// The memory, aligned as a `uint32_t`. Every call that signs overwrites it: no two calls may use it at the same time,
    /// and it overlaps nothing else that a call is given. Of claims and the `jwt_signer` that is not noticed: they are read before,
    /// and then gone.
    pub words: *mut u32,
    /// How many words there are: `JWT_RS256_SCRATCH_WORDS_2048`, or its sibling for the key's size, or more.
    pub word_count: usize,
}

/// A signer that uses the key as `jwt_rs256_signer()` does, but has most of what it works on in the scratch in the place of
/// the stack. The scratch need not be initialized; as many of its words as the key's size takes hold zeros once a call has
/// begun to sign. The struct and what it refers to must stay where they are while the signer is used.
///
/// The call that signs, or asks for a length, fails with `JWT_ERR_SCRATCH` where the scratch is too small for the key, and with
/// `JWT_ERR_OVERLAP` where the key, its DER, this struct, an output or the message of `jwt_sign()` lies in it.
///
/// To load the key takes more stack than to sign with it: let a task with a larger one do that.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_rs256_scratch_signer(scratch: *const jwt_rs256_scratch) -> jwt_signer {
    jwt_signer::new(scratch, &SCRATCH_SIGNER)
}

static SCRATCH_SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_scratch_signer };

unsafe fn open_scratch_signer(
    scratch: *const c_void,
    outputs: &Outputs,
    run: &mut UseSigner<'_>,
) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_rs256_scratch`, and the caller promises what it refers to.
    match &unsafe { ScratchSigner::open(scratch.cast(), outputs) } {
        Ok(signer) => run(signer),
        Err(status) => Err(*status),
    }
}

/// A private key, and the memory in which it signs, which is large enough and apart from the key.
struct ScratchSigner<'k> {
    key: LoadedKey<'k>,
    words: *mut u32,
}

impl ScratchSigner<'_> {
    /// Not inlined, so that what it holds against the scratch is off the stack once the signer is at work.
    ///
    /// # Safety
    /// `scratch` is NULL or points to a `jwt_rs256_scratch`, and what that refers to is there.
    #[inline(never)]
    unsafe fn open(scratch: *const jwt_rs256_scratch, outputs: &Outputs) -> Result<Self, Status> {
        // SAFETY: the caller's promises.
        unsafe {
            let &jwt_rs256_scratch { key, words, word_count } = outputs.read(scratch)?;
            let outputs = outputs.and_scratch(words, word_count)?;
            outputs.read(scratch)?;
            let key = outputs.read(key)?.signer(&outputs)?;
            let signer = Self { key, words };
            if word_count < signer.word_count() { Err(Status::JWT_ERR_SCRATCH) } else { Ok(signer) }
        }
    }

    fn word_count(&self) -> usize {
        scratch_words(self.key.public().half_limbs())
    }
}

impl Signer for ScratchSigner<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        self.key.signature_len()
    }

    fn works_in(&self, message: &[u8]) -> bool {
        memory::overlap(self.words, self.word_count(), message)
    }

    fn digest(&self, message: &[u8]) -> MessageDigest {
        const WORDS: usize = size_of::<Sha256>() / size_of::<u32>();
        const { assert!(align_of::<Sha256>() == align_of::<u32>() && WORDS <= private_room(HALF_2048)) };
        // SAFETY: `open` saw to the memory, which suffices and is aligned, as just checked; zeros are a `Sha256`.
        unsafe { &mut *memory::scratch(self.words, WORDS).as_mut_ptr().cast::<Sha256>() }.digest_alone(message)
    }

    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        // SAFETY: `open` saw to the memory.
        let words = unsafe { memory::scratch(self.words, self.word_count()) };
        let room = words.get_mut(..private_room(self.key.public().half_limbs())).unwrap_or_default();
        rs256::sign_in(self.key, room, digest, signature)
    }
}

impl jwt_rs256_public_key {
    fn set(&mut self, key: &RsaPublicKey<'_>) {
        *self = Self { state: LOADED_PUBLIC, exponent: key.exponent, modulus: key.modulus.into() };
    }
}

/// Loads a public key from DER: SubjectPublicKeyInfo (RFC 5280 section 4.1) or PKCS#1 (RFC 8017 appendix A.1.1).
///
/// Exponents of few one bits, such as 3 and 65537, are what is fast: each further one between the first and the last costs as
/// much as nine verifications with 65537, on a Cortex-M4.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  der The DER; borrowed, and read at every check.
/// @retval JWT_OK                     Loaded.
/// @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
/// @retval JWT_ERR_KEY_IS_PRIVATE     A private key.
/// @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
/// @retval JWT_ERR_KEY_ENCRYPTED      An encrypted private key.
/// @retval JWT_ERR_KEY_ALGORITHM      An EC key, or another that is not RSA.
/// @retval JWT_ERR_KEY_TOO_SMALL      Under 2048 bits.
/// @retval JWT_ERR_KEY_UNSUPPORTED    Not 2048, 3072 or 4096 bits, or a public exponent that is even, under 3 or over 32
///                                    bits.
/// @retval JWT_ERR_KEY_INCONSISTENT   An even modulus.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_rs256_public_key_load_der(key: *mut jwt_rs256_public_key, der: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(key, |inputs, key| {
            key.set(&rsa::public_from_der(inputs.bytes(der)?)?);
            Ok(())
        })
    }
}

/// Loads the first public key from a PEM text (RFC 7468) that holds a SubjectPublicKeyInfo or PKCS#1, by way of a buffer.
///
/// Parameters as for `jwt_rs256_key_load_pem()`, further results as for `jwt_rs256_public_key_load_der()`.
///
/// @param[out] key      The key; empty on failure.
/// @param[in]  pem      The text; not needed any more once the call returns.
/// @param[out] der      Where the DER goes; borrowed by the key.
/// @param[in]  der_size Room there, in bytes.
/// @param[out] der_len  Length of the DER in bytes; 0 on failure, but see below.
/// @retval JWT_OK                   Loaded.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_rs256_public_key_load_pem(
    key: *mut jwt_rs256_public_key,
    pem: jwt_str,
    der: *mut u8,
    der_size: usize,
    der_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_with_buffer(key, (der, der_size, der_len), |inputs, key, room, len| {
            let decoded = decode_pem(inputs.raw_text(pem)?, Wanted::Public, room, len)?;
            key.set(&rsa::public_from_der(decoded)?);
            Ok(())
        })
    }
}

/// A verifier that uses the key. Key and DER must stay where they are while the verifier is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_rs256_verifier(key: *const jwt_rs256_public_key) -> jwt_verifier {
    jwt_verifier::new(key, &VERIFIER)
}

static VERIFIER: jwt_verifier_kind = jwt_verifier_kind { open: open_verifier };

unsafe fn open_verifier(key: *const c_void, outputs: &Outputs, run: &mut UseVerifier<'_>) -> Result<(), Status> {
    // SAFETY: a verifier of this kind holds a `jwt_rs256_public_key`.
    let key: &jwt_rs256_public_key = unsafe { outputs.read(key.cast())? };
    if key.state != LOADED_PUBLIC {
        return Err(Status::JWT_ERR_KEY_NOT_LOADED);
    }
    // SAFETY: the caller's promises.
    run(&RsaPublicKey { modulus: unsafe { outputs.bytes(key.modulus)? }, exponent: key.exponent })
}
