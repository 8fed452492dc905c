//! What secret work leaves behind on the dead stack is overwritten by whoever called for it.

use zeroize::optimization_barrier;

/// Overwrites `WORDS` words of 32 bits of stack below the caller's frame. Called straight after a function that is not
/// inlined and needs no more stack than that, so that the same memory is met.
#[inline(never)]
pub fn wipe_stack<const WORDS: usize>() {
    // Handed out to be changed, so that no constant takes its place.
    let mut dead = [0_u32; WORDS];
    core::hint::black_box(&mut dead);
    optimization_barrier(&dead);
}
