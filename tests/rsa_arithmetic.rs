//! The arithmetic under RS256 against big integers. JWT_MINT_ROUNDS=1000 takes a thousand times as many numbers at random.
#![allow(dead_code)] // what P-256 alone needs

#[path = "../src/arith/mod.rs"]
mod arith;
#[path = "../src/copy.rs"]
mod copy;
#[path = "support/rounds.rs"]
mod rounds;

use arith::limbs::Limb;
use arith::montgomery::{Accumulator, Factor, SUM_EXTRA, TABLE_ENTRIES, multiply_accumulate};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rounds::rounds;
use rsa::BigUint;

/// Halves of a modulus and whole ones, and the shortest.
const LENS: [usize; 6] = [8, 32, 48, 64, 96, 128];

fn big(limbs: &[Limb]) -> BigUint {
    BigUint::new(limbs.to_vec())
}

fn limbs(big: &BigUint, len: usize) -> Vec<Limb> {
    let bytes = big.to_bytes_be();
    let mut limbs = vec![0; len];
    arith::limbs::from_be_bytes(&mut limbs, &bytes);
    assert!(bytes.len() <= len * 4);
    limbs
}

fn power_of_two(exponent: usize) -> BigUint {
    BigUint::from(1_u32) << exponent
}

fn random(rng: &mut StdRng, len: usize) -> Vec<Limb> {
    let limb = |rng: &mut StdRng| match rng.gen_range(0..6) {
        0 => 0,
        1 => Limb::MAX,
        _ => rng.r#gen(),
    };
    (0..len).map(|_| limb(rng)).collect()
}

/// A modulus m, R, and R^-1 modulo m.
struct Ring {
    m: BigUint,
    r: BigUint,
    inverse_of_r: BigUint,
    limbs: Vec<Limb>,
}

impl Ring {
    fn new(m: BigUint, len: usize) -> Self {
        let r = power_of_two(32 * len);
        // Halved as often as R was doubled: an odd number becomes even by m.
        let mut inverse_of_r = BigUint::from(1_u32);
        for _ in 0..32 * len {
            if &inverse_of_r % 2_u32 == BigUint::from(1_u32) {
                inverse_of_r += &m;
            }
            inverse_of_r /= 2_u32;
        }
        assert_eq!(&inverse_of_r * &r % &m, BigUint::from(1_u32));
        Self { limbs: limbs(&m, len), m, r, inverse_of_r }
    }

