//! The length that a call tells beforehand is the length that it writes, whatever the claims are.

mod capi;

use capi::random::Source;
use capi::{Claims, Es256, Hs256, PrivateKey, Signer, Status, key_file, sign, sign_into, zeroed_signer};

/// Mints into the very room, into one byte less, and into more than enough.
fn hold(claims: &Claims, signer: &Signer<'_>) {
    let asked = claims.ask(signer).unwrap_or_else(|status| panic!("{status:?}: {claims:?}"));
    let token = claims.mint_into(asked + 1, signer).unwrap_or_else(|status| panic!("{status:?}: {claims:?}"));
    assert_eq!(token.len(), asked, "{claims:?}");
    assert_eq!(claims.mint_into(asked, signer), Err(Status::JWT_ERR_BUFFER_TOO_SMALL), "{claims:?}");
    assert_eq!(claims.mint_into(asked + 100, signer).as_ref(), Ok(&token), "{claims:?}");
}

#[test]
fn asked_length_is_the_written_length() {
    let es256 = Es256::pem(&key_file("ec_sec1.pem")).unwrap();
    let mut source = Source::new(11);
    for _ in 0..1_000 {
        hold(&source.claims(), &es256.signer());
    }
    let hs256 = Hs256::secret(&[0x5a; 32]).unwrap();
    for _ in 0..5_000 {
        hold(&Claims::General(source.general()), &hs256.signer());
    }
    for (bits, count) in [(2048, 30), (3072, 15), (4096, 10)] {
        let rsa = PrivateKey::pem(&key_file(&format!("rsa_{bits}_pkcs1.pem"))).unwrap();
        for _ in 0..count {
            hold(&source.claims(), &rsa.signer());
        }
    }
}

/// "Zeros on failure", says the header of `jwt_sign()`: whatever the failure is, and for the whole of the room.
#[test]
fn a_failed_signature_leaves_zeros_and_nothing_else() {
    let (key, too_long) = (Hs256::secret(&[0x5a; 32]).unwrap(), vec![0; 65_536]);
    for (failure, room, signer, message, expected) in [
        ("no signer", 64, &zeroed_signer(), &b"message"[..], Status::JWT_ERR_KEY_NOT_LOADED),
        ("message too long", 64, &key.signer(), &too_long, Status::JWT_ERR_TOO_LONG),
        ("one byte too little room", 31, &key.signer(), b"message", Status::JWT_ERR_BUFFER_TOO_SMALL),
    ] {
        let (status, left) = sign_into(room, signer, message).expect_err(failure);
        assert_eq!(status, expected, "{failure}");
        assert_eq!(left, vec![0; room], "{failure}");
    }
}

#[test]
fn asked_length_of_a_signature_is_the_written_length() {
    let keys =
        [("ec_sec1.pem", 64), ("rsa_2048_pkcs8.pem", 256), ("rsa_3072_pkcs8.pem", 384), ("rsa_4096_pkcs8.pem", 512)];
    for (file, len) in keys {
        let key = PrivateKey::pem(&key_file(file)).unwrap();
        assert_eq!(sign(&key.signer(), b"").unwrap().len(), len, "{file}");
        assert_eq!(sign_into(512, &key.signer(), b"").unwrap().len(), len, "{file}");
    }
}
