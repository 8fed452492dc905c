//! Signers and verifiers as C values: a key and the function that opens it. The function is what the linker follows, so a
//! program holds the code of those kinds of keys that it makes signers of.

use core::ffi::c_void;

use super::memory::Outputs;
use crate::sign::MessageDigest;
use crate::sign::callback::{CallbackSigner, DER_SIGNATURE_LEN_MAX, Encoding};
use crate::sign::{Signer, Verifier, es256, hs256, rs256};
use crate::status::Status;

/// What a kind of signer does. Opaque.
pub struct jwt_signer_kind {
    /// Turns the C key into a signer and lends it to the visitor.
    pub(super) open: unsafe fn(*const c_void, &Outputs, &mut UseSigner<'_>) -> Result<(), Status>,
}

/// What a kind of verifier does. Opaque.
pub struct jwt_verifier_kind {
    /// Turns the C key into a verifier and lends it to the visitor.
    pub(super) open: unsafe fn(*const c_void, &Outputs, &mut UseVerifier<'_>) -> Result<(), Status>,
}

/// Is lent a signer.
pub(super) type UseSigner<'u> = dyn FnMut(&dyn Signer) -> Result<(), Status> + 'u;
/// Is lent a verifier.
pub(super) type UseVerifier<'u> = dyn FnMut(&dyn Verifier) -> Result<(), Status> + 'u;

/// Who signs: a value that refers to a key, which must outlive it. Made by `jwt_es256_signer()` and its siblings; a
/// zeroed one signs nothing. Its fields are the library's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct jwt_signer {
    pub key: *const c_void,
    pub kind: *const jwt_signer_kind,
}

/// Who checks a signature: a value that refers to a public key or a secret, which must outlive it. Made by
/// `jwt_es256_verifier()` and its siblings; a zeroed one checks nothing. Its fields are the library's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct jwt_verifier {
    pub key: *const c_void,
    pub kind: *const jwt_verifier_kind,
}

impl jwt_signer {
    pub(super) const fn new<K>(key: *const K, kind: &'static jwt_signer_kind) -> Self {
        Self { key: key.cast(), kind }
    }

    /// # Safety
    /// `key` and `kind` are a pair that [`Self::new`] put together, or zero.
    pub(super) unsafe fn open(&self, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
        // SAFETY: the caller's promise.
        match unsafe { self.kind.as_ref() } {
            // SAFETY: the caller's promise.
            Some(kind) => unsafe { (kind.open)(self.key, outputs, run) },
            None => Err(Status::JWT_ERR_KEY_NOT_LOADED),
        }
    }
}

impl jwt_verifier {
    pub(super) const fn new<K>(key: *const K, kind: &'static jwt_verifier_kind) -> Self {
        Self { key: key.cast(), kind }
    }

    /// # Safety
    /// `key` and `kind` are a pair that [`Self::new`] put together, or zero.
    pub(super) unsafe fn open(&self, outputs: &Outputs, run: &mut UseVerifier<'_>) -> Result<(), Status> {
        // SAFETY: the caller's promise.
        match unsafe { self.kind.as_ref() } {
            // SAFETY: the caller's promise.
            Some(kind) => unsafe { (kind.open)(self.key, outputs, run) },
            None => Err(Status::JWT_ERR_KEY_NOT_LOADED),
        }
    }
}

/// Bytes of an ES256 signature.
pub const JWT_ES256_SIGNATURE_LEN: usize = 64;
/// Bytes of an HS256 signature.
pub const JWT_HS256_SIGNATURE_LEN: usize = 32;
/// Bytes of an RS256 signature by a key of 2048 bits.
pub const JWT_RS256_2048_SIGNATURE_LEN: usize = 256;
/// Bytes of an RS256 signature by a key of 3072 bits.
pub const JWT_RS256_3072_SIGNATURE_LEN: usize = 384;
/// Bytes of an RS256 signature by a key of 4096 bits.
pub const JWT_RS256_4096_SIGNATURE_LEN: usize = 512;
/// Bytes of the longest signature.
pub const JWT_SIGNATURE_SIZE_MAX: usize = 512;

const _: () = {
    assert!(JWT_ES256_SIGNATURE_LEN == es256::SIGNATURE_LEN);
    assert!(JWT_HS256_SIGNATURE_LEN == hs256::SIGNATURE_LEN);
    assert!(JWT_RS256_2048_SIGNATURE_LEN == rs256::signature_len(rs256::HALF_2048));
    assert!(JWT_RS256_3072_SIGNATURE_LEN == rs256::signature_len(rs256::HALF_3072));
    assert!(JWT_RS256_4096_SIGNATURE_LEN == rs256::signature_len(rs256::HALF_4096));
    assert!(JWT_SIGNATURE_SIZE_MAX == JWT_RS256_4096_SIGNATURE_LEN);
    // The header says it in a comment.
    assert!(DER_SIGNATURE_LEN_MAX == 72);
};

