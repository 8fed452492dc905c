//! How much of what is tried at random.

/// `count`, or as many times that as JWT_MINT_ROUNDS says.
pub fn rounds(count: usize) -> usize {
    count * std::env::var("JWT_MINT_ROUNDS").map_or(1, |factor| factor.parse().expect("a number"))
}
