//! The C functions as C calls them, for tests that would rather not: structs filled with stale bytes before a load and
//! zeroed before their fields are set, pointers and lengths, outputs between fences. What the header says of all calls is
//! asserted of every call made here. Nothing here knows what a token should look like; that is `token`'s.
#![allow(dead_code, reason = "each test program uses a part")]

pub mod der;
pub mod random;
pub mod token;
pub mod verify;

use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, zeroed};
use std::ptr::{null, null_mut};
use std::slice;

use jwt_mint::ffi::es256::*;
use jwt_mint::ffi::hs256::*;
use jwt_mint::ffi::mint::*;
use jwt_mint::ffi::private_key::*;
use jwt_mint::ffi::rs256::*;
pub use jwt_mint::ffi::signer::*;
use jwt_mint::ffi::types::*;
use serde_json::{Value, json};

pub use jwt_mint::status::Status;

/// What memory holds that nobody has written to.
const STALE: u8 = 0xa5;
/// Bytes behind every output that must stay as they are.
const FENCE_LEN: usize = 16;

fn text(text: &str) -> jwt_str {
    jwt_str { ptr: text.as_ptr().cast(), len: text.len() }
}

fn optional(given: Option<&String>) -> jwt_str {
    given.map_or(jwt_str { ptr: null(), len: 0 }, |given| text(given))
}

fn bytes(bytes: &[u8]) -> jwt_bytes {
    jwt_bytes { ptr: bytes.as_ptr(), len: bytes.len() }
}

/// A signer, for as long as its key is there.
pub struct Signer<'k> {
    raw: jwt_signer,
    key: PhantomData<&'k ()>,
}

/// A verifier, for as long as its key is there.
pub struct Verifier<'k> {
    raw: jwt_verifier,
    key: PhantomData<&'k ()>,
}

/// Loads a key over stale memory. A failed load leaves zeros.
fn load<K>(load: impl FnOnce(*mut K) -> Status) -> Result<K, Status> {
    let mut key = MaybeUninit::<K>::uninit();
    // SAFETY: keys are plain C structs; their memory is filled before it is looked at.
    unsafe {
        key.as_mut_ptr().write_bytes(STALE, 1);
        let status = load(key.as_mut_ptr());
        if status == Status::JWT_OK {
            return Ok(key.assume_init());
        }
        let left = slice::from_raw_parts(key.as_ptr().cast::<u8>(), size_of::<K>());
        assert!(left.iter().all(|&byte| byte == 0), "{status:?} left something in the key");
        Err(status)
    }
}

/// Loads a key from PEM by way of a buffer; the buffer goes with the key. A failed load leaves zeros there too.
fn load_pem<K>(
    pem: &str,
    call: unsafe extern "C" fn(*mut K, jwt_str, *mut u8, usize, *mut usize) -> Status,
) -> Result<(K, Vec<u8>), Status> {
    let (mut der, mut len) = (vec![STALE; JWT_RS256_DER_SIZE_4096], usize::MAX);
    // SAFETY: as C calls it.
    let key = load(|key| unsafe { call(key, text(pem), der.as_mut_ptr(), der.len(), &raw mut len) });
    assert!(
        key.is_ok() || (len == 0 && der.iter().all(|&byte| byte == 0)),
        "a failed load left something in the buffer"
    );
    Ok((key?, der))
}

pub struct Es256(jwt_es256_key);

impl Es256 {
    pub fn raw(raw: &[u8]) -> Result<Self, Status> {
        // SAFETY: as C calls it; so in all of this file.
        load(|key| unsafe { jwt_es256_key_load_raw(key, bytes(raw)) }).map(Self)
    }

    pub fn der(der: &[u8]) -> Result<Self, Status> {
        load(|key| unsafe { jwt_es256_key_load_der(key, bytes(der)) }).map(Self)
    }

    pub fn pem(pem: &str) -> Result<Self, Status> {
        load(|key| unsafe { jwt_es256_key_load_pem(key, text(pem)) }).map(Self)
    }

    pub fn signer(&self) -> Signer<'_> {
        Signer { raw: jwt_es256_signer(&self.0), key: PhantomData }
    }

    /// `jwt_sign()` with extra entropy.
    pub fn sign_hedged(&self, entropy: &[u8], message: &[u8]) -> Result<Vec<u8>, Status> {
        let hedged = jwt_es256_hedged { key: &self.0, entropy: bytes(entropy) };
        sign(&Signer { raw: jwt_es256_hedged_signer(&hedged), key: PhantomData }, message)
    }
}

pub struct Es256Public(jwt_es256_public_key);

