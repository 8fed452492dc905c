//! The example `c-examples/http-guard`, a server of libmicrohttpd, asked by `curl` with tokens that strangers minted. Asks for
//! both, so plain `cargo test` leaves it out: `cargo test --test http_guard`.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use support::compiler::{Compiler, WARNINGS};

/// The server, for as long as it is asked.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        static PROGRAM: OnceLock<std::path::PathBuf> = OnceLock::new();
        let program = PROGRAM.get_or_init(|| {
            let folder = support::workshop("http_guard");
            let (object, program) = (folder.join("server.o"), folder.join("http-guard"));
            let compiler = Compiler::c().expect("a C compiler");
            let options = [&["-std=gnu11", "-O1"], WARNINGS].concat();
            let source = Path::new("c-examples/http-guard/server.c");
            compiler
                .compile(source, &object, &folder, &options)
                .expect("is the package `libmicrohttpd-dev` installed?");
            let archive = support::archive::shipped().expect("the archive");
            compiler.link(&[&object, &archive], &program, &["-lmicrohttpd"]).expect("link");
            program
        });
        let key = support::keys::file("ec_public");
        let arguments = ["0", key.to_str().expect("a path"), "gateway"];
        let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut url).expect("its address");
        Self { child, url: url.trim().to_owned() }
    }

    /// What `curl` gets with these headers: the code, the value of `WWW-Authenticate`, the body.
    fn get(&self, headers: &[&str]) -> (u16, Option<String>, Value) {
        self.ask(&self.url, headers)
    }

    fn ask(&self, url: &str, headers: &[&str]) -> (u16, Option<String>, Value) {
        let headers = headers.iter().flat_map(|&header| ["-H", header]);
        let output = Command::new("curl").args(["-s", "-i"]).args(headers).arg(url).output();
        let output = output.expect("is the package `curl` installed?");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let code = head.split(' ').nth(1).expect("a code").parse().expect("a number");
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let challenge = lines.find(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
        let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        (code, challenge.map(|(_, value)| value.to_owned()), body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() as i64
}

/// A token by another library.
fn token(claims: &Value) -> String {
    let pem = std::fs::read(support::keys::file("ec_pkcs8")).expect("the key");
    encode(&Header::new(Algorithm::ES256), claims, &EncodingKey::from_ec_pem(&pem).expect("the key")).expect("a token")
}

fn good_claims() -> Value {
    json!({"sub": "d \"1\"", "aud": ["x", "gateway"], "iat": now(), "exp": now() + 3600, "room": "k\u{fc}che"})
}

#[track_caller]
fn refuses(server: &Server, headers: &[&str], code: u16, challenge: Option<&str>, reason: &str) {
    let (found, challenged, body) = server.get(headers);
    assert_eq!((found, challenged.as_deref()), (code, challenge), "{body}");
    assert_eq!(body, json!({"error": reason}));
}

#[test]
fn device_with_a_good_token_gets_its_data() {
    let (server, claims) = (Server::start(), good_claims());
    for scheme in ["Bearer ", "bearer ", "BEARER    "] {
        let answer = server.get(&[&format!("Authorization: {scheme}{}", token(&claims))]);
        assert_eq!(answer, (200, None, json!({"device": "d \"1\"", "claims": claims})));
    }
    let answer = server.get(&[&format!("ClearBlade-UserToken: {}", token(&claims))]);
    assert_eq!(answer.0, 200);
}

#[test]
fn without_a_token_it_is_401() {
    let server = Server::start();
    for headers in
        [&[][..], &["Authorization: Basic YTpi"], &["Authorization;"], &["Authorization: Bearer"], &["X-Token: a"]]
    {
        refuses(&server, headers, 401, Some("Bearer"), "JWT_REJECT_NO_CREDENTIALS");
    }
}

#[test]
fn with_a_bad_token_it_is_403_with_the_reason() {
    let server = Server::start();
    let bad = Some("Bearer error=\"invalid_token\"");
    let with = |name: &str, value: Value| {
        let mut claims = good_claims();
        claims[name] = value;
        format!("Authorization: Bearer {}", token(&claims))
    };
    let expired = Some("Bearer error=\"invalid_token\", error_description=\"The token expired\"");
    let mut claims = good_claims();
    (claims["iat"], claims["exp"]) = (json!(now() - 3600), json!(now() - 60));
    let header = format!("Authorization: Bearer {}", token(&claims));
    refuses(&server, &[&header], 403, expired, "JWT_REJECT_EXPIRED");
    refuses(&server, &[&with("iat", json!(now() + 1000))], 403, bad, "JWT_REJECT_NOT_YET_VALID");
    refuses(&server, &[&with("exp", json!(now() + 1_000_000))], 403, bad, "JWT_REJECT_LIFETIME");
    refuses(&server, &[&with("exp", json!("never"))], 403, bad, "JWT_REJECT_CLAIM_TYPE");
    refuses(&server, &[&with("aud", json!("another"))], 403, bad, "JWT_REJECT_AUDIENCE");
    let eternal = json!({"sub": "d1", "aud": "gateway", "expires_in": 3600});
    refuses(&server, &[&format!("Authorization: Bearer {}", token(&eternal))], 403, bad, "JWT_REJECT_MISSING_CLAIM");

    // A signature over something else; one by a secret that everybody knows; none at all; a word.
    let (one, other) = (token(&good_claims()), with("room", json!("cellar")));
    let mixed = format!("{}.{}", other.rsplit_once('.').expect("a dot").0, one.rsplit_once('.').expect("a dot").1);
    refuses(&server, &[&mixed], 403, bad, "JWT_REJECT_SIGNATURE");
    let public = std::fs::read(support::keys::file("ec_public")).expect("the key");
    let confused = encode(&Header::new(Algorithm::HS256), &good_claims(), &EncodingKey::from_secret(&public));
    let confused = format!("Authorization: Bearer {}", confused.expect("a token"));
    refuses(&server, &[&confused], 403, bad, "JWT_REJECT_ALGORITHM");
    let unsecured = format!("Authorization: Bearer eyJhbGciOiJub25lIn0.{}.", one.split('.').nth(1).expect("a payload"));
    refuses(&server, &[&unsecured], 403, bad, "JWT_REJECT_ALGORITHM");
    refuses(&server, &["Authorization: Bearer password"], 403, bad, "JWT_REJECT_MALFORMED");
    let long = format!("Authorization: Bearer {}", "A".repeat(6000));
    refuses(&server, &[&long], 403, bad, "JWT_REJECT_MALFORMED");
}

#[test]
fn what_else_is_asked_is_answered_too() {
    let server = Server::start();
    let header = format!("Authorization: Bearer {}", token(&good_claims()));
    assert_eq!(server.ask(&server.url.replace("/data", "/other"), &[&header]).0, 404);
    refuses(&server, &[&header, &header], 400, None, "several tokens");
    let nameless = json!({"aud": "gateway", "iat": now(), "exp": now() + 60});
    let header = format!("Authorization: Bearer {}", token(&nameless));
    refuses(&server, &[&header], 403, None, "the token names no device");
}
