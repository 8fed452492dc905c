//! The result of every call: one number and one name per cause.
//! What a status means for the outputs is said by the function that returns it.

use core::ffi::CStr;

/// Result of every call: 0, or the one cause why not.
///
/// `JWT_ERR_*`, -1 to -31: the call could not be carried out. `JWT_REJECT_*`, -32 to -63: the token is not to be trusted.
/// A number, once given to a cause, is never given to another.
#[repr(i32)]
#[allow(non_camel_case_types, clippy::upper_case_acronyms)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum jwt_status {
    /// Done.
    JWT_OK = 0,
    /// A pointer that must not be NULL is NULL.
    JWT_ERR_POINTER = -1,
    /// The buffer has too little room. Where the call has a length output, it holds the length needed.
    JWT_ERR_BUFFER_TOO_SMALL = -2,
    /// An output overlaps an input or another output.
    JWT_ERR_OVERLAP = -3,
    /// A text, a number of claims or the token as a whole is longer than the library handles.
    JWT_ERR_TOO_LONG = -4,
    /// A text is not valid UTF-8 (RFC 3629).
    JWT_ERR_UTF8 = -5,
    /// A claim or a name that must not be empty is empty or missing.
    JWT_ERR_EMPTY_CLAIM = -6,
    /// A claim name occurs twice (RFC 7519 section 4).
    JWT_ERR_DUPLICATE_CLAIM = -7,
    /// The type of a claim is none of `JWT_CLAIM_*`.
    JWT_ERR_CLAIM_TYPE = -8,
    /// A raw JSON claim is not one whole JSON value (RFC 8259), or nests deeper than `JWT_JSON_DEPTH_MAX`.
    JWT_ERR_JSON = -9,
    /// A time is negative, or the expiry lies beyond 64 bits.
    JWT_ERR_TIME = -10,
    /// `now` is below the clock floor: the device's clock is not set.
    JWT_ERR_CLOCK = -11,
    /// The lifetime is outside the range that the call allows.
    JWT_ERR_LIFETIME = -12,
    /// The input is not a key: damaged, truncated, or something else altogether.
    JWT_ERR_KEY_MALFORMED = -13,
    /// A public key, where a private one belongs.
    JWT_ERR_KEY_IS_PUBLIC = -14,
    /// A private key, where a public one belongs.
    JWT_ERR_KEY_IS_PRIVATE = -15,
    /// A certificate, where a key belongs.
    JWT_ERR_KEY_IS_CERTIFICATE = -16,
    /// The key is encrypted with a passphrase.
    JWT_ERR_KEY_ENCRYPTED = -17,
    /// A key of another algorithm than the call is for.
    JWT_ERR_KEY_ALGORITHM = -18,
    /// An EC key on another curve than P-256, or one with explicit curve parameters.
    JWT_ERR_KEY_CURVE = -19,
    /// The key is too small: an RSA modulus under 2048 bits, a secret under 32 bytes.
    JWT_ERR_KEY_TOO_SMALL = -20,
    /// A kind of key that is not supported: an RSA size other than 2048, 3072 or 4096 bits, an even or huge public
    /// exponent, more than two primes, OpenSSH's own format.
    JWT_ERR_KEY_UNSUPPORTED = -21,
    /// The parts of the key contradict one another, or lie outside their range.
    JWT_ERR_KEY_INCONSISTENT = -22,
    /// The secret is the PEM or DER of a key, which is public more often than not (RS256 to HS256 confusion), or all zeros.
    JWT_ERR_KEY_NOT_SECRET = -23,
    /// The key, signer or verifier was not loaded, or was wiped.
    JWT_ERR_KEY_NOT_LOADED = -24,
    /// The signing callback reported a failure.
    JWT_ERR_SIGNER = -25,
    /// A signature came out wrong: a callback's result of another length, out of range or not valid under the public
    /// key; or the machine failed, or an input changed, while the library signed.
    JWT_ERR_SIGNATURE = -26,
    /// The callback's algorithm or signature encoding is none that the library knows.
    JWT_ERR_CALLBACK = -27,
    /// What claims are read from is empty, or no JSON object stands in the scratch any more. Other changes of the scratch are
    /// not noticed.
    JWT_ERR_NOT_VERIFIED = -28,
    /// The scratch of a signer is too small for its key.
    JWT_ERR_SCRATCH = -29,
    /// The extra entropy of a signer is empty.
    JWT_ERR_ENTROPY = -30,
    /// Not a token: not three parts of base64url (RFC 7515 sections 2 and 7.1), or header or payload is not an object of
    /// RFC 8259 within the limits of the library, or `alg`, `typ` or `kid` is no text.
    JWT_REJECT_MALFORMED = -32,
    /// The header's `alg` is not the algorithm of the key.
    JWT_REJECT_ALGORITHM = -33,
    /// The signature is not valid under the key.
    JWT_REJECT_SIGNATURE = -34,
    /// `exp` is over. All else about the token is right.
    JWT_REJECT_EXPIRED = -35,
    /// `nbf` or `iat` lies in the future.
    JWT_REJECT_NOT_YET_VALID = -36,
    /// `aud` does not name the one that is expected; or names someone, and none is expected (RFC 7519 section 4.1.3).
    JWT_REJECT_AUDIENCE = -37,
    /// `iss` is another than expected.
    JWT_REJECT_ISSUER = -38,
    /// `sub` is another than expected.
    JWT_REJECT_SUBJECT = -39,
    /// `exp` is not after `iat`, or too long after it.
    JWT_REJECT_LIFETIME = -40,
    /// A claim that the policy or the call asks for is not there.
    JWT_REJECT_MISSING_CLAIM = -41,
    /// A claim has another type than the policy or the call asks for, or a value that the type does not hold: a time that
    /// is negative or beyond 64 bits, a text with a NUL in it.
    JWT_REJECT_CLAIM_TYPE = -42,
    /// A name occurs twice in the header or in the payload (RFC 7515 section 4, RFC 7519 section 4).
    JWT_REJECT_DUPLICATE_NAME = -43,
    /// The header has `crit` or `b64` (RFC 7515 section 4.1.11, RFC 7797): an extension that changes what the token means.
    JWT_REJECT_CRITICAL_HEADER = -44,
    /// A request has no token (RFC 6750 section 3.1).
    JWT_REJECT_NO_CREDENTIALS = -45,
}

