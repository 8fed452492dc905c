//! The C interface: what `include/jwt_mint.h` declares. The doc comments are written for the C reader.
//!
//! An exported function converts, makes one call into the safe core, and reports. Pointers are looked at in `memory`.
//! What each unsafe function asks of its caller is said once, in the rules at the top of the header.
#![allow(unsafe_code, non_camel_case_types, clippy::missing_safety_doc)]

pub mod attach;
pub mod es256;
pub mod guard;
pub mod hs256;
mod memory;
pub mod mint;
pub mod private_key;
pub mod renewal;
mod room;
pub mod rs256;
pub mod selftest;
pub mod signer;
pub mod status;
pub mod types;
pub mod verified;
pub mod verify;

#[cfg(all(feature = "panic-handler", panic = "abort"))]
#[panic_handler]
fn never_reached(_: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg(feature = "prove-no-panic")]
    {
        unsafe extern "C" {
            safe fn jwt_mint_panic_is_reachable() -> !;
        }
        jwt_mint_panic_is_reachable()
    }
    #[cfg(not(feature = "prove-no-panic"))]
    loop {
        core::hint::spin_loop();
    }
}
