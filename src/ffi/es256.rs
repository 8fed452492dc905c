//! ES256 keys.

use core::ffi::c_void;
use core::hint::black_box;

use zeroize::Zeroize;

use super::memory::{Outputs, fill, writable};
use super::signer::{UseSigner, UseVerifier, jwt_signer, jwt_signer_kind, jwt_verifier, jwt_verifier_kind};
use super::types::{jwt_bytes, jwt_str};
use crate::key::ec::{self, Scalar};
use crate::sign::es256::{Es256PrivateKey, Es256Signer, Es256Verifier};
use crate::status::{Status, jwt_status};

/// Marks a loaded key. Far from what zeroed or stale memory holds.
const LOADED: u32 = 0x4553_a256;
/// Marks a loaded public key.
const LOADED_PUBLIC: u32 = 0x4553_b256;

/// A private key on P-256. Holds a copy of the scalar: wipe it when it is not needed any more. Its fields are the library's.
#[repr(C)]
pub struct jwt_es256_key {
    pub state: u32,
    pub scalar: [u8; 32],
}

/// A public key on P-256. Its fields are the library's.
#[repr(C)]
pub struct jwt_es256_public_key {
    pub state: u32,
    pub point: [u8; 65],
}

impl jwt_es256_key {
    pub(super) fn load(&mut self, load: impl FnOnce(&mut Scalar) -> Result<(), Status>) -> Result<(), Status> {
        load(&mut self.scalar)?;
        self.state = LOADED;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn signer<'k>(&'k self, entropy: &'k [u8]) -> Result<Es256Signer<'k>, Status> {
        // An address for each of the two signatures: a fault in one makes another scalar of bytes of the key.
        let first = &black_box(self).scalar;
        let key = black_box(self);
        if key.state != LOADED {
            return Err(Status::JWT_ERR_KEY_NOT_LOADED);
        }
        let (first, second) =
            (Es256PrivateKey { scalar: first, entropy }, Es256PrivateKey { scalar: &key.scalar, entropy });
        Ok(Es256Signer { keys: [first, second] })
    }

    pub(super) fn wipe(&mut self) {
        self.state.zeroize();
        self.scalar.zeroize();
    }
}

/// Loads a private key from its 32 bytes, big-endian (SEC 1 section 2.3.7).
///
/// @param[out] key The key; empty on failure.
/// @param[in]  raw 32 bytes; copied.
/// @retval JWT_OK                   Loaded.
/// @retval JWT_ERR_KEY_MALFORMED    Not 32 bytes.
/// @retval JWT_ERR_KEY_INCONSISTENT 0, or not less than the order of the curve.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_key_load_raw(key: *mut jwt_es256_key, raw: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe { fill(key, |inputs, key| key.load(|scalar| ec::private_from_raw(inputs.bytes(raw)?, scalar))) }
}

/// Loads a private key from DER: SEC1 (RFC 5915) or PKCS#8 (RFC 5958), both with the curve named.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  der The DER; the scalar is copied from it.
/// @retval JWT_OK                     Loaded.
/// @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
/// @retval JWT_ERR_KEY_IS_PUBLIC      A public key.
/// @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
/// @retval JWT_ERR_KEY_ENCRYPTED      A key under a passphrase.
/// @retval JWT_ERR_KEY_ALGORITHM      An RSA key, or another that is not EC.
/// @retval JWT_ERR_KEY_CURVE          Another curve, or explicit curve parameters.
/// @retval JWT_ERR_KEY_INCONSISTENT   The scalar is out of range, or the public key beside it is not its own.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_key_load_der(key: *mut jwt_es256_key, der: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe { fill(key, |inputs, key| key.load(|scalar| ec::private_from_der(inputs.bytes(der)?, scalar))) }
}

/// Loads the first private key from a PEM text (RFC 7468) that holds SEC1 or PKCS#8.
///
/// Line ends and widths, blanks, text around the block, an `EC PARAMETERS` block before it and a trailing NUL do not
/// matter. Results as for `jwt_es256_key_load_der()`.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  pem The text; the scalar is copied from it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_key_load_pem(key: *mut jwt_es256_key, pem: jwt_str) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe { fill(key, |inputs, key| key.load(|scalar| ec::private_from_pem(inputs.raw_text(pem)?, scalar))) }
}

/// Overwrites the key. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_key_wipe(key: *mut jwt_es256_key) {
    // SAFETY: the caller's promises.
    if let Some(key) = unsafe { writable(key) } {
        key.wipe();
    }
}

/// A signer that uses the key. The key must stay where it is, and loaded, while the signer is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_es256_signer(key: *const jwt_es256_key) -> jwt_signer {
    jwt_signer::new(key, &SIGNER)
}

static SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_signer };

