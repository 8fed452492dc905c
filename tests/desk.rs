//! The desk program `mint`, driven as a person drives it.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use support::compiler::{Compiler, WARNINGS};

const SOURCES: [&str; 2] = ["mint.c", "verify.c"];

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = support::workshop("desk");
        let program = folder.join("mint");
        let options = [&["-std=c11", "-O1"], WARNINGS].concat();
        let compiler = Compiler::c().expect("a C compiler");
        let objects = SOURCES.map(|source| {
            let object = folder.join(source).with_extension("o");
            compiler.compile(&Path::new("c-examples/desk").join(source), &object, &folder, &options).expect(source);
            object
        });
        let archive = support::archive::shipped().expect("the archive");
        compiler.link(&[&objects[0], &objects[1], &archive], &program, &[]).expect("link");
        program
    })
}

/// Runs `mint` in the folder of the test keys.
fn mint(arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(support::root().join("tests/keys")).stdin(Stdio::null());
    command.output().expect("mint runs")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

/// The arguments mint this payload, with a signature that verifies under `key`.
#[track_caller]
fn mints(arguments: &[&str], key: &str, payload: &str) {
    let output = mint(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
    let token = stdout(&output).strip_suffix('\n').expect("a line");
    assert_eq!(support::token::check_all(&format!("TOKEN {key} {token} {payload}")), Ok(1));
}

/// The arguments end with `code`, nothing on stdout, and `words` on stderr.
#[track_caller]
fn fails(arguments: &[&str], code: i32, words: &str) {
    let output = mint(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert_eq!(stdout(&output), "");
    assert!(errors.contains(words), "{errors:?} lacks {words:?}");
}

const NOW: [&str; 2] = ["--now", "1700000000"];

#[test]
fn mqtt_token_with_every_kind_of_private_key() {
    let payload = r#"{"aud":"my-project","iat":1700000000,"exp":1700003600}"#;
    for (file, key) in [
        ("ec_sec1.pem", "ec_public"),
        ("ec_sec1_parameters.pem", "ec_public"),
        ("ec_pkcs8.pem", "ec_public"),
        ("rsa_2048_pkcs8.pem", "rsa_2048_public"),
        ("rsa_2048_pkcs1.pem", "rsa_2048_public"),
        ("rsa_3072_pkcs8.pem", "rsa_3072_public"),
        ("rsa_4096_pkcs1.pem", "rsa_4096_public"),
    ] {
        mints(&[&["mqtt", "--key", file, "--project", "my-project"], &NOW[..]].concat(), key, payload);
    }
}

#[test]
fn http_token() {
    let arguments = ["http", "--key", "ec_sec1.pem", "--system-key", "0a1b", "--device", "d1", "--lifetime", "60"];
    let payload = r#"{"sk":"0a1b","uid":"d1","ut":3,"iat":1700000000,"exp":1700000060}"#;
    mints(&[&arguments, &NOW[..]].concat(), "ec_public", payload);
}

#[test]
fn claims_of_every_kind() {
    let arguments = [
        ["claims", "--key", "ec_sec1.pem"].as_slice(),
        &["--issuer", "i", "--subject", "s", "--audience", "a", "--id", "j", "--not-before", "1700000001"],
        &["--claim", "room=living=room", "--json", "list=[1,true]", "--claim", "empty="],
        &NOW,
    ];
    let payload = concat!(
        r#"{"iss":"i","sub":"s","aud":"a","jti":"j","nbf":1700000001,"iat":1700000000,"exp":1700003600,"#,
        r#""room":"living=room","list":[1,true],"empty":""}"#
    );
    mints(&arguments.concat(), "ec_public", payload);
}

#[test]
fn key_from_standard_input() {
    let key = std::fs::File::open(support::keys::file("ec_sec1")).expect("the key");
    let arguments = ["mqtt", "--key", "-", "--project", "p"];
    let output = Command::new(program()).args(arguments).stdin(key).output().expect("mint runs");
    assert!(output.status.success());
}

#[test]
fn shared_secret() {
    let secret: String = (0..32).map(|index| char::from(b'A' + index)).collect();
    let file = support::workshop("desk").join("secret");
    std::fs::write(&file, &secret).expect("write");
    let key: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let arguments = ["claims", "--secret", file.to_str().expect("a path"), "--claim", "device_id=d1"];
    let payload = r#"{"iat":1700000000,"exp":1700003600,"device_id":"d1"}"#;
    mints(&[&arguments, &NOW[..]].concat(), &format!("hs256:{key}"), payload);
    fails(&["mqtt", "--secret", file.to_str().expect("a path"), "--project", "p"], 1, "JWT_ERR_KEY_ALGORITHM");
}

#[test]
fn the_time_is_the_clocks_where_none_is_given() {
    let output = mint(&["mqtt", "--key", "ec_sec1.pem", "--project", "p"]);
    let payload = stdout(&output).split('.').nth(1).expect("a payload");
    let payload = support::token::base64url(payload).expect("base64url");
    let payload: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let issued = payload["iat"].as_u64().expect("iat");
    assert!(issued <= now && now - issued < 60, "{issued} is not about {now}");
}

#[test]
fn what_the_library_refuses_is_named() {
    let key = ["mqtt", "--key", "ec_sec1.pem", "--project"];
    fails(&[&key[..], &[""]].concat(), 1, "JWT_ERR_EMPTY_CLAIM");
    fails(&[&key[..], &["p", "--now", "1"]].concat(), 1, "JWT_ERR_CLOCK");
    fails(&[&key[..], &["p", "--now", "1700000000", "--clock-floor", "1700000001"]].concat(), 1, "JWT_ERR_CLOCK");
    fails(&[&key[..], &["p", "--now", "-1"]].concat(), 1, "JWT_ERR_TIME");
    fails(&[&key[..], &["p", "--lifetime", "86401"]].concat(), 1, "JWT_ERR_LIFETIME");
    for (file, status) in [
        ("ec_public", "JWT_ERR_KEY_IS_PUBLIC"),
        ("ec_certificate", "JWT_ERR_KEY_IS_CERTIFICATE"),
        ("ec_pkcs8_encrypted", "JWT_ERR_KEY_ENCRYPTED"),
        ("ec_p384", "JWT_ERR_KEY_CURVE"),
        ("ed25519", "JWT_ERR_KEY_ALGORITHM"),
        ("rsa_1024", "JWT_ERR_KEY_TOO_SMALL"),
        ("rsa_2056", "JWT_ERR_KEY_UNSUPPORTED"),
    ] {
        fails(&["mqtt", "--key", &format!("{file}.pem"), "--project", "p"], 1, status);
    }
    fails(&["claims", "--secret", "ec_public.pem"], 1, "JWT_ERR_KEY_NOT_SECRET");
    fails(&["claims", "--key", "ec_sec1.pem", "--json", "a={"], 1, "JWT_ERR_JSON");
    fails(&["claims", "--key", "ec_sec1.pem", "--claim", "exp=1"], 1, "JWT_ERR_DUPLICATE_CLAIM");
}

#[test]
fn misuse_says_what_is_wrong() {
    fails(&[], 2, "no command");
    fails(&["sign"], 2, "no such command: sign");
    fails(&["mqtt", "--project", "p"], 2, "--key");
    fails(&["mqtt", "--key", "ec_sec1.pem"], 2, "--project is needed");
    fails(&["http", "--key", "ec_sec1.pem", "--device", "d"], 2, "--system-key");
    fails(&["mqtt", "--key", "ec_sec1.pem", "--project", "p", "--claim", "a=b"], 2, "only for the command claims");
    fails(&["mqtt", "--key", "ec_sec1.pem", "--project", "p", "--device", "d"], 2, "only for the command http");
    fails(&["mqtt", "--key", "ec_sec1.pem", "--project", "p", "--now", "12x"], 2, "12x");
    fails(
        &["mqtt", "--key", "ec_sec1.pem", "--project", "p", "--now", "99999999999999999999"],
        2,
        "99999999999999999999",
    );
    fails(&["mqtt", "--key", "ec_sec1.pem", "--project", "p", "extra"], 2, "extra");
    fails(&["mqtt", "--key", "ec_sec1.pem", "--bogus"], 2, "bogus");
    fails(&["mqtt", "--key", "ec_sec1.pem", "--project", "p", "--pro", "q"], 2, "given twice");
    fails(&["claims", "--key", "ec_sec1.pem", "--claim", "no-equals-sign"], 2, "no-equals-sign");
    fails(&["claims", "--key", "ec_sec1.pem", "--secret", "ec_sec1.pem"], 2, "--secret");
    fails(&["mqtt", "--key", "no-such-file", "--project", "p"], 2, "no-such-file");
    fails(&["mqtt", "--key", ".", "--project", "p"], 2, "cannot read .");
}

#[test]
fn help_tells_every_option() {
    let output = mint(&["--help"]);
    assert!(output.status.success());
    assert_eq!(stdout(&mint(&["mqtt", "--help"])), stdout(&output));
    let folder = support::root().join("c-examples/desk");
    let source = SOURCES.map(|source| std::fs::read_to_string(folder.join(source)).expect(source)).concat();
    let options = source.lines().filter_map(|line| line.trim().strip_prefix("{\"")?.split_once("_argument"));
    let options: Vec<_> =
        options.map(|(option, _)| format!("--{} ", option.split_once('"').expect("its name").0)).collect();
    assert!(options.len() > 20);
    for option in options {
        assert!(stdout(&output).contains(&option), "{option}");
    }
}

/// Runs `mint` with a text on its standard input.
fn mint_reading(arguments: &[&str], input: &[u8]) -> Output {
    let file = support::workshop("desk").join(format!("input-{:?}", std::thread::current().id()));
    std::fs::write(&file, input).expect("write");
    let mut command = Command::new(program());
    command.args(arguments).current_dir(support::root().join("tests/keys"));
    command.stdin(std::fs::File::open(&file).expect("open")).output().expect("mint runs")
}

#[test]
fn minted_token_is_verified() {
    for (private, public) in [
        ("ec_sec1.pem", "ec_public.pem"),
        ("rsa_2048_pkcs8.pem", "rsa_2048_public.pem"),
        ("rsa_3072_pkcs8.pem", "rsa_3072_public.pem"),
        ("rsa_4096_pkcs8.pem", "rsa_4096_public.pem"),
    ] {
        let token = mint(&[&["mqtt", "--key", private, "--project", "p"], &NOW[..]].concat()).stdout;
        let verify = ["verify", "--key", public, "--audience", "p", "--now", "1700000000", "-"];
        let output = mint_reading(&verify, &token);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(stdout(&output), "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700003600}\n");
        assert!(output.stderr.is_empty());
    }
    // By the clock, without being asked who it is for.
    let token = mint(&["mqtt", "--key", "ec_sec1.pem", "--project", "p"]).stdout;
    assert!(mint_reading(&["verify", "--key", "ec_public.pem", "-"], &token).status.success());
    let token = stdout(&Output { stdout: token, ..mint(&[]) }).trim().to_owned();
    assert!(mint(&["verify", "--key", "ec_public.pem", &token]).status.success());
}

#[test]
fn refused_token_is_named() {
    let token = mint(&[&["claims", "--key", "ec_sec1.pem", "--subject", "s", "--issuer", "i"], &NOW[..]].concat());
    let token = stdout(&token).trim();
    let verify = |options: &[&str], status: &str| {
        fails(&[&["verify", "--key", "ec_public.pem"], options, &[token]].concat(), 1, status);
    };
    verify(&["--now", "1700003600"], "JWT_REJECT_EXPIRED");
    verify(&["--now", "1700003604", "--leeway", "4"], "JWT_REJECT_EXPIRED");
    verify(&["--now", "1699999999"], "JWT_REJECT_NOT_YET_VALID");
    verify(&["--now", "1700000000", "--lifetime-max", "3599"], "JWT_REJECT_LIFETIME");
    verify(&["--now", "1700000000", "--audience", "a"], "JWT_REJECT_MISSING_CLAIM");
    verify(&["--now", "1700000000", "--issuer", "j"], "JWT_REJECT_ISSUER");
    verify(&["--now", "1700000000", "--subject", "S"], "JWT_REJECT_SUBJECT");
    verify(&["--now", "5"], "JWT_ERR_CLOCK");
    fails(&["verify", "--key", "rsa_2048_public.pem", token], 1, "JWT_REJECT_ALGORITHM");
    fails(&["verify", "--key", "ec_public.pem", "token"], 1, "JWT_REJECT_MALFORMED");
    fails(&["verify", "--key", "ec_sec1.pem", token], 1, "JWT_ERR_KEY_IS_PRIVATE");
    fails(&["verify", "--secret", "ec_public.pem", token], 1, "JWT_ERR_KEY_NOT_SECRET");
    let output = mint(&["verify", "--key", "ec_public.pem", "--now", "1700003603", "--leeway", "4", token]);
    assert!(output.status.success());
}

/// RFC 7520 section 4.4: the payload comes out as it is.
#[test]
fn bare_jws_is_verified() {
    let secret = support::token::base64url("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg").expect("base64url");
    let file = support::workshop("desk").join("secret_of_rfc_7520");
    std::fs::write(&file, secret).expect("write");
    let jws = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.\
        SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmI\
        HlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.\
        s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0";
    let secret = file.to_str().expect("a path");
    let output = mint(&["verify", "--jws", "--secret", secret, jws]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout(&output).starts_with("It\u{2019}s a dangerous") && stdout(&output).ends_with("swept off to."));
    fails(&["verify", "--secret", secret, jws], 1, "JWT_REJECT_MALFORMED");
    fails(&["verify", "--jws", "--secret", secret, &jws.replace(".SXT", ".SXU")], 1, "JWT_REJECT_SIGNATURE");
}

#[test]
fn misuse_of_verify_says_what_is_wrong() {
    fails(&["verify", "a.b.c"], 2, "one of --key and --secret");
    fails(&["verify", "--key", "ec_public.pem", "--secret", "ec_public.pem", "a.b.c"], 2, "one of --key and --secret");
    fails(&["verify", "--key", "ec_public.pem"], 2, "one token");
    fails(&["verify", "--key", "ec_public.pem", "a.b.c", "d.e.f"], 2, "one token");
    fails(&["verify", "--key", "-", "-"], 2, "stdin");
    fails(&["verify", "--key", "no-such-file", "a.b.c"], 2, "no-such-file");
    fails(&["verify", "--key", "ec_public.pem", "--now", "1x", "a.b.c"], 2, "1x");
    fails(&["verify", "--key", "ec_public.pem", "--now", "1", "--now", "1", "a.b.c"], 2, "given twice");
    fails(&["verify", "--key", "ec_public.pem", "--jws", "--audience", "a", "a.b.c"], 2, "--jws");
    fails(&["verify", "--key", "ec_public.pem", "--project", "a", "a.b.c"], 2, "project");
    let too_long = mint_reading(&["verify", "--key", "ec_public.pem", "-"], &[b'a'; 70_000]);
    assert_eq!(too_long.status.code(), Some(2));
    let longest = mint_reading(&["verify", "--key", "ec_public.pem", "-"], &[b'a'; 65_536]);
    assert!(String::from_utf8_lossy(&longest.stderr).contains("JWT_ERR_TOO_LONG"));
}

#[test]
fn a_full_disk_is_noticed() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let arguments = ["mqtt", "--key", "ec_sec1.pem", "--project", "p"];
    let mut command = Command::new(program());
    command.args(arguments).current_dir(support::root().join("tests/keys")).stdout(full);
    assert_eq!(command.output().expect("mint runs").status.code(), Some(2));
}
