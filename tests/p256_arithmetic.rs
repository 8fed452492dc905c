//! The arithmetic under ES256 against that of others: big integers of two libraries for the field, one of them and `p256` for
//! scalars, `p256` and AWS-LC for points, AWS-LC's hash and HMAC for nonces. Each test prints how many cases it tried;
//! JWT_MINT_ROUNDS=1000 takes a thousand times as many at random.
#![allow(dead_code)] // what RSA alone needs

#[path = "../src/arith/mod.rs"]
mod arith;
#[path = "../src/copy.rs"]
mod copy;
#[path = "../src/sign/rfc6979.rs"]
mod rfc6979;
#[path = "support/rounds.rs"]
mod rounds;
#[path = "../src/sha256.rs"]
mod sha256;

use std::collections::BTreeSet;
use std::fmt::Write;

use arith::p256::point::{Affine, Point};
use arith::p256::scalar::N;
use arith::p256::table::{ENTRIES, TABLES};
use arith::p256::{Number, comb, field, from_be_bytes, joint, point, scalar, to_be_bytes};
use aws_lc_rs::{agreement, digest, hmac};
use p256::elliptic_curve::bigint::{NonZero, U256};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{FieldBytes, NonZeroScalar, ProjectivePoint, PublicKey, Scalar};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rounds::rounds;
use rsa::BigUint;

fn tell(what: &str, cases: usize) {
    println!("{what}: {cases} cases");
}

/// What the field and the scalars of `p256` are made of.
fn fixed(number: &Number) -> U256 {
    U256::from_be_slice(&to_be_bytes(number))
}

fn big(number: &Number) -> BigUint {
    BigUint::from_bytes_be(&to_be_bytes(number))
}

fn number(big: &BigUint) -> Number {
    let bytes = big.to_bytes_be();
    let mut padded = [0; 32];
    padded[32 - bytes.len()..].copy_from_slice(&bytes);
    from_be_bytes(&padded)
}

fn power_of_two(exponent: usize) -> BigUint {
    BigUint::from(1_u32) << exponent
}

/// Numbers less than a modulus, the likelier the more trouble they make.
struct Source {
    rng: StdRng,
    modulus: BigUint,
}

impl Source {
    fn new(seed: u64, modulus: &Number) -> Self {
        Self { rng: StdRng::seed_from_u64(seed), modulus: big(modulus) }
    }

    /// 0, 1, the modulus less 1, what stands near them and near each limb's bounds, ones only in the lowest bits, and numbers
    /// close under the modulus whose lowest limbs are those of its negative: with these as factors, a sum of a product is
    /// greatest. All of it also out of Montgomery form.
    fn edges(&self) -> Vec<Number> {
        let mut edges: Vec<BigUint> = (0..4_u32).map(BigUint::from).collect();
        for exponent in (32..=256).step_by(32) {
            for small in [0_u32, 1, 2] {
                edges.extend([power_of_two(exponent) + small, power_of_two(exponent) - small]);
            }
        }
        for small in 1..4_u32 {
            edges.push(&self.modulus - small);
            edges.push((&self.modulus - small) / 2_u32);
        }
        edges.extend((16..256).step_by(16).map(|exponent| power_of_two(exponent) - 1_u32));
        for limb in (32..=160).step_by(32).map(power_of_two) {
            let near = (&self.modulus / &limb) * &limb + (&limb - &self.modulus % &limb);
            edges.push(if near < self.modulus { near } else { near - limb });
        }
        edges.retain(|edge| edge < &self.modulus);
        let inverse_of_r = power_of_two(256).modpow(&(&self.modulus - 2_u32), &self.modulus);
        edges.iter().flat_map(|edge| [number(edge), number(&(edge * &inverse_of_r % &self.modulus))]).collect()
    }

    fn any(&mut self) -> Number {
        let random: Number = self.rng.r#gen();
        let limbs = match self.rng.gen_range(0..4) {
            0 => random.map(|limb| {
                *[0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX - 1, u32::MAX, limb].choose(&mut self.rng).unwrap()
            }),
            1 => number(&(power_of_two(256) - 1_u32 - (big(&random) >> self.rng.gen_range(0..256_usize)))),
            _ => random,
        };
        number(&(big(&limbs) % &self.modulus))
    }