unsafe fn open_signer(key: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_es256_key`.
    let key: &jwt_es256_key = unsafe { outputs.read(key.cast())? };
    run(&key.signer(&[])?)
}

/// A private key on P-256, and extra entropy for its signatures.
#[repr(C)]
pub struct jwt_es256_hedged {
    /// The key.
    pub key: *const jwt_es256_key,
    /// 1 to 65,535 bytes of the caller's; recommended are 16 to 32 random ones, fresh for each signature. They may be of any
    /// quality (a long sample of a poor source as well), and need not be secret.
    pub entropy: jwt_bytes,
}

/// A signer that uses the key as `jwt_es256_signer()` does, and takes the entropy into the nonce as well: the additional data
/// of RFC 6979 section 3.6.
///
/// Whatever the bytes are, a signature is as safe as one by `jwt_es256_signer()`, and is verified by the same means. Bytes that
/// are never changed give the same signature for the same message each time. Fresh ones give it another nonce each time, which
/// makes two attacks harder: a wrong signature, by a fault that is repeated exactly in both of the computations that are compared,
/// has no right one of the same nonce that the key would follow from; and measurements of power or radiation cannot be
/// averaged over many signatures with one nonce.
///
/// Struct, key and entropy must stay where they are while the signer is used, and must not change during a call. Fresh bytes go in
/// between two calls: each reads them anew.
///
/// The call that signs, or asks for a length, fails with `JWT_ERR_ENTROPY` where the entropy is empty, so that a generator that
/// delivers nothing does not go unnoticed.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_es256_hedged_signer(hedged: *const jwt_es256_hedged) -> jwt_signer {
    jwt_signer::new(hedged, &HEDGED_SIGNER)
}

static HEDGED_SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_hedged_signer };

unsafe fn open_hedged_signer(hedged: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_es256_hedged`, and the caller promises what it refers to.
    let (key, entropy) = unsafe {
        let hedged: &jwt_es256_hedged = outputs.read(hedged.cast())?;
        (outputs.read(hedged.key)?, outputs.bytes(hedged.entropy)?)
    };
    if entropy.is_empty() {
        return Err(Status::JWT_ERR_ENTROPY);
    }
    run(&key.signer(entropy)?)
}

impl jwt_es256_public_key {
    fn load(&mut self, point: &[u8; 65]) {
        self.point = *point;
        self.state = LOADED_PUBLIC;
    }
}

/// Loads a public key from its 65 bytes: 4, x, y (SEC 1 section 2.3.3).
///
/// @param[out] key The key; empty on failure.
/// @param[in]  raw 65 bytes; copied.
/// @retval JWT_OK                   Loaded.
/// @retval JWT_ERR_KEY_MALFORMED    Not 65 bytes.
/// @retval JWT_ERR_KEY_INCONSISTENT Not a point on the curve.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_public_key_load_raw(key: *mut jwt_es256_public_key, raw: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(key, |inputs, key| {
            key.load(&ec::public_from_raw(inputs.bytes(raw)?)?);
            Ok(())
        })
    }
}

/// Loads a public key from DER: SubjectPublicKeyInfo (RFC 5280 section 4.1) with the curve named, the point uncompressed.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  der The DER; the point is copied from it.
/// @retval JWT_OK                     Loaded.
/// @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
/// @retval JWT_ERR_KEY_IS_PRIVATE     A private key.
/// @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
/// @retval JWT_ERR_KEY_ENCRYPTED      An encrypted private key.
/// @retval JWT_ERR_KEY_ALGORITHM      An RSA key, or another that is not EC.
/// @retval JWT_ERR_KEY_CURVE          Another curve, or explicit curve parameters.
/// @retval JWT_ERR_KEY_INCONSISTENT   Not a point on the curve.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_public_key_load_der(key: *mut jwt_es256_public_key, der: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(key, |inputs, key| {
            key.load(&ec::public_from_der(inputs.bytes(der)?)?);
            Ok(())
        })
    }
}

/// Loads the first public key from a PEM text (RFC 7468) that holds a SubjectPublicKeyInfo. What does not matter is said
/// at `jwt_es256_key_load_pem()`, the results at `jwt_es256_public_key_load_der()`.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  pem The text; the point is copied from it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_es256_public_key_load_pem(key: *mut jwt_es256_public_key, pem: jwt_str) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(key, |inputs, key| {
            key.load(&ec::public_from_pem(inputs.raw_text(pem)?)?);
            Ok(())
        })
    }
}

/// A verifier that uses the key. The key must stay where it is, and loaded, while the verifier is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_es256_verifier(key: *const jwt_es256_public_key) -> jwt_verifier {
    jwt_verifier::new(key, &VERIFIER)
}

static VERIFIER: jwt_verifier_kind = jwt_verifier_kind { open: open_verifier };

unsafe fn open_verifier(key: *const c_void, outputs: &Outputs, run: &mut UseVerifier<'_>) -> Result<(), Status> {
    // SAFETY: a verifier of this kind holds a `jwt_es256_public_key`.
    let key: &jwt_es256_public_key = unsafe { outputs.read(key.cast())? };
    if key.state != LOADED_PUBLIC {
        return Err(Status::JWT_ERR_KEY_NOT_LOADED);
    }
    run(&Es256Verifier { point: &key.point })
}