impl Es256Public {
    pub fn raw(raw: &[u8]) -> Result<Self, Status> {
        load(|key| unsafe { jwt_es256_public_key_load_raw(key, bytes(raw)) }).map(Self)
    }

    pub fn der(der: &[u8]) -> Result<Self, Status> {
        load(|key| unsafe { jwt_es256_public_key_load_der(key, bytes(der)) }).map(Self)
    }

    pub fn pem(pem: &str) -> Result<Self, Status> {
        load(|key| unsafe { jwt_es256_public_key_load_pem(key, text(pem)) }).map(Self)
    }

    pub fn verifier(&self) -> Verifier<'_> {
        Verifier { raw: jwt_es256_verifier(&self.0), key: PhantomData }
    }
}

/// An RSA key and the DER that it refers to.
pub struct Rs256(jwt_rs256_key, #[expect(dead_code)] Vec<u8>);

impl Rs256 {
    pub fn der(der: &[u8]) -> Result<Self, Status> {
        let der = der.to_vec();
        Ok(Self(load(|key| unsafe { jwt_rs256_key_load_der(key, bytes(&der)) })?, der))
    }

    pub fn pem(pem: &str) -> Result<Self, Status> {
        load_pem(pem, jwt_rs256_key_load_pem).map(|(key, der)| Self(key, der))
    }

    pub fn signer(&self) -> Signer<'_> {
        Signer { raw: jwt_rs256_signer(&self.0), key: PhantomData }
    }
}

/// A public RSA key and the DER that it refers to.
pub struct Rs256Public(jwt_rs256_public_key, #[expect(dead_code)] Vec<u8>);

impl Rs256Public {
    pub fn der(der: &[u8]) -> Result<Self, Status> {
        let der = der.to_vec();
        Ok(Self(load(|key| unsafe { jwt_rs256_public_key_load_der(key, bytes(&der)) })?, der))
    }

    pub fn pem(pem: &str) -> Result<Self, Status> {
        load_pem(pem, jwt_rs256_public_key_load_pem).map(|(key, der)| Self(key, der))
    }

    pub fn verifier(&self) -> Verifier<'_> {
        Verifier { raw: jwt_rs256_verifier(&self.0), key: PhantomData }
    }
}

/// A shared secret: the key and the bytes that it refers to.
pub struct Hs256(jwt_hs256_key, #[expect(dead_code)] Vec<u8>);

impl Hs256 {
    pub fn secret(secret: &[u8]) -> Result<Self, Status> {
        let secret = secret.to_vec();
        Ok(Self(load(|key| unsafe { jwt_hs256_key_load(key, bytes(&secret)) })?, secret))
    }

    pub fn signer(&self) -> Signer<'_> {
        Signer { raw: jwt_hs256_signer(&self.0), key: PhantomData }
    }
}

/// A private key of either kind, and the DER that it may refer to.
pub struct PrivateKey(jwt_private_key, #[expect(dead_code)] Vec<u8>);

impl PrivateKey {
    pub fn pem(pem: &str) -> Result<Self, Status> {
        load_pem(pem, jwt_private_key_load_pem).map(|(key, der)| Self(key, der))
    }

    pub fn signer(&self) -> Signer<'_> {
        Signer { raw: jwt_private_key_signer(&self.0), key: PhantomData }
    }
}

/// Asks a call for the length only.
fn ask(call: impl Fn(*mut u8, usize, *mut usize) -> Status) -> Result<usize, Status> {
    let mut len = usize::MAX;
    match call(null_mut(), 0, &raw mut len) {
        Status::JWT_OK => Ok(len),
        status => {
            assert_eq!(len, 0, "{status:?} told a length");
            Err(status)
        }
    }
}

/// Lets a call write into `room` bytes of stale memory and returns the first `len`, once that is found to be true.
fn write(
    room: usize,
    mut call: impl FnMut(*mut u8, usize, *mut usize) -> Status,
) -> Result<Vec<u8>, (Status, Vec<u8>)> {
    let (mut out, mut len) = (vec![STALE; room + FENCE_LEN], usize::MAX);
    let status = call(out.as_mut_ptr(), room, &raw mut len);
    assert!(out.drain(room..).all(|byte| byte == STALE), "written past the end of the output");
    if status == Status::JWT_OK {
        assert!(len <= room, "a length of {len} in {room} bytes");
        out.truncate(len);
        return Ok(out);
    }
    assert!(status == Status::JWT_ERR_BUFFER_TOO_SMALL || len == 0, "{status:?} told a length");
    Err((status, out))
}