    /// All pairs of edges, then pairs at random.
    fn pairs(mut self, count: usize) -> impl Iterator<Item = (Number, Number)> {
        let edges = self.edges();
        let of_edges: Vec<_> = edges.iter().flat_map(|a| edges.iter().map(|b| (*a, *b))).collect();
        of_edges.into_iter().chain((0..rounds(count)).map(move |_| (self.any(), self.any())))
    }
}

#[test]
fn field_agrees_with_big_integers() {
    let p = big(&field::P);
    let r = power_of_two(256) % &p;
    assert_eq!(big(&field::UNIT), r);
    let fixed_p = NonZero::new(fixed(&field::P)).unwrap();
    let mut cases = 0;
    for (a, b) in Source::new(1, &field::P).pairs(50_000) {
        cases += 1;
        let (big_a, big_b) = (big(&a), big(&b));
        let (fixed_a, fixed_b) = (fixed(&a), fixed(&b));
        assert_eq!(fixed(&field::add(&a, &b)), fixed_a.add_mod(&fixed_b, &fixed_p), "{a:x?} + {b:x?}");
        assert_eq!(fixed(&field::subtract(&a, &b)), fixed_a.sub_mod(&fixed_b, &fixed_p), "{a:x?} - {b:x?}");
        let product = field::multiply(&field::from_number(&a).unwrap(), &b);
        assert_eq!(fixed(&product), fixed_a.mul_mod_vartime(&fixed_b, &fixed_p), "{a:x?} * {b:x?}");
        assert_eq!(big(&field::add(&a, &b)), (&big_a + &big_b) % &p, "{a:x?} + {b:x?}");
        assert_eq!(big(&field::subtract(&a, &b)), (&p + &big_a - &big_b) % &p, "{a:x?} - {b:x?}");
        // a b / R, by multiplying with R.
        assert_eq!(big(&field::multiply(&a, &b)) * &r % &p, &big_a * &big_b % &p, "{a:x?} * {b:x?}");
        assert!(big(&field::multiply(&a, &b)) < p, "{a:x?} * {b:x?}");
        assert_eq!(field::square(&a), field::multiply(&a, &a), "{a:x?}");
        check_subtractions(&a, &b);
        let mut half = a;
        field::halve(&mut half);
        assert!(big(&half) < p && field::add(&half, &half) == a, "{a:x?} / 2");
        let element = field::from_number(&a).expect("less than p");
        assert_eq!(big(&element), &big_a * &r % &p, "{a:x?}");
        assert_eq!(field::to_number(&element), a);
    }
    tell("field", cases);
}

/// Products and squares less a number, and the reflection, against differences of what is tested above.
fn check_subtractions(a: &Number, b: &Number) {
    let (product, square) = (field::multiply(a, b), field::square(a));
    for c in [*a, *b, product, square] {
        let expected = field::subtract(&product, &c);
        assert_eq!(field::multiply_subtract(a, b, &c), expected, "{a:x?} * {b:x?} - {c:x?}");
        let (mut factor, mut subtrahend) = (*a, c);
        field::multiply_by_subtract(&mut factor, b, &c);
        field::subtract_from_product(&mut subtrahend, a, b);
        assert_eq!((factor, subtrahend), (expected, expected), "{a:x?} * {b:x?} - {c:x?}");
        assert_eq!(field::square_subtract(a, &c), field::subtract(&square, &c), "{a:x?}^2 - {c:x?}");
    }
    let p = big(&field::P);
    let (mut point, mut mirror) = (*a, *b);
    field::reflect(&mut point, &mut mirror);
    assert_eq!(big(&point), (big(b) + &p + &p - big(a) - big(a)) % &p, "{b:x?} - 2 {a:x?}");
    assert_eq!(big(&mirror), (big(a) + big(a) + big(a) + &p - big(b)) % &p, "3 {a:x?} - {b:x?}");
}

#[test]
fn field_inverses_are_inverses() {
    let mut source = Source::new(2, &field::P);
    let edges = source.edges();
    let mut cases = 0;
    for a in edges.into_iter().chain((0..rounds(2_000)).map(|_| source.any())) {
        cases += 1;
        let expected = if a == [0; 8] { [0; 8] } else { field::UNIT };
        assert_eq!(field::multiply(&field::invert(&a), &a), expected, "{a:x?}");
    }
    tell("inverses in the field", cases);
}