pub use jwt_status as Status;

impl From<Result<(), Status>> for jwt_status {
    fn from(result: Result<(), Status>) -> Self {
        result.err().unwrap_or(Self::JWT_OK)
    }
}

/// Every status with its name, once.
macro_rules! names {
    ($($status:ident)*) => {
        impl jwt_status {
            /// Every status.
            pub const ALL: &[Self] = &[$(Self::$status),*];

            /// The C name of the status.
            #[must_use]
            pub const fn name(self) -> &'static CStr {
                match self {
                    $(Self::$status => match CStr::from_bytes_with_nul(concat!(stringify!($status), "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => c"",
                    },)*
                }
            }
        }
    };
}

names! {
    JWT_OK
    JWT_ERR_POINTER
    JWT_ERR_BUFFER_TOO_SMALL
    JWT_ERR_OVERLAP
    JWT_ERR_TOO_LONG
    JWT_ERR_UTF8
    JWT_ERR_EMPTY_CLAIM
    JWT_ERR_DUPLICATE_CLAIM
    JWT_ERR_CLAIM_TYPE
    JWT_ERR_JSON
    JWT_ERR_TIME
    JWT_ERR_CLOCK
    JWT_ERR_LIFETIME
    JWT_ERR_KEY_MALFORMED
    JWT_ERR_KEY_IS_PUBLIC
    JWT_ERR_KEY_IS_PRIVATE
    JWT_ERR_KEY_IS_CERTIFICATE
    JWT_ERR_KEY_ENCRYPTED
    JWT_ERR_KEY_ALGORITHM
    JWT_ERR_KEY_CURVE
    JWT_ERR_KEY_TOO_SMALL
    JWT_ERR_KEY_UNSUPPORTED
    JWT_ERR_KEY_INCONSISTENT
    JWT_ERR_KEY_NOT_SECRET
    JWT_ERR_KEY_NOT_LOADED
    JWT_ERR_SIGNER
    JWT_ERR_SIGNATURE
    JWT_ERR_CALLBACK
    JWT_ERR_NOT_VERIFIED
    JWT_ERR_SCRATCH
    JWT_ERR_ENTROPY
    JWT_REJECT_MALFORMED
    JWT_REJECT_ALGORITHM
    JWT_REJECT_SIGNATURE
    JWT_REJECT_EXPIRED
    JWT_REJECT_NOT_YET_VALID
    JWT_REJECT_AUDIENCE
    JWT_REJECT_ISSUER
    JWT_REJECT_SUBJECT
    JWT_REJECT_LIFETIME
    JWT_REJECT_MISSING_CLAIM
    JWT_REJECT_CLAIM_TYPE
    JWT_REJECT_DUPLICATE_NAME
    JWT_REJECT_CRITICAL_HEADER
    JWT_REJECT_NO_CREDENTIALS
}

impl jwt_status {
    /// Whether it says that a token is not to be trusted.
    pub(crate) const fn is_reject(self) -> bool {
        self as i32 <= Self::JWT_REJECT_MALFORMED as i32
    }

    /// The status that bears `number`.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|&status| status as i32 == number)
    }
}
