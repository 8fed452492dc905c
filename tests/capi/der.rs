//! DER written by hand, so that keys can be made which no key generator would make.

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let mut der = match len {
        0..0x80 => vec![tag, len as u8],
        0x80..0x100 => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    der.extend(contents);
    der
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// A big-endian number that is not negative.
fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let mut digits = number[zeros..].to_vec();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    element(2, &digits)
}

/// RSAPrivateKey (RFC 8017 appendix A.1.2) of two primes: n, e, d, p, q, dP, dQ, qInv.
pub fn pkcs1(numbers: &[Vec<u8>; 8]) -> Vec<u8> {
    let numbers = numbers.iter().map(|number| integer(number));
    sequence(&[vec![integer(&[])], numbers.collect()].concat())
}

/// RSAPublicKey (RFC 8017 appendix A.1.1).
pub fn pkcs1_public(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    sequence(&[integer(modulus), integer(exponent)])
}

/// PrivateKeyInfo (RFC 5958 section 2) around an RSAPrivateKey.
pub fn pkcs8(pkcs1: &[u8]) -> Vec<u8> {
    let rsa_encryption = element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
    sequence(&[integer(&[]), sequence(&[rsa_encryption, element(5, &[])]), element(4, pkcs1)])
}

/// The ECDSA signature (RFC 3279 section 2.2.3) of r and s, 32 bytes each.
pub fn ecdsa(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(32);
    sequence(&[integer(r), integer(s)])
}

/// r and s, 32 bytes each, of a signature that [`ecdsa`] could have written.
pub fn raw_from_ecdsa(signature: &[u8]) -> Vec<u8> {
    let (r, rest) = signature[4..].split_at(usize::from(signature[3]));
    let s = &rest[2..];
    let padded = [r, s].map(|number| {
        let digits = &number[number.len().saturating_sub(32)..];
        [&[0; 32][digits.len()..], digits].concat()
    });
    let raw = padded.concat();
    assert_eq!(ecdsa(&raw), signature, "not DER");
    raw
}