#[test]
fn numbers_that_are_not_less_than_p_are_no_elements() {
    for above in [big(&field::P), big(&field::P) + 1_u32, power_of_two(256) - 1_u32] {
        assert_eq!(field::from_number(&number(&above)), None, "{above}");
    }
}

#[test]
fn scalars_agree_with_big_integers_and_p256() {
    let n = big(&N);
    let mut cases = 0;
    for (a, b) in Source::new(3, &N).pairs(50_000) {
        cases += 1;
        let (big_a, big_b) = (big(&a), big(&b));
        let (their_a, their_b) = (theirs(&a), theirs(&b));
        assert_eq!(theirs(&scalar::add(&a, &b)), their_a + their_b, "{a:x?} + {b:x?}");
        assert_eq!(theirs(&scalar::multiply(&a, &b)), their_a * their_b, "{a:x?} * {b:x?}");
        assert_eq!(big(&scalar::add(&a, &b)), (&big_a + &big_b) % &n, "{a:x?} + {b:x?}");
        assert_eq!(big(&scalar::multiply(&a, &b)), &big_a * &big_b % &n, "{a:x?} * {b:x?}");
        assert_eq!(scalar::is_in_range(&a), a != [0; 8], "{a:x?}");
        if a != [0; 8] {
            assert_eq!(big(&scalar::negate(&a)), &n - &big_a, "{a:x?}");
        }
    }
    tell("scalars", cases);
    for (small, above) in [0_u32, 1, 0x1234_5678].map(|small| (small, number(&(&n + small)))) {
        assert!(!scalar::is_in_range(&above), "{above:x?}");
        assert_eq!(big(&scalar::reduce(&above)), BigUint::from(small));
    }
}

