//! Gateways: the message that attaches a device.

use core::ffi::c_char;

use super::room::fill_text;
use super::types::jwt_str;
use crate::attach::AttachMessage;
use crate::json::write::write;
use crate::status::jwt_status;

/// Writes the message with which a gateway attaches a device, `{"authorization":"<token>"}`. The gateway publishes it to
/// `/devices/{device}/attach`, and waits for the acknowledgement.
///
/// @param[in]  token    The token of the device that is attached, not of the gateway: one of `jwt_mint_mqtt()`, signed with the
///                      device's key.
/// @param[out] out      The message and a NUL; the empty string on failure. NULL to ask for the length only.
/// @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL. `JWT_ATTACH_MESSAGE_SIZE()` is what is needed.
/// @param[out] out_len  Length of the message without the NUL; 0 on failure, but see below.
/// @retval JWT_OK                   Written; or, where `out` is NULL, measured.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the message's length.
/// @retval JWT_ERR_EMPTY_CLAIM      The token is empty: minting it failed.
/// @retval JWT_ERR_UTF8             The token is not UTF-8.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_attach_message(
    token: jwt_str,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            let message = AttachMessage { token: inputs.text(token)? };
            let len = write(&message, &mut [])?;
            if let Some(out) = room.lend(len)? {
                // A token that another task changes does not reach the NUL.
                write(&message, out.get_mut(..len).unwrap_or_default())?;
            }
            Ok(())
        })
    }
}
