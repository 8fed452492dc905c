//! Each package called directly, by the shortest way from the key's bytes to the signature's.
#![no_std]

#[cfg(feature = "p256")]
mod p256;
#[cfg(feature = "p256-cm4")]
mod p256_cm4;
#[cfg(feature = "rsa-arena")]
mod rsa_arena;
#[cfg(feature = "rsa-heapless")]
mod rsa_heapless;

use core::slice;

/// `struct inputs` of probe.h.
#[repr(C)]
pub struct Inputs {
    ec_pem: *const u8,
    ec_scalar: *const u8,
    rsa_der: *const u8,
    rsa_der_len: usize,
    secret: *const u8,
    message: *const u8,
    rsa_n: *const u8,
    rsa_d: *const u8,
    rsa_p: *const u8,
    rsa_q: *const u8,
}

/// `struct output` of probe.h.
#[repr(C)]
pub struct Output {
    bytes: [u8; 1024],
    len: usize,
}

#[allow(dead_code)] // no package uses all of it
impl Inputs {
    fn scalar(&self) -> &[u8; 32] {
        // SAFETY: as probe.h has it, here and below.
        unsafe { &*self.ec_scalar.cast() }
    }

    fn message(&self) -> &[u8] {
        unsafe { slice::from_raw_parts(self.message, 200) }
    }

    fn modulus(&self) -> &[u8] {
        unsafe { slice::from_raw_parts(self.rsa_n, 256) }
    }

    fn private_exponent(&self) -> &[u8] {
        unsafe { slice::from_raw_parts(self.rsa_d, 256) }
    }

    fn primes(&self) -> [&[u8]; 2] {
        unsafe { [slice::from_raw_parts(self.rsa_p, 128), slice::from_raw_parts(self.rsa_q, 128)] }
    }
}

#[allow(dead_code)]
impl Output {
    fn set(&mut self, bytes: &[u8]) {
        self.bytes[..bytes.len()].copy_from_slice(bytes);
        self.len = bytes.len();
    }
}

#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
