//! With a heap in a static arena, which is as small as works. No blinding: there is no random generator.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{self, NonNull};

use linked_list_allocator::Heap;
use rsa::pkcs1v15::SigningKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{BigUint, RsaPrivateKey};

use crate::{Inputs, Output};

const ARENA_SIZE: usize = 13_888;

struct Arena {
    heap: UnsafeCell<Heap>,
    bytes: UnsafeCell<[u64; ARENA_SIZE / 8]>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Arena {}

// SAFETY: the package's own promise, on memory that nothing else uses.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let heap = unsafe { &mut *self.heap.get() };
        heap.allocate_first_fit(layout).map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, bytes: *mut u8, layout: Layout) {
        if let Some(bytes) = NonNull::new(bytes) {
            unsafe { (*self.heap.get()).deallocate(bytes, layout) }
        }
    }
}

#[global_allocator]
static ARENA: Arena = Arena { heap: UnsafeCell::new(Heap::empty()), bytes: UnsafeCell::new([0; ARENA_SIZE / 8]) };

#[unsafe(no_mangle)]
extern "C" fn operation(inputs: &Inputs, output: &mut Output) -> i32 {
    unsafe { (*ARENA.heap.get()).init(ARENA.bytes.get().cast(), ARENA_SIZE) };
    let [p, q] = inputs.primes().map(BigUint::from_bytes_be);
    let (n, d) = (BigUint::from_bytes_be(inputs.modulus()), BigUint::from_bytes_be(inputs.private_exponent()));
    let Ok(key) = RsaPrivateKey::from_components(n, BigUint::from(65537u32), d, [p, q].into()) else { return 1 };
    let Ok(signature) = SigningKey::<Sha256>::new(key).try_sign(inputs.message()) else { return 2 };
    output.set(&signature.to_bytes());
    0
}