/// `jwt_sign()`, with just the room that it asked for.
pub fn sign(signer: &Signer<'_>, message: &[u8]) -> Result<Vec<u8>, Status> {
    let asked = ask(|out, size, len| unsafe { jwt_sign(&signer.raw, bytes(message), out, size, len) })?;
    let signature = sign_into(asked, signer, message).map_err(|(status, left)| {
        assert!(left.iter().all(|&byte| byte == 0), "{status:?} left something of a signature");
        status
    })?;
    assert_eq!(signature.len(), asked, "the length asked for is not the length written");
    Ok(signature)
}

/// `jwt_sign()` into `room` bytes; on failure with what is left there.
pub fn sign_into(room: usize, signer: &Signer<'_>, message: &[u8]) -> Result<Vec<u8>, (Status, Vec<u8>)> {
    write(room, |out, size, len| unsafe { jwt_sign(&signer.raw, bytes(message), out, size, len) })
}

/// A signer that nobody has set.
pub fn zeroed_signer() -> Signer<'static> {
    Signer { raw: jwt_signer { key: null(), kind: null() }, key: PhantomData }
}

/// What a secure element would answer, and what it was asked.
struct Element<'a> {
    answer: &'a [u8],
    asked: Vec<([u8; 32], usize)>,
}

/// Hands out the answer whatever it is asked; where it has too little room, tells a length beyond it.
unsafe extern "C" fn answer(
    element: *mut c_void,
    digest: *const u8,
    message_len: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_len: *mut usize,
) -> i32 {
    // SAFETY: the context is an `Element`; the rest is what the header says of the callback.
    unsafe {
        let element = &mut *element.cast::<Element<'_>>();
        element.asked.push((*digest.cast(), message_len));
        assert_eq!(*signature_len, 0, "the header says 0");
        let copied = element.answer.len().min(signature_size);
        signature.copy_from_nonoverlapping(element.answer.as_ptr(), copied);
        *signature_len = element.answer.len();
    }
    0
}

/// `jwt_sign()` by a callback that returns `signature`, which is declared as `encoding` and checked by `verifier`.
pub fn sign_by_callback(
    encoding: u32,
    signature: &[u8],
    verifier: Option<&Verifier<'_>>,
    message: &[u8],
) -> Result<Vec<u8>, Status> {
    let mut element = Element { answer: signature, asked: Vec::new() };
    let no_verifier = jwt_verifier { key: null(), kind: null() };
    let callback = jwt_callback {
        signature: encoding,
        sign: Some(answer),
        context: (&raw mut element).cast(),
        verifier: verifier.map_or(no_verifier, |verifier| verifier.raw),
    };
    let signed = sign(&Signer { raw: jwt_callback_signer(&callback), key: PhantomData }, message);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message);
    assert_eq!(element.asked, [(digest.as_ref().try_into().unwrap(), message.len())], "what the callback was asked");
    signed
}

/// When a token is minted. `floor` 0: the library's.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub now: i64,
    pub floor: i64,
    pub lifetime: i64,
}

/// A claim of the caller's own.
#[derive(Clone, Debug)]
pub enum Own {
    Text(String),
    Integer(i64),
    Unsigned(u64),
    Boolean(bool),
    Json(String),
}

#[derive(Clone, Debug)]
pub struct General {
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub audience: Option<String>,
    pub jwt_id: Option<String>,
    pub key_id: Option<String>,
    pub not_before: i64,
    pub period: Period,
    pub own: Vec<(String, Own)>,
}

/// What a token is to say: one of the three entries and its arguments.
#[derive(Clone, Debug)]
pub enum Claims {
    Mqtt { project: String, period: Period },
    Http { system_key: String, device: String, period: Period },
    General(General),
}

impl Claims {
    /// The token's length, by asking.
    pub fn ask(&self, signer: &Signer<'_>) -> Result<usize, Status> {
        ask(|out, size, len| self.call(signer, out.cast(), size, len))
    }

    /// The token, with just the room that it asked for.
    pub fn mint(&self, signer: &Signer<'_>) -> Result<String, Status> {
        let room = self.ask(signer)? + 1;
        self.mint_into(room, signer)
    }

    /// The token in `room` bytes. On failure the empty string is left there.
    pub fn mint_into(&self, room: usize, signer: &Signer<'_>) -> Result<String, Status> {
        let written = write(room, |out, size, len| {
            let status = self.call(signer, out.cast(), size, len);
            // SAFETY: the library has told a length, and the room is there.
            unsafe { assert!(status != Status::JWT_OK || *out.add(*len) == 0, "no NUL behind the token") };
            status
        });
        match written {
            Ok(token) => Ok(String::from_utf8(token).expect("a token is ASCII")),
            Err((status, left)) => {
                assert!(left.first().is_none_or(|&first| first == 0), "{status:?} left something of a token");
                Err(status)
            }
        }
    }