/// `jwt_callback.signature`: ES256, r then s, 32 bytes each.
pub const JWT_SIGNATURE_ES256_RAW: u32 = 1;
/// `jwt_callback.signature`: ES256, DER (RFC 3279 section 2.2.3), at most 72 bytes.
pub const JWT_SIGNATURE_ES256_DER: u32 = 2;
/// `jwt_callback.signature`: RS256 with a modulus of 2048 bits, 256 bytes.
pub const JWT_SIGNATURE_RS256_2048: u32 = 3;
/// `jwt_callback.signature`: RS256 with a modulus of 3072 bits, 384 bytes.
pub const JWT_SIGNATURE_RS256_3072: u32 = 4;
/// `jwt_callback.signature`: RS256 with a modulus of 4096 bits, 512 bytes.
pub const JWT_SIGNATURE_RS256_4096: u32 = 5;

/// Signs a SHA-256 digest with a key that the library never sees. It must return: no exception, no longjmp().
///
/// @param[in]  context        What the struct says.
/// @param[in]  digest         32 bytes: the SHA-256 of the message.
/// @param[in]  message_len    Length of the message in bytes, for elements that ask for it.
/// @param[out] signature      Where the signature goes.
/// @param[in]  signature_size Room there, in bytes: the longest that the declared encoding can be.
/// @param[out] signature_len  Length of the signature in bytes; 0 when the function is called.
/// @return 0 on success; anything else makes the call fail with `JWT_ERR_SIGNER`.
pub type jwt_sign_callback = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        digest: *const u8,
        message_len: usize,
        signature: *mut u8,
        signature_size: usize,
        signature_len: *mut usize,
    ) -> i32,
>;

/// A key in a secure element, a PSA key store or an HSM.
#[repr(C)]
pub struct jwt_callback {
    /// Algorithm and encoding of its signatures: `JWT_SIGNATURE_ES256_RAW` and its siblings. Never guessed.
    pub signature: u32,
    /// The function that signs.
    pub sign: jwt_sign_callback,
    /// Handed to the function as it is.
    pub context: *mut c_void,
    /// Checks every signature before it is used. Recommended: zeroed, only length and range are checked, and an element
    /// that signs with another key, or wrongly, is not noticed.
    pub verifier: jwt_verifier,
}

/// A signer that calls back. What the function returns must have the declared length; r and s must lie in 1 to n - 1
/// (RFC 7518 section 3.4 by way of SEC 1 section 4.1.4), an RSA signature must not be 0; and where there is a verifier,
/// it must be valid. Otherwise the call that signs fails with `JWT_ERR_SIGNATURE`. The struct and what it refers to must
/// stay where they are while the signer is used.
///
/// The call that signs fails with `JWT_ERR_CALLBACK` where `signature` is none of the above or the verifier is for
/// another algorithm or size, and with `JWT_ERR_POINTER` where `sign` is NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_callback_signer(callback: *const jwt_callback) -> jwt_signer {
    jwt_signer::new(callback, &CALLBACK)
}

static CALLBACK: jwt_signer_kind = jwt_signer_kind { open: open_callback };

unsafe fn open_callback(callback: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_callback`.
    let callback: &jwt_callback = unsafe { outputs.read(callback.cast())? };
    let sign = callback.sign.ok_or(Status::JWT_ERR_POINTER)?;
    let encoding = match callback.signature {
        JWT_SIGNATURE_ES256_RAW => Encoding::Raw,
        JWT_SIGNATURE_ES256_DER => Encoding::Der,
        JWT_SIGNATURE_RS256_2048 => Encoding::Rsa { modulus_len: JWT_RS256_2048_SIGNATURE_LEN },
        JWT_SIGNATURE_RS256_3072 => Encoding::Rsa { modulus_len: JWT_RS256_3072_SIGNATURE_LEN },
        JWT_SIGNATURE_RS256_4096 => Encoding::Rsa { modulus_len: JWT_RS256_4096_SIGNATURE_LEN },
        _ => return Err(Status::JWT_ERR_CALLBACK),
    };
    let sign = |digest: &MessageDigest, message_len: usize, signature: &mut [u8]| {
        let (mut len, room) = (0, signature.len());
        // SAFETY: the caller promises a function of this type; the pointers last for the call.
        let failed =
            unsafe { sign(callback.context, digest.as_ptr(), message_len, signature.as_mut_ptr(), room, &raw mut len) };
        (failed == 0).then_some(len)
    };
    if callback.verifier.kind.is_null() {
        return run(&CallbackSigner { encoding, sign: &sign, verifier: None });
    }
    let mut run_checked = |verifier: &dyn Verifier| {
        let signer = CallbackSigner { encoding, sign: &sign, verifier: Some(verifier) };
        if verifier.algorithm() != signer.algorithm() || verifier.signature_len() != signer.signature_len() {
            return Err(Status::JWT_ERR_CALLBACK);
        }
        run(&signer)
    };
    // SAFETY: the caller promises a verifier that the library made.
    unsafe { callback.verifier.open(outputs, &mut run_checked) }
}
