//! After a token was minted, or checked by a secret, and the key wiped, no 8 bytes of a secret are left on the stack that the
//! call ran on, nor in the wiped key: not of the key, not of an ES256 nonce or its inverse, in neither byte order.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rsa::pkcs8::DecodePrivateKey;
use support::compiler::{Compiler, WARNINGS};
use support::secrets::{self, Secrets, found};

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = support::workshop("residue");
        let compiler = Compiler::c().expect("a C compiler");
        let object = folder.join("residue.o");
        let options: Vec<_> = ["-std=c11", "-O1"].iter().chain(WARNINGS).copied().collect();
        compiler.compile(Path::new("tests/residue/residue.c"), &object, &folder, &options).expect("residue.c");
        let archive = support::archive::shipped().expect("the archive");
        let program = folder.join("residue");
        compiler.link(&[&object, &archive], &program, &[]).expect("link");
        program
    })
}

/// The token, and the memory after it.
fn mint(kind: &str, name: &str, key_file: &Path) -> (String, Vec<u8>) {
    let dump = support::workshop("residue").join(format!("{name}.dump"));
    let arguments = [kind, key_file.to_str().expect("a path"), dump.to_str().expect("a path")];
    let token = support::process::run(program(), &arguments).expect(kind);
    let memory = fs::read(dump).expect("the dump");
    assert!(memory.iter().filter(|&&byte| byte != 0xa5).count() > 1000, "the stack was not used");
    (token.trim().to_owned(), memory)
}

/// The scalar of a key file, and the nonce behind a token's signature.
fn es256_secrets(key_file: &Path, token: &str) -> Secrets {
    let text = fs::read_to_string(key_file).expect("the key file");
    let der = support::keys::last_block(&text).expect("a key that is not encrypted");
    let (input, signature) = token.rsplit_once('.').expect("a token");
    let signature = support::token::base64url(signature).expect("base64url");
    // ECPrivateKey: SEQUENCE, version, then 32 bytes in an OCTET STRING (RFC 5915).
    secrets::es256(&der[7..39], input.as_bytes(), &signature)
}

#[test]
fn es256_leaves_nothing_behind() {
    let key_file = support::keys::file("ec_sec1");
    for kind in ["es256", "es256_hedged"] {
        let (token, memory) = mint(kind, kind, &key_file);
        assert_eq!(found(&es256_secrets(&key_file, &token), &memory), [""; 0], "{kind}");
    }
}

#[test]
fn a_forgotten_key_would_be_found() {
    let key_file = support::keys::file("ec_sec1");
    let (token, memory) = mint("leak", "leak", &key_file);
    assert_eq!(found(&es256_secrets(&key_file, &token), &memory), ["scalar"]);
}

#[test]
fn rs256_leaves_nothing_behind() {
    for (bits, kind) in
        ["2048", "3072", "4096"].into_iter().flat_map(|bits| ["rs256", "rs256_scratch"].map(|kind| (bits, kind)))
    {
        let key_file = support::keys::file(&format!("rsa_{bits}_pkcs8"));
        let (_, memory) = mint(kind, &format!("{kind}-{bits}"), &key_file);
        let text = fs::read_to_string(&key_file).expect("the key file");
        let key = rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("a key");
        assert_eq!(found(&secrets::rs256(&key), &memory), [""; 0], "{kind}, {bits} bits");
    }
}

#[test]
fn hs256_leaves_nothing_behind() {
    // Up to a block the secret is the key itself, a longer one is hashed.
    for (kind, len) in ["hs256", "hs256_verify"].into_iter().flat_map(|kind| [32, 64, 100].map(|len| (kind, len))) {
        let secret: Vec<u8> = (0..len).map(|index| (index * 37 + 11) as u8).collect();
        let secret_file = support::workshop("residue").join(format!("secret-{len}"));
        fs::write(&secret_file, &secret).expect("write the secret");
        let (token, memory) = mint(kind, &format!("{kind}-{len}"), &secret_file);
        let (_, mac) = token.rsplit_once('.').expect("a token");
        let mac = support::token::base64url(mac).expect("base64url");
        assert_eq!(found(&secrets::hs256(&secret, &mac), &memory), [""; 0], "{kind}, a secret of {len} bytes");
    }
}
