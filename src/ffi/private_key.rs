//! A private key of either kind, for programs that cannot know which they hold.

use core::ffi::c_void;

use super::es256::jwt_es256_key;
use super::memory::{Outputs, fill, fill_with_buffer, writable};
use super::rs256::{decode_pem, jwt_rs256_key};
use super::signer::{UseSigner, jwt_signer, jwt_signer_kind};
use super::types::{jwt_bytes, jwt_str};
use crate::key::container::{self, Encoded};
use crate::key::pem::Wanted;
use crate::key::{ec, rsa};
use crate::status::{Status, jwt_status};

/// A private key that is whatever was loaded: EC on P-256 (ES256) or RSA (RS256). Linking it links both algorithms. Its
/// fields are the library's.
#[repr(C)]
pub struct jwt_private_key {
    pub is_rsa: u32,
    pub es256: jwt_es256_key,
    pub rs256: jwt_rs256_key,
}

impl jwt_private_key {
    fn load(&mut self, der: &[u8]) -> Result<(), Status> {
        match container::private_key(der)? {
            Encoded::Ec(encoded) => self.es256.load(|scalar| ec::private_from_encoded(&encoded, scalar)),
            Encoded::Rsa(pkcs1) => {
                self.rs256.load(|key| rsa::private_from_pkcs1(pkcs1, key))?;
                self.is_rsa = 1;
                Ok(())
            }
        }
    }
}

/// Loads the private key from DER: SEC1, PKCS#1 or PKCS#8.
///
/// Results as for `jwt_es256_key_load_der()` and `jwt_rs256_key_load_der()`; `JWT_ERR_KEY_ALGORITHM` where it is neither
/// EC nor RSA.
///
/// @param[out] key The key; empty on failure.
/// @param[in]  der The DER. An RSA key borrows it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_private_key_load_der(key: *mut jwt_private_key, der: jwt_bytes) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe { fill(key, |inputs, key| key.load(inputs.bytes(der)?)) }
}

/// Loads the first private key from a PEM text (RFC 7468), by way of a buffer.
///
/// Parameters as for `jwt_rs256_key_load_pem()`, results as for it and `jwt_private_key_load_der()`. An EC key borrows
/// nothing: the buffer is wiped again, and free, when the call returns.
///
/// @param[out] key      The key; empty on failure.
/// @param[in]  pem      The text; not needed any more once the call returns.
/// @param[out] der      Where the DER goes; borrowed by an RSA key until `jwt_private_key_wipe()`. Wiped on failure.
/// @param[in]  der_size Room there, in bytes: `JWT_RS256_DER_SIZE_4096` is enough for every key.
/// @param[out] der_len  Length that the DER has or, of an EC key, had, in bytes; 0 on failure, but see below.
/// @retval JWT_OK                   Loaded.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_private_key_load_pem(
    key: *mut jwt_private_key,
    pem: jwt_str,
    der: *mut u8,
    der_size: usize,
    der_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_with_buffer(key, (der, der_size, der_len), |inputs, key, room, len| {
            let text = inputs.raw_text(pem)?;
            key.load(decode_pem(text, Wanted::Private, room, len)?)?;
            if key.is_rsa == 1 {
                key.rs256.owns(der, *len);
            } else {
                zeroize::Zeroize::zeroize(room);
            }
            Ok(())
        })
    }
}

/// Overwrites the key, and the buffer that a PEM was decoded into. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_private_key_wipe(key: *mut jwt_private_key) {
    // SAFETY: the caller's promises.
    unsafe {
        if let Some(key) = writable(key) {
            key.is_rsa = 0;
            key.es256.wipe();
            key.rs256.wipe();
        }
    }
}

/// A signer that uses the key: ES256 or RS256, as the key is. The key, and an RSA key's DER, must stay where they are
/// while the signer is used.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_private_key_signer(key: *const jwt_private_key) -> jwt_signer {
    jwt_signer::new(key, &SIGNER)
}

static SIGNER: jwt_signer_kind = jwt_signer_kind { open: open_signer };

unsafe fn open_signer(key: *const c_void, outputs: &Outputs, run: &mut UseSigner<'_>) -> Result<(), Status> {
    // SAFETY: a signer of this kind holds a `jwt_private_key`.
    let key: &jwt_private_key = unsafe { outputs.read(key.cast())? };
    if key.is_rsa == 1 {
        // SAFETY: the caller promises what the key refers to.
        run(&unsafe { key.rs256.signer(outputs)? })
    } else {
        run(&key.es256.signer(&[])?)
    }
}
