//! Names for statuses and the version of the archive.

use core::ffi::c_char;

use crate::status::Status;

/// The name of a status, such as `"JWT_ERR_CLOCK"`; `"JWT_STATUS_UNKNOWN"` for a number that is none.
///
/// @return A string that lasts for ever. Never NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_status_name(status: i32) -> *const c_char {
    Status::from_number(status).map_or(c"JWT_STATUS_UNKNOWN", Status::name).as_ptr()
}

/// The version of the library that was linked: `JWT_MINT_VERSION` of its own header.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jwt_version() -> u32 {
    const NUMBER: u32 = version();
    NUMBER
}

const fn version() -> u32 {
    let parts = [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")];
    let mut number = 0;
    let mut part = 0;
    while part < parts.len() {
        let Ok(value) = u8::from_str_radix(parts[part], 10) else { panic!("a version part is 0 to 255") };
        number = number << 8 | value as u32;
        part += 1;
    }
    number
}