    /// What `change` makes of `number`, which is less than R.
    fn after(&self, number: &[Limb], change: impl FnOnce(&mut Accumulator<'_>)) -> BigUint {
        let mut sum = vec![0x5a5a_5a5a; number.len() + SUM_EXTRA];
        let mut number = number.to_vec();
        change(&mut Accumulator::new(&mut number, &self.limbs, &mut sum));
        big(&number)
    }

    fn one(&self) -> Vec<Limb> {
        limbs(&BigUint::from(1_u32), self.limbs.len())
    }

    fn edges(&self) -> Vec<Vec<Limb>> {
        let small = [0_u32, 1, 2].map(BigUint::from);
        let near = [&self.m - 1_u32, self.m.clone(), &self.r - &self.m, &self.r - 1_u32, &self.m / 2_u32];
        small.iter().chain(&near).map(|edge| limbs(edge, self.limbs.len())).collect()
    }
}

/// Rings of that length: at the bounds, and at random; each with numbers less than R, all pairs of which are tried.
fn rings(len: usize, count: usize) -> Vec<(Ring, Vec<Vec<Limb>>)> {
    let mut rng = StdRng::seed_from_u64(len as u64);
    let r = power_of_two(32 * len);
    let mut moduli = vec![&r - 1_u32, &r / 2_u32 + 1_u32, &r - power_of_two(32 * len - 32) + 1_u32];
    for _ in 0..3 {
        let mut modulus = random(&mut rng, len);
        modulus[0] |= 1;
        modulus[len - 1] |= 1 << 31;
        moduli.push(big(&modulus));
    }
    let mut ring = |m| {
        let ring = Ring::new(m, len);
        let mut numbers = ring.edges();
        numbers.extend((0..rounds(count)).map(|_| random(&mut rng, len)));
        (ring, numbers)
    };
    moduli.into_iter().map(&mut ring).collect()
}

#[test]
fn products_and_squares_are_right() {
    for len in LENS {
        for (ring, numbers) in rings(len, 8) {
            for a in &numbers {
                let square = ring.after(a, |number| number.square(1));
                assert_eq!(square % &ring.m, big(a) * big(a) * &ring.inverse_of_r % &ring.m);
                for b in &numbers {
                    let expected = big(a) * big(b) * &ring.inverse_of_r % &ring.m;
                    let product = ring.after(a, |number| number.multiply(Factor::Limbs(b)));
                    assert_eq!(&product % &ring.m, expected);
                    let bytes = big(b).to_bytes_be();
                    let other = ring.after(a, |number| number.multiply(Factor::Bytes(&bytes)));
                    assert_eq!(other, product);
                }
            }
        }
    }
}

#[test]
fn sums_and_differences_are_right() {
    for len in LENS {
        for (ring, numbers) in rings(len, 20) {
            for a in &numbers {
                let reduced = ring.after(a, |number| number.reduce_once());
                assert_eq!(reduced, big(a) % &ring.m);
                let out = ring.after(a, |number| number.divide_by_r());
                assert_eq!(out, big(a) * &ring.inverse_of_r % &ring.m);
                for b in &numbers {
                    let difference = ring.after(a, |number| number.subtract(b));
                    assert_eq!((difference + big(b)) % &ring.m, big(a) % &ring.m);
                    let sum = ring.after(&limbs(&reduced, len), |number| number.add(b));
                    assert_eq!(sum % &ring.m, (big(a) + big(b)) % &ring.m);
                }
            }
        }
    }
}

#[test]
fn long_products_are_right() {
    for len in LENS {
        for (_, numbers) in rings(len, 20) {
            for a in &numbers {
                for b in &numbers {
                    let mut product = vec![0; 2 * len + 1];
                    product[..len].copy_from_slice(a);
                    multiply_accumulate(&mut product, a, Factor::Limbs(b));
                    assert_eq!(big(&product), big(a) * big(b) + big(a));
                }
            }
        }
    }
}

#[test]
fn powers_are_right() {
    for len in [8, 32, 48, 64] {
        for (ring, numbers) in rings(len, 1) {
            let r_squared = &ring.r * &ring.r % &ring.m;
            assert_eq!(ring.after(&ring.one(), |number| number.set_square_of_r()) % &ring.m, r_squared);
            let mut rng = StdRng::seed_from_u64(7);
            let mut exponents = vec![vec![], vec![0], vec![1], vec![7], vec![8], vec![0xff; 4 * len]];
            // Shorter ones too.
            exponents.extend([0, 1, 2, 4].map(|short| (short..4 * len).map(|_| rng.r#gen()).collect::<Vec<u8>>()));
            // The oracle takes its time.
            let few = numbers.iter().step_by(if len == 8 { 1 } else { 4 });
            for (a, exponent) in few.flat_map(|a| exponents.iter().map(move |exponent| (a, exponent))) {
                let power = ring.after(a, |number| {
                    number.power(exponent, &mut vec![0; TABLE_ENTRIES * len]);
                });
                let base = big(a) * &ring.inverse_of_r;
                let expected = (base % &ring.m).modpow(&BigUint::from_bytes_be(exponent), &ring.m) * &ring.r;
                assert_eq!(power % &ring.m, expected % &ring.m);
            }
        }
    }
}

#[test]
fn public_powers_are_right() {
    for len in [8, 64, 96, 128] {
        for (ring, numbers) in rings(len, 1) {
            for (a, e) in numbers.iter().zip([3_u32, 17, 65_537, 5, 37, 0xffff_ffff, 0x8000_0001, 11].iter().cycle()) {
                let expected = big(a).modpow(&BigUint::from(*e), &ring.m);
                let power = ring.after(&ring.one(), |number| number.set_power_public(Factor::Limbs(a), *e));
                assert_eq!(power, expected, "e = {e}");
            }
        }
    }
}