    fn call(&self, signer: &Signer<'_>, out: *mut c_char, size: usize, len: *mut usize) -> Status {
        // SAFETY: zero is a value of every C struct; the texts and arrays outlive the call.
        unsafe {
            match self {
                Self::Mqtt { project, period } => {
                    let mut claims: jwt_mqtt_claims = zeroed();
                    claims.project = text(project);
                    (claims.now, claims.clock_floor, claims.lifetime) = (period.now, period.floor, period.lifetime);
                    jwt_mint_mqtt(&claims, &signer.raw, out, size, len)
                }
                Self::Http { system_key, device, period } => {
                    let mut claims: jwt_http_claims = zeroed();
                    (claims.system_key, claims.device) = (text(system_key), text(device));
                    (claims.now, claims.clock_floor, claims.lifetime) = (period.now, period.floor, period.lifetime);
                    jwt_mint_http(&claims, &signer.raw, out, size, len)
                }
                Self::General(general) => {
                    let own: Vec<jwt_claim> = general.own.iter().map(|(name, value)| own_claim(name, value)).collect();
                    let mut claims: jwt_claims = zeroed();
                    claims.issuer = optional(general.issuer.as_ref());
                    claims.subject = optional(general.subject.as_ref());
                    claims.audience = optional(general.audience.as_ref());
                    claims.jwt_id = optional(general.jwt_id.as_ref());
                    claims.key_id = optional(general.key_id.as_ref());
                    claims.not_before = general.not_before;
                    let period = general.period;
                    (claims.now, claims.clock_floor, claims.lifetime) = (period.now, period.floor, period.lifetime);
                    (claims.own, claims.own_count) = (if own.is_empty() { null() } else { own.as_ptr() }, own.len());
                    jwt_mint(&claims, &signer.raw, out, size, len)
                }
            }
        }
    }

    /// What the header says that the payload says, member by member in its order.
    pub fn expected(&self) -> Vec<(String, Value)> {
        let (texts, period, own): (Vec<(&str, Value)>, _, &[_]) = match self {
            Self::Mqtt { project, period } => (vec![("aud", json!(project))], period, &[]),
            Self::Http { system_key, device, period } => {
                (vec![("sk", json!(system_key)), ("uid", json!(device)), ("ut", json!(3))], period, &[])
            }
            Self::General(general) => {
                let General { issuer, subject, audience, jwt_id, .. } = general;
                let texts = [("iss", issuer), ("sub", subject), ("aud", audience), ("jti", jwt_id)];
                let texts = texts.into_iter().filter_map(|(name, text)| Some((name, json!(text.as_ref()?))));
                let not_before = Some(("nbf", json!(general.not_before))).filter(|_| general.not_before != 0);
                (texts.chain(not_before).collect(), &general.period, &general.own)
            }
        };
        let times = [("iat", json!(period.now)), ("exp", json!(period.now + period.lifetime))];
        let own = own.iter().map(|(name, value)| (name.clone(), value.expected()));
        texts.into_iter().chain(times).map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
    }

    pub fn key_id(&self) -> Option<&str> {
        if let Self::General(general) = self { general.key_id.as_deref() } else { None }
    }
}

impl Own {
    fn expected(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Integer(number) => json!(number),
            Self::Unsigned(number) => json!(number),
            Self::Boolean(truth) => json!(truth),
            Self::Json(text) => serde_json::from_str(text).expect("JSON"),
        }
    }
}

fn own_claim(name: &str, value: &Own) -> jwt_claim {
    // SAFETY: zero is a value of every C struct.
    let mut claim: jwt_claim = unsafe { zeroed() };
    claim.name = text(name);
    (claim.r#type, claim.value) = match value {
        Own::Text(value) => (JWT_CLAIM_TEXT, jwt_claim_value { text: text(value) }),
        Own::Integer(integer) => (JWT_CLAIM_INTEGER, jwt_claim_value { integer: *integer }),
        Own::Unsigned(number) => (JWT_CLAIM_UNSIGNED, jwt_claim_value { unsigned_integer: *number }),
        Own::Boolean(truth) => (JWT_CLAIM_BOOLEAN, jwt_claim_value { boolean: u8::from(*truth) }),
        Own::Json(json) => (JWT_CLAIM_JSON, jwt_claim_value { json: text(json) }),
    };
    claim
}

/// A file of `tests/keys`, all of which OpenSSL made.
pub fn key_file(name: &str) -> String {
    let path = format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