#[test]
fn scalar_inverses_are_inverses() {
    let mut source = Source::new(4, &N);
    let edges = source.edges();
    let mut cases = 0;
    for a in edges.into_iter().chain((0..rounds(2_000)).map(|_| source.any())) {
        cases += 1;
        let expected = Number::from([u32::from(a != [0; 8]), 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(scalar::invert(&a).times(&a), expected, "{a:x?}");
    }
    tell("inverses of scalars", cases);
}

/// The uncompressed point of SEC 1 section 2.3.3; `None` for infinity.
fn encoded(point: &Point) -> Option<Vec<u8>> {
    if point.is_infinity_public() {
        return None;
    }
    let (x, y) = point.affine().coordinates();
    Some([&[4], &to_be_bytes(&x)[..], &to_be_bytes(&y)].concat())
}

fn decoded(encoded: &[u8]) -> Option<Affine> {
    let (x, y) = encoded[1..].split_at(32);
    Affine::from_coordinates(&from_be_bytes(x.try_into().unwrap()), &from_be_bytes(y.try_into().unwrap()))
}

fn theirs(scalar: &Number) -> Scalar {
    use p256::elliptic_curve::PrimeField;
    Scalar::from_repr(FieldBytes::from(to_be_bytes(scalar))).expect("less than n")
}

fn encoded_by_p256(point: ProjectivePoint) -> Option<Vec<u8>> {
    PublicKey::try_from(point).ok().map(|point| point.to_sec1_point(false).as_bytes().to_vec())
}

fn generator() -> Affine {
    decoded(&encoded_by_p256(ProjectivePoint::GENERATOR).unwrap()).expect("the generator")
}

/// The sum of the powers 2^(26 (2 j + table)) of which bit j of `signs` is set, less the others.
fn digit(table: usize, signs: usize) -> Scalar {
    (0..5).rev().fold(Scalar::ZERO, |sum, tooth| {
        let power = theirs(&number(&power_of_two(comb::COLUMNS * (2 * tooth + table))));
        if signs >> tooth & 1 == 1 { sum + power } else { sum - power }
    })
}

/// Entry `index` by our own doublings and additions from the generator.
fn generated(table: usize, index: usize) -> Affine {
    let mut sum = point::INFINITY;
    let mut power = generator().to_point();
    let mut exponent = 0;
    for tooth in 0..5 {
        while exponent < comb::COLUMNS * (2 * tooth + table) {
            power.double();
            exponent += 1;
        }
        let mut term = power.affine();
        if (index | 1 << 4) >> tooth & 1 == 0 {
            term.y = field::subtract(&[0; 8], &term.y);
        }
        sum.add_public(&term, false);
    }
    sum.affine()
}

#[test]
fn the_table_holds_the_multiples_of_the_generator() {
    let mut right = String::new();
    let mut is_right = true;
    for (table, entries) in TABLES.iter().enumerate() {
        right += "    [\n";
        for (index, entry) in entries.iter().enumerate() {
            let made = generated(table, index);
            let expected = encoded_by_p256(ProjectivePoint::GENERATOR * digit(table, index | ENTRIES));
            assert_eq!(encoded(&made.to_point()), expected, "entry {index} of table {table}");
            is_right &= (made.x, made.y) == (entry.x, entry.y);
            right += "        entry(\n";
            for coordinate in [made.x, made.y] {
                let limbs = coordinate.map(|limb| format!("0x{:04x}_{:04x}", limb >> 16, limb & 0xffff));
                writeln!(right, "            [{}],", limbs.join(", ")).unwrap();
            }
            right += "        ),\n";
        }
        right += "    ],\n";
    }
    assert!(is_right, "src/arith/p256/table.rs should have:\n{right}");
}

/// The generator's multiple by AWS-LC.
fn encoded_by_aws_lc(scalar: &Number) -> Option<Vec<u8>> {
    if *scalar == [0; 8] {
        return None;
    }
    let key = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, &to_be_bytes(scalar)).expect("a key");
    Some(key.compute_public_key().expect("its point").as_ref().to_vec())
}

/// Ours, once `p256` and AWS-LC have found it to be right.
fn check_multiple(scalar: &Number) {
    let ours = encoded(&comb::multiply_generator(scalar));
    assert_eq!(ours, encoded_by_p256(ProjectivePoint::GENERATOR * theirs(scalar)), "{scalar:x?}");
    assert_eq!(ours, encoded_by_aws_lc(scalar), "{scalar:x?}");
}

#[test]
fn multiples_of_the_generator_are_those_of_others() {
    let mut source = Source::new(5, &N);
    let edges = source.edges();
    let powers = (0..256).map(|exponent| number(&power_of_two(exponent)));
    let mut cases = 0;
    for scalar in edges.into_iter().chain(powers).chain((0..rounds(2_000)).map(|_| source.any())) {
        if scalar != [0; 8] {
            cases += 1;
            check_multiple(&scalar);
        }
    }
    tell("multiples of the generator", cases);
}

/// The cases of the argument at the top of `comb.rs`: whatever pair of digits the lowest column had, the scalar with which
/// one of its additions would meet an exception.
#[test]
fn no_addition_of_the_comb_meets_an_exception() {
    use p256::elliptic_curve::PrimeField;
    let mut scalars = BTreeSet::new();
    for (signs0, signs1) in (0..32).flat_map(|signs0| (0..32).map(move |signs1| (signs0, signs1))) {
        let (e0, e1) = (digit(0, signs0), digit(1, signs1));
        // The last three would matter if the digit of table 0 were added first.
        for scalar in [e1 + e1 + e0, e0, e0 + e0, e0 + e0 + e1, e1, e1 + e1] {
            scalars.extend([scalar, -scalar].map(|scalar| from_be_bytes(&scalar.to_repr().into())));
        }
    }
    scalars.iter().for_each(check_multiple);
    tell("multiples that would meet an exception", scalars.len());
}

#[test]
fn sums_of_multiples_are_those_of_others() {
    let mut source = Source::new(6, &N);
    let mut cases: Vec<(Number, Number, Number)> = Vec::new();
    // Where the parts are equal, opposite, or meet on the way: Q a small multiple of the generator or its negative.
    let small: Vec<_> =
        (0..6_u32).flat_map(|small| [number(&BigUint::from(small)), number(&((big(&N) - small) % big(&N)))]).collect();
    for &q in small.iter().filter(|q| **q != [0; 8]) {
        for &u1 in &small {
            cases.extend(small.iter().map(|&u2| (u1, u2, q)));
        }
        let u2 = source.any();
        let product = scalar::multiply(&u2, &q);
        let opposite = if product == [0; 8] { product } else { scalar::negate(&product) };
        cases.extend([(opposite, u2, q), (product, u2, q)]);
    }
    for edge in source.edges() {
        cases.extend([(edge, source.any(), [3, 0, 0, 0, 0, 0, 0, 0]), (source.any(), edge, [5, 0, 0, 0, 0, 0, 0, 0])]);
    }
    cases
        .extend((0..rounds(1_000)).map(|_| (source.any(), source.any(), source.any())).filter(|case| case.2 != [0; 8]));
    tell("sums of multiples", cases.len());
    for (u1, u2, q) in cases {
        let point = ProjectivePoint::GENERATOR * theirs(&q);
        let expected = encoded_by_p256(ProjectivePoint::GENERATOR * theirs(&u1) + point * theirs(&u2));
        let mut multiples = joint::Multiples::NONE;
        assert!(multiples.load(|q| {
            *q = decoded(&encoded_by_p256(point).unwrap()).expect("a point");
            true
        }));
        let sum = joint::multiply_add_public(&u1, &u2, &multiples);
        assert_eq!(encoded(&sum), expected, "{u1:x?} G + {u2:x?} {q:x?} G");
        let multiple = scalar::add(&u1, &scalar::multiply(&u2, &q));
        assert_eq!(encoded(&sum), encoded_by_aws_lc(&multiple), "{u1:x?} G + {u2:x?} {q:x?} G");
    }
}

#[test]
fn coordinates_that_are_not_on_the_curve_make_no_point() {
    let mut source = Source::new(7, &N);
    for _ in 0..rounds(200) {
        let key = NonZeroScalar::new(theirs(&source.any()) + Scalar::ONE).expect("not 0");
        let encoded = PublicKey::from_secret_scalar(&key).to_sec1_point(false).as_bytes().to_vec();
        assert!(decoded(&encoded).is_some());
        let mut changed = encoded.clone();
        changed[source.rng.gen_range(1..65)] ^= 1 << source.rng.gen_range(0..8);
        assert!(decoded(&changed).is_none(), "{changed:x?}");
    }
    assert!(Affine::from_coordinates(&[0; 8], &[0; 8]).is_none());
}

#[test]
fn digests_are_those_of_aws_lc() {
    let message: Vec<u8> = (0..1000_u32).map(|index| (index * 7 % 251) as u8).collect();
    for len in (0..300).chain([511, 512, 513, 1000]) {
        let message = &message[..len];
        let expected = digest::digest(&digest::SHA256, message);
        assert_eq!(sha256::Sha256::digest(message), expected.as_ref(), "{len} bytes");
        // In parts of every length.
        for part in [1, 3, 55, 56, 63, 64, 65] {
            let mut hash = sha256::Sha256::new();
            message.chunks(part).for_each(|part| hash.update(part));
            assert_eq!(hash.finalize(), expected.as_ref(), "{len} bytes by {part}");
        }
    }
}

/// RFC 6979 section 3.2 step by step, with section 3.3 where a candidate is rejected, and section 3.6 for what is extra.
fn nonces(private: &Number, digest: &Number, extra: &[u8], count: usize) -> Vec<Number> {
    let mac = |key: &[u8], parts: &[&[u8]]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat()).as_ref().to_vec()
    };
    let (x, h) = (to_be_bytes(private), to_be_bytes(digest));
    let (mut v, mut k) = (vec![1; 32], vec![0; 32]);
    k = mac(&k, &[&v, &[0], &x, &h, extra]);
    v = mac(&k, &[&v]);
    k = mac(&k, &[&v, &[1], &x, &h, extra]);
    v = mac(&k, &[&v]);
    let mut nonces = Vec::new();
    while nonces.len() < count {
        v = mac(&k, &[&v]);
        let nonce = from_be_bytes(v.as_slice().try_into().unwrap());
        if (1_u32.into()..big(&N)).contains(&big(&nonce)) {
            nonces.push(nonce);
        }
        k = mac(&k, &[&v, &[0]]);
        v = mac(&k, &[&v]);
    }
    nonces
}

#[test]
fn nonces_are_those_of_rfc_6979() {
    let mut source = Source::new(8, &N);
    for extra in [&[][..], &[7; 32], &[9; 100]] {
        for _ in 0..rounds(20) {
            let (private, digest) = (source.any(), source.any());
            let ours: Vec<_> = (0..3)
                .map(|rejected| rfc6979::nonce(&to_be_bytes(&private), &to_be_bytes(&digest), extra, rejected))
                .collect();
            assert_eq!(ours, nonces(&private, &digest, extra, 3));
        }
    }
}
