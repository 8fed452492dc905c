//! HS256 secrets.

use core::ffi::c_void;

use super::memory::{Outputs, fill, store};
use super::signer::{UseSigner, UseVerifier, jwt_signer, jwt_signer_kind, jwt_verifier, jwt_verifier_kind};
use super::types::jwt_bytes;
use crate::key::secret;
use crate::sign::hs256::{Hs256Signer, Hs256Verifier};
use crate::status::{Status, jwt_status};

/// Marks a loaded key.
const LOADED: u32 = 0x4853_a256;

/// A shared secret, borrowed: its bytes must stay where they are while the key is used. Other bytes there are another secret,
/// and whoever guesses them makes tokens that are accepted. Its fields are the library's.
#[repr(C)]
pub struct jwt_hs256_key {
    pub state: u32,
    pub secret: jwt_bytes,
}

/// Takes a shared secret for HS256: 32 bytes or more (RFC 7518 section 3.2), from a random generator.
///
/// @param[out] key    The key; empty on failure.
/// @param[in]  secret The secret; borrowed. An empty one is too small.
/// @retval JWT_OK                 Loaded.
/// @retval JWT_ERR_KEY_TOO_SMALL  Under 32 bytes.
/// @retval JWT_ERR_KEY_NOT_SECRET The PEM or DER of a key; or all its bytes are 0, here or when the key is used.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_hs256_key_load(key: *mut jwt_hs256_key, secret: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill(key, |inputs, key| {
            secret::check(inputs.bytes(secret)?)?;
            *key = jwt_hs256_key { state: LOADED, secret };
            Ok(())
        })
    }
}

/// Forgets where the secret is. The secret itself is the caller's. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_hs256_key_wipe(key: *mut jwt_hs256_key) {
    let empty = jwt_hs256_key { state: 0, secret: jwt_bytes { ptr: core::ptr::null(), len: 0 } };
    // SAFETY: the caller's promises.
    unsafe { store(key, empty) };
}

/// A signer that uses the key. Key and secret must stay where they are while the signer is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_hs256_signer(key: *const jwt_hs256_key) -> jwt_signer {
    jwt_signer::new(key, &SIGNER)
}

static SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_signer };

unsafe fn open_signer(key: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_hs256_key`.
    run(&Hs256Signer { secrets: unsafe { secrets(key, outputs)? } })
}

/// A verifier that uses the key. Key and secret must stay where they are while the verifier is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_hs256_verifier(key: *const jwt_hs256_key) -> jwt_verifier {
    jwt_verifier::new(key, &VERIFIER)
}

static VERIFIER: jwt_verifier_kind = jwt_verifier_kind { open: open_verifier };

unsafe fn open_verifier(key: *const c_void, outputs: &Outputs, run: &mut UseVerifier<'_>) -> Result<(), Status> {
    // SAFETY: a verifier of this kind holds a `jwt_hs256_key`.
    let [secret, _] = unsafe { secrets(key, outputs)? };
    run(&Hs256Verifier { secret })
}

/// The secret, come by twice.
///
/// # Safety
/// `key` is NULL or points to a `jwt_hs256_key`, and what that refers to is there.
unsafe fn secrets<'k>(key: *const c_void, outputs: &Outputs) -> Result<[&'k [u8]; 2], Status> {
    // SAFETY: the caller's promise.
    unsafe {
        let key: &jwt_hs256_key = outputs.read(key.cast())?;
        if key.state != LOADED {
            return Err(Status::JWT_ERR_KEY_NOT_LOADED);
        }
        let secrets @ [first, second] = [outputs.bytes(key.secret)?, outputs.bytes(core::hint::black_box(key).secret)?];
        secret::refuse_zeros(first)?;
        // A fault may have made another secret of one, such as the empty one.
        if !core::ptr::eq(first, second) {
            return Err(Status::JWT_ERR_KEY_NOT_LOADED);
        }
        Ok(secrets)
    }
}
