//! Self-tests for the boot of a device.

use super::rs256::with_known_key;
use crate::selftest::{es256_sign, es256_verify, hs256, rs256_key, rs256_sign, rs256_verify};
use crate::status::jwt_status;

/// Checks at boot that this machine signs as the standard has it: with a published key, a published message comes to the
/// published signature. It takes as long as a signature, and links no more than signing does and the answer. There is one
/// for each algorithm; call those that the program uses.
///
/// @retval JWT_OK            The answer is that of RFC 6979 appendix A.2.5.
/// @retval JWT_ERR_SIGNATURE It is not: the code or the machine is damaged. Do not use keys on it.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_es256_sign_selftest() -> jwt_status {
    es256_sign().into()
}

/// As `jwt_es256_sign_selftest()`, for the check of signatures: a good one is accepted, one of another message refused. It takes
/// as long as checking two.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_es256_verify_selftest() -> jwt_status {
    es256_verify().into()
}

/// As `jwt_es256_sign_selftest()`, with RFC 7515 appendix A.2: 2048 bits.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_rs256_sign_selftest() -> jwt_status {
    with_known_key(&rs256_key(), rs256_sign).into()
}

/// As `jwt_es256_verify_selftest()`, with RFC 7515 appendix A.2: 2048 bits.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_rs256_verify_selftest() -> jwt_status {
    rs256_verify().into()
}

/// As `jwt_es256_sign_selftest()`, with RFC 7515 appendix A.1. HS256 signs and verifies by the same code.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_hs256_selftest() -> jwt_status {
    hs256().into()
}
