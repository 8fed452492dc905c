//! Devices against a real broker and a real HTTP server, which judge their tokens with OpenSSL as the vendor does. Asks for
//! mosquitto and some libraries, so plain `cargo test` leaves it out: `make test` runs it. All of it stays on loopback.

mod capi;
mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use capi::{Es256, PrivateKey, Signer, key_file, sign};
use support::bridge::{Bridge, NOW, PATIENCE, clock, set_clock, wait_for};
use support::compiler::{Compiler, WARNINGS};
use support::running::Running;

const WEEK: i64 = 7 * 86_400;
const CLIENT_ID: &str = "projects/my-project/locations/us-central1/registries/my-registry/devices/";
const SYSTEM_KEY: &str = "0a1b2c3d4e5f60718293a4b5c6d7";

/// Builds `c-examples/{name}` into the test's folder.
fn client(bridge: &Bridge, name: &str, library: &str) -> PathBuf {
    let compiler = Compiler::c().expect("a C compiler");
    let archive = support::archive::shipped().expect("the archive");
    let options = [&["-std=c11", "-O1"], WARNINGS].concat();
    let (object, device, program) =
        (bridge.folder.join(format!("{name}.o")), bridge.folder.join("device.o"), bridge.folder.join(name));
    let source = format!("c-examples/{name}/{name}.c");
    compiler.compile(Path::new(&source), &object, &bridge.folder, &options).expect(&source);
    compiler.compile(Path::new("c-examples/device/device.c"), &device, &bridge.folder, &options).expect("device.c");
    compiler.link(&[&object, &device, &archive], &program, &[library]).expect(name);
    program
}

/// The words of a command line for a client: key, port, TLS or not, and the rest.
fn arguments(bridge: &Bridge, device: &str, key: &str, port: &str, rest: &str) -> Vec<String> {
    let key = support::root().join("tests/keys").join(key);
    let mut words = vec!["--device".to_owned(), device.to_owned(), "--key".to_owned(), key.display().to_string()];
    words.extend(["--port".to_owned(), bridge.port(port).to_string()]);
    words.extend(["--clock".to_owned(), bridge.folder.join("clock").display().to_string()]);
    if port.ends_with('S') {
        words.extend(["--ca".to_owned(), bridge.folder.join("ca.pem").display().to_string()]);
    } else {
        words.push("--plain".to_owned());
    }
    words.extend(rest.split_whitespace().map(str::to_owned));
    words
}

fn run(program: &Path, arguments: &[String]) -> String {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    support::process::run(program, &arguments).unwrap_or_else(|why| panic!("{why}"))
}

fn readings(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{{\"reading\":{number}}}")).collect()
}

/// Each reading arrived, in order; one whose acknowledgement was lost may have come twice.
fn assert_nothing_lost(mut arrived: Vec<String>, count: usize) {
    arrived.dedup();
    assert_eq!(arrived, readings(count));
}

/// How many tokens of an hour take a device through a week, renewed at 7/8 or at 5/8 of it.
fn assert_renewed_through_a_week(said: &str) {
    let tokens: i64 = said.split(" tokens").next().and_then(|said| said.rsplit(' ').next()?.parse().ok()).expect(said);
    assert!((WEEK * 8 / 7 / 3600..=WEEK * 8 / 5 / 3600 + 1).contains(&tokens), "{tokens} tokens");
}

#[test]
fn a_week_of_mqtt_loses_nothing() {
    let bridge = Bridge::start("mqtt-week");
    fs::write(bridge.folder.join("devices/ec-device/config"), "blink").expect("config");
    let program = client(&bridge, "mqtt", "-lmosquitto");
    let rest = "--set-clock --lifetime 3600 --every 1200 --readings 505";
    let said = run(&program, &arguments(&bridge, "ec-device", "ec_pkcs8.pem", "MQTTS", rest));
    assert_eq!(clock(&bridge.folder), (NOW + WEEK) * 1000);
    assert!(said.contains("done: 505 readings"), "{said}");
    assert!(said.contains("received /devices/ec-device/config blink"), "{said}");
    assert_renewed_through_a_week(&said);
    assert_nothing_lost(bridge.noted("mqtt message /devices/ec-device/events "), 505);
    assert_eq!(bridge.noted("mqtt refuse"), [""; 0]);
    assert_eq!(bridge.noted("mqtt cut"), [""; 0], "it renewed before it was cut");
}

#[test]
fn a_week_of_http_loses_nothing() {
    let bridge = Bridge::start("http-week");
    fs::write(bridge.folder.join("devices/rsa-device/config"), "blink").expect("config");
    let program = client(&bridge, "http", "-lcurl");
    let rest = "--set-clock --lifetime 3600 --every 1200 --readings 505";
    let said = run(&program, &arguments(&bridge, "rsa-device", "rsa_2048_pkcs8.pem", "HTTPS", rest));
    assert_eq!(clock(&bridge.folder), (NOW + WEEK) * 1000);
    assert!(said.contains("done: 505 readings"), "{said}");
    let config = format!("received {{\"version\":\"1\",\"binaryData\":\"{}\"}}", "Ymxpbms=");
    assert!(said.contains(&config), "{said}");
    assert_renewed_through_a_week(&said);
    assert_nothing_lost(bridge.noted("http message /devices/rsa-device/events "), 505);
    assert_eq!(bridge.noted("http refuse"), [""; 0]);
}

fn start(program: &Path, arguments: &[String]) -> Running {
    Running::start(Command::new(program).args(arguments))
}

#[test]
fn device_that_slept_past_its_token_is_cut_and_goes_on_with_nothing_lost() {
    let bridge = Bridge::start("cut");
    let program = client(&bridge, "mqtt", "-lmosquitto");
    let rest = "--lifetime 3600 --every 600 --readings 12";
    let mut device = start(&program, &arguments(&bridge, "ec-device", "ec_pkcs8.pem", "MQTTS", rest));
    let arrived = || bridge.noted("mqtt message /devices/ec-device/events ");
    // The clock goes on by minutes, but by seconds where the device has not published what was due: it may be waiting, or
    // this machine may be slow.
    let pass_until = |count: usize| {
        wait_for("readings", || {
            let now = clock(&bridge.folder);
            let due = usize::try_from((now / 1000 - NOW) / 600).expect("an index") + 1;
            set_clock(&bridge.folder, now + if arrived().len() < due { 1_000 } else { 60_000 });
            (arrived().len() >= count).then_some(())
        });
    };
    pass_until(3);
    device.says("connected");
    device.signal("STOP");
    let expiry = bridge.noted("mqtt accept ec-device until ").last().and_then(|expiry| expiry.parse::<i64>().ok());
    let end = expiry.expect("an expiry") + 600;
    set_clock(&bridge.folder, end * 1000);
    // The broker looks ten times in a second.
    sleep(Duration::from_millis(500));
    assert_eq!(bridge.noted("mqtt cut"), [""; 0], "the skew is the device's");
    set_clock(&bridge.folder, (end + 1) * 1000);
    wait_for("the cut", || (!bridge.noted("mqtt cut").is_empty()).then_some(()));
    device.signal("CONT");
    pass_until(12);
    device.says("connected");
    device.says("done: 12 readings");
    assert_nothing_lost(arrived(), 12);
    assert!(bridge.noted("mqtt accept ec-device").len() >= 2);
}

#[test]
fn refusal_is_told_apart_from_a_network_fault() {
    let bridge = Bridge::start("refusal");
    let mqtt = client(&bridge, "mqtt", "-lmosquitto");
    let http = client(&bridge, "http", "-lcurl");
    let runs = |program: &Path, device: &str, port: &str| {
        start(program, &arguments(&bridge, device, "ec_pkcs8.pem", port, "--set-clock"))
    };
    runs(&mqtt, "rsa-device", "MQTTS").says("refused: CONNACK 5");
    runs(&http, "rsa-device", "HTTPS").says("refused: status 401");
    // Ports that speak TLS only, and HTTP where MQTT is spoken.
    runs(&mqtt, "ec-device", "HTTP").says("no connection");
    runs(&http, "ec-device", "MQTT").says("no answer");
    assert!(!bridge.noted("mqtt refuse").is_empty());
    assert!(!bridge.noted("http refuse").is_empty());
}

#[test]
fn gateway_attaches_a_device_with_its_token_and_only_so() {
    let bridge = Bridge::start("gateway");
    let mqtt = client(&bridge, "mqtt", "-lmosquitto");
    let attach = |key: &str| {
        let key = support::root().join("tests/keys").join(key);
        let rest = format!("--set-clock --readings 2 --attach ec-device --attach-key {}", key.display());
        arguments(&bridge, "rsa-device", "rsa_2048_pkcs8.pem", "MQTT", &rest)
    };
    let mut refused = start(&mqtt, &attach("rsa_2048_pkcs8.pem"));
    for _ in 0..3 {
        let said = refused.says("cut at");
        assert!(!said.contains("published"), "{said}");
    }
    drop(refused);
    assert_eq!(bridge.noted("mqtt attach"), [""; 0]);
    assert!(bridge.noted("mqtt refuse attachment of ec-device by rsa-device").len() >= 3);
    assert_eq!(bridge.noted("mqtt message /devices/ec-device/events "), [""; 0]);
    let said = run(&mqtt, &attach("ec_pkcs8.pem"));
    assert!(said.contains("published 2"), "{said}");
    assert_eq!(bridge.noted("mqtt attach "), ["ec-device by rsa-device"]);
    assert_nothing_lost(bridge.noted("mqtt message /devices/ec-device/events "), 2);
}

/// A text or bytes as MQTT has them, behind their length.
fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind];
    let mut rest = body.len();
    while rest > 0 {
        packet.push((rest % 128) as u8 | if rest >= 128 { 0x80 } else { 0 });
        rest /= 128;
    }
    packet.extend(body);
    packet
}

/// A connection, and what its CONNECT is answered with: the code of CONNACK, or `None` where it is closed without.
fn session(
    port: u16,
    client_id: &str,
    will: Option<(&str, &str)>,
    user: Option<&str>,
    password: Option<&[u8]>,
) -> (TcpStream, Option<u8>) {
    let flags =
        2 | u8::from(user.is_some()) << 7 | u8::from(password.is_some()) << 6 | if will.is_some() { 0b1100 } else { 0 };
    let mut body = [&field(b"MQTT")[..], &[4, flags, 0, 60], &field(client_id.as_bytes())].concat();
    body.extend(
        will.map(|(topic, message)| [field(topic.as_bytes()), field(message.as_bytes())].concat()).unwrap_or_default(),
    );
    body.extend(user.map(|user| field(user.as_bytes())).unwrap_or_default());
    body.extend(password.map(field).unwrap_or_default());
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the broker");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(&packet(0x10, &body)).expect("CONNECT");
    let mut answer = [0; 4];
    let code = stream.read_exact(&mut answer).is_ok().then(|| {
        assert_eq!(answer[..3], [0x20, 2, 0], "CONNACK");
        answer[3]
    });
    (stream, code)
}

fn connect(port: u16, client_id: &str, user: Option<&str>, password: Option<&[u8]>) -> Option<u8> {
    session(port, client_id, None, user, password).1
}

/// Whether a publish with QoS 1 is acknowledged; else the connection is closed.
fn publishes(stream: &mut TcpStream, topic: &str, message: &str) -> bool {
    let body = [&field(topic.as_bytes())[..], &[0, 1], message.as_bytes()].concat();
    stream.write_all(&packet(0x32, &body)).expect("PUBLISH");
    let mut answer = [0; 4];
    let is_acknowledged = stream.read_exact(&mut answer).is_ok();
    assert!(!is_acknowledged || answer == [0x40, 2, 0, 1], "PUBACK");
    is_acknowledged
}

/// What becomes of an acknowledgement.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Cut,
    Swallow,
}

/// Stands between devices and broker; its first connections have the fault where the acknowledgement of that number would
/// come back.
fn proxy(broker: u16, fault: Fault, acknowledgements: &'static [usize]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for number in 0.. {
            let (mut device, _) = listener.accept().expect("a device");
            let mut broker = TcpStream::connect(("127.0.0.1", broker)).expect("the broker");
            let (mut from, mut to) = (device.try_clone().expect("a stream"), broker.try_clone().expect("a stream"));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Both);
            });
            let mut acknowledged = 0;
            // What the broker says here is short: its lengths are one byte.
            let mut head = [0; 2];
            while broker.read_exact(&mut head).is_ok() {
                let mut body = vec![0; head[1].into()];
                acknowledged += usize::from(head[0] == 0x40);
                let is_at_fault = head[0] == 0x40 && acknowledgements.get(number) == Some(&acknowledged);
                if broker.read_exact(&mut body).is_err() || is_at_fault && fault == Fault::Cut {
                    break;
                }
                if is_at_fault {
                    continue;
                }
                if device.write_all(&[&head[..], &body].concat()).is_err() {
                    break;
                }
            }
            let _ = device.shutdown(std::net::Shutdown::Both);
            let _ = broker.shutdown(std::net::Shutdown::Both);
        }
    });
    port
}

#[test]
fn gateway_that_is_cut_attaches_anew_before_it_publishes_again() {
    let bridge = Bridge::start("gateway-cut");
    let mqtt = client(&bridge, "mqtt", "-lmosquitto");
    let key = support::root().join("tests/keys/ec_pkcs8.pem");
    // First the attachment is under way, then the second reading behind it.
    let port = proxy(bridge.port("MQTT"), Fault::Cut, &[1, 3]);
    let rest = format!("--set-clock --readings 4 --attach ec-device --attach-key {} --port {port}", key.display());
    let said = run(&mqtt, &arguments(&bridge, "rsa-device", "rsa_2048_pkcs8.pem", "MQTT", &rest));
    assert!(said.contains("done: 4 readings"), "{said}");
    let journal = bridge.journal();
    let told: Vec<_> = journal
        .iter()
        .map(|line| line.strip_prefix("mqtt message /devices/ec-device/events ").unwrap_or(line))
        .map(|line| if line.starts_with("mqtt accept rsa-device") { "accept" } else { line })
        .collect();
    let (accept, attach) = ("accept", "mqtt attach ec-device by rsa-device");
    let readings = readings(4);
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|number: usize| readings[number].as_str());
    let expected = [accept, attach, accept, attach, first, second, accept, attach, second, third, fourth];
    assert_eq!(told, expected);
}

#[test]
fn reading_that_is_not_acknowledged_is_published_again() {
    let bridge = Bridge::start("silent");
    let mqtt = client(&bridge, "mqtt", "-lmosquitto");
    let port = proxy(bridge.port("MQTT"), Fault::Swallow, &[2]);
    let words =
        arguments(&bridge, "ec-device", "ec_pkcs8.pem", "MQTT", &format!("--set-clock --readings 3 --port {port}"));
    let mut device = start(&mqtt, &words);
    device.says("no acknowledgement");
    device.says("done: 3 readings");
    assert_nothing_lost(bridge.noted("mqtt message /devices/ec-device/events "), 3);
}

#[test]
fn numbers_of_the_command_line_are_whole() {
    let bridge = Bridge::start("options");
    let clients = [client(&bridge, "mqtt", "-lmosquitto"), client(&bridge, "http", "-lcurl")];
    let fails = |program: &Path, rest: &str| {
        let words = arguments(&bridge, "ec-device", "ec_pkcs8.pem", "MQTTS", rest);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        support::process::run(program, &words).expect_err(rest)
    };
    for program in &clients {
        for rest in ["--lifetime 1h", "--lifetime 0", "--lifetime 86401", "--every -1", "--spread 4294968", "--port 0"]
        {
            assert!(fails(program, rest).contains("not a number from"), "{rest}");
        }
        assert!(support::process::run(program, &["--help"]).expect("help").contains("--lifetime SECONDS"));
    }
    let key = support::root().join("tests/keys/ec_pkcs8.pem");
    assert!(fails(&clients[1], &format!("--attach ec-device --attach-key {}", key.display())).contains("MQTT"));
}

#[test]
fn attachment_ends_with_its_connection_and_with_its_token() {
    let bridge = Bridge::start("attachment");
    let (gateway, device) = (
        PrivateKey::pem(&key_file("rsa_2048_pkcs8.pem")).expect("a key"),
        PrivateKey::pem(&key_file("ec_pkcs8.pem")).expect("a key"),
    );
    let [profile, _] = profiles();
    let token = signed(r#"{"alg":"RS256","typ":"JWT"}"#, profile.good(), &gateway.signer());
    let start = |will: Option<(&str, &str)>| {
        let (port, client_id) = (bridge.port("MQTT"), format!("{CLIENT_ID}rsa-device"));
        let (stream, code) = session(port, &client_id, will, Some("unused"), Some(token.as_bytes()));
        assert_eq!(code, Some(0));
        stream
    };
    let lasting = |seconds: i64| {
        let payload = profile.payload(&NOW.to_string(), &(NOW + seconds).to_string());
        format!("{{\"authorization\":\"{}\"}}", signed(ES256, payload, &device.signer()))
    };
    let (attach, events) = ("/devices/ec-device/attach", "/devices/ec-device/events");

    assert!(!publishes(&mut start(None), events, "not attached"));
    let mut stream = start(None);
    assert!(publishes(&mut stream, attach, &lasting(3600)));
    assert!(publishes(&mut stream, events, "attached"));
    drop(stream);
    assert!(!publishes(&mut start(None), events, "of a connection before"));

    let mut stream = start(None);
    assert!(publishes(&mut stream, attach, &lasting(60)));
    set_clock(&bridge.folder, (NOW + 660) * 1000);
    assert!(publishes(&mut stream, events, "in time"));
    set_clock(&bridge.folder, (NOW + 661) * 1000);
    assert!(!publishes(&mut stream, events, "too late"));

    for topic in ["/devices/../events", "/devices/1/events", "/devices/ec/events", "/devices//events", "/dev", "x"] {
        assert!(!publishes(&mut start(None), topic, "a topic of nobody"), "{topic}");
    }
    assert_eq!(bridge.noted("mqtt message "), [format!("{events} attached"), format!("{events} in time")]);

    // A will is sent when a connection ends without DISCONNECT, and is none of the device's messages.
    let attached = bridge.noted("mqtt attach ").len();
    let good = lasting(3600);
    drop(start(Some((attach, &good))));
    drop(start(Some(("/devices/rsa-device/events", "a will"))));
    let mut stream = start(None);
    assert!(publishes(&mut stream, "/devices/rsa-device/events", "and after it"));
    assert!(!publishes(&mut stream, events, "attached by a will"));
    assert_eq!(bridge.noted("mqtt attach ").len(), attached);
    assert_eq!(bridge.noted("mqtt message /devices/rsa-device/events "), ["and after it"]);
}

#[test]
fn token_goes_to_nobody_but_the_bridge() {
    let (bridge, other) = (Bridge::start("tls"), Bridge::start("tls-other"));
    let mqtt = client(&bridge, "mqtt", "-lmosquitto");
    let http = client(&bridge, "http", "-lcurl");
    let other_ca = format!("--ca {}", other.folder.join("ca.pem").display());
    for (program, port, host, failure) in
        [(&mqtt, "MQTT", "127.1", "no connection"), (&http, "HTTP", "elsewhere.localhost", "no answer")]
    {
        let tls = |rest: &str| arguments(&bridge, "ec-device", "ec_pkcs8.pem", &format!("{port}S"), rest);
        let without_ca = {
            let mut words = tls("--set-clock");
            let ca = words.iter().position(|word| word == "--ca").expect("--ca");
            words.drain(ca..ca + 2);
            words
        };
        for words in [tls(&format!("--set-clock {other_ca}")), tls(&format!("--set-clock --host {host}")), without_ca] {
            let said = start(program, &words).says(failure);
            assert!(!said.contains("refused"), "{said}");
        }
        assert_eq!(bridge.journal(), [""; 0], "{port}");
        // Clear text leaves the machine for nobody.
        for host in
            ["192.0.2.1", "localhost.example.org", "10.0.2.2", "0.0.0.0", "128.0.0.1", "::2", "127.0.0.1.example.org"]
        {
            let words = arguments(&bridge, "ec-device", "ec_pkcs8.pem", port, &format!("--host {host}"));
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let why = support::process::run(program, &words).expect_err(host);
            assert!(why.contains("clear text"), "{why}");
        }
    }
}

fn script(words: &[&std::ffi::OsStr]) -> bool {
    let mut command = Command::new(support::root().join("c-examples/bridge/bridge.sh"));
    command.args(words).stdin(Stdio::null()).stderr(Stdio::null()).status().expect("bridge.sh").success()
}

#[test]
fn script_takes_public_keys_only_and_stops_its_bridge_only() {
    let folder = support::workshop("bridge").join("script");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder of one's own");
    let keys = support::root().join("tests/keys");
    let add =
        |device: &str, key: &Path| script(&["add".as_ref(), folder.as_os_str(), device.as_ref(), key.as_os_str()]);
    let unnamed = folder.join("ec_public");
    fs::copy(keys.join("ec_public.pem"), &unnamed).expect("a copy");
    assert!(add("my-device", &keys.join("ec_public.pem")));
    assert!(!add("my-device", &keys.join("ec_pkcs8.pem")));
    assert!(!add("my-device", &keys.join("rsa_2048_pkcs1.pem")));
    assert!(!add("my-device", &unnamed));
    assert!(!add("../my-device", &keys.join("ec_public.pem")));
    let held = || fs::read_dir(folder.join("devices/my-device")).expect("a folder").count();
    assert_eq!(held(), 1);
    assert!(add("my-device", &keys.join("ec_public.pem")));
    assert!(add("my-device", &keys.join("rsa_2048_public.pem")));
    assert!(add("my-device", &keys.join("rsa_3072_public.pem")));
    assert!(!add("my-device", &keys.join("rsa_4096_public.pem")), "a fourth key");
    assert_eq!(held(), 3);

    let mut stranger = Command::new("sleep").arg("600").spawn().expect("sleep");
    fs::write(folder.join("pid"), stranger.id().to_string()).expect("pid");
    let stopped = script(&["stop".as_ref(), folder.as_os_str()]);
    let lives = stranger.try_wait().expect("wait").is_none();
    let _ = stranger.kill();
    let _ = stranger.wait();
    assert!(stopped && lives, "it stops what is no bridge");
    assert!(!folder.join("pid").exists());

    let words = "exec \"$0\" run \"$1\" <&-";
    let program = support::root().join("c-examples/bridge/bridge.sh");
    let mut closed = Command::new("sh").args(["-c", words]).arg(program).arg(&folder).spawn().expect("sh");
    let code = wait_for("its end, with no input from the start", || closed.try_wait().expect("wait"));
    assert_eq!(code.code(), Some(2));

    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("a folder of everybody");
    assert!(!add("my-device", &keys.join("ec_public.pem")), "a folder that others write to");
}

#[test]
fn script_starts_and_stops_a_bridge() {
    let folder = support::workshop("bridge").join("start");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder of one's own");
    assert!(script(&["start".as_ref(), folder.as_os_str()]));
    let ports = fs::read_to_string(folder.join("ports")).expect("ports");
    let port =
        ports.lines().find_map(|line| line.strip_prefix("MQTT=")).expect("MQTT").parse::<u16>().expect("a number");
    let connects = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    let began = connects();
    assert!(script(&["stop".as_ref(), folder.as_os_str()]));
    assert!(began && !connects());
    // No folder is made for a bridge that there is none of.
    let none = folder.join("none");
    let key = support::root().join("tests/keys/ec_public.pem");
    assert!(!script(&["stop".as_ref(), none.as_os_str()]));
    assert!(!script(&["add".as_ref(), none.as_os_str(), "my-device".as_ref(), key.as_os_str()]));
    assert!(!none.exists());
}

#[test]
fn clear_text_of_old_tls_is_refused() {
    let bridge = Bridge::start("old-tls");
    let says = |port: &str, version: &str| {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-cipher", "DEFAULT@SECLEVEL=0", version, "-connect"]);
        command.arg(format!("127.0.0.1:{}", bridge.port(port))).stdin(Stdio::null());
        command.output().expect("openssl").status.success()
    };
    for port in ["MQTTS", "HTTPS"] {
        assert!(says(port, "-tls1_2"), "{port}");
        assert!(!says(port, "-tls1_1") && !says(port, "-tls1"), "{port}");
    }
}

#[test]
fn event_is_up_to_256_kilobytes_of_strict_base64() {
    let bridge = Bridge::start("events");
    let http = bridge.port("HTTP");
    let key = PrivateKey::pem(&key_file("ec_pkcs8.pem")).expect("a key");
    let token = signed(ES256, profiles()[1].good(), &key.signer());
    let status = |text: &str| publish_body(http, "ec-device", &token, &format!("{{\"binaryData\":\"{text}\"}}"));
    let standard = |len: usize| {
        let mut text = vec![0; len * 4 / 3 + 4];
        let text_len = BASE64_STANDARD.encode_slice(vec![0x5a; len], &mut text).expect("room");
        text.truncate(text_len);
        String::from_utf8(text).expect("ASCII")
    };
    for (len, expected) in [(0, 204), (1, 204), (2, 204), (3, 204), (262_144, 204), (262_145, 413), (3_000_000, 413)] {
        assert_eq!(status(&standard(len)), expected, "{len}");
    }
    for text in ["====", "a===", "aG=kaGk=", "aGk=    ", "aGk=----", "aGl=", " aGk=", "aGk", "aGk=\\n", "a-_="] {
        assert_eq!(status(text), 400, "{text}");
    }
    for body in ["", "{}", "[]", "{\"binaryData\":1}", "{\"binaryData\":\"\",\"binaryData\":\"\"}", "\u{0}"] {
        assert_eq!(publish_body(http, "ec-device", &token, body), 400, "{body}");
    }
}

/// The status of a request that publishes an event.
fn publish(port: u16, device: &str, token: &str) -> u16 {
    publish_body(port, device, token, "{\"binaryData\":\"aGk=\"}")
}

fn publish_body(port: u16, device: &str, token: &str, body: &str) -> u16 {
    let name = format!("{CLIENT_ID}{device}").replace('/', "%2F");
    let request = format!(
        "POST /api/v/4/webhook/execute/{SYSTEM_KEY}/cloudiotdevice_devices?name={name}&method=publishEvent HTTP/1.1\r\n\
         Host: localhost\r\nConnection: close\r\nClearBlade-UserToken: {token}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.get(9..12).and_then(|status| status.parse().ok()).expect("a status")
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    let mut text = vec![0; bytes.as_ref().len() * 4 / 3 + 4];
    let len = BASE64_URL_SAFE_NO_PAD.encode_slice(bytes, &mut text).expect("room");
    text.truncate(len);
    String::from_utf8(text).expect("ASCII")
}

/// A token of any header and payload, with a signature by `signer`.
fn signed(header: &str, payload: impl AsRef<[u8]>, signer: &Signer<'_>) -> String {
    let message = format!("{}.{}", encode(header), encode(payload));
    let signature = sign(signer, message.as_bytes()).expect("a signature");
    format!("{message}.{}", encode(signature))
}

const ES256: &str = r#"{"alg":"ES256","typ":"JWT"}"#;

/// What a token says in one of the two profiles, before its times; and the claims that name for whom it is.
struct Profile {
    name: &'static str,
    claims: String,
}

impl Profile {
    fn payload(&self, iat: &str, exp: &str) -> String {
        format!("{{{},\"iat\":{iat},\"exp\":{exp}}}", self.claims)
    }

    fn good(&self) -> String {
        self.payload(&NOW.to_string(), &(NOW + 3600).to_string())
    }
}

fn good_tokens(profile: &Profile, signer: &Signer<'_>) -> Vec<(&'static str, String)> {
    let payload = |iat: i64, exp: i64| profile.payload(&iat.to_string(), &exp.to_string());
    vec![
        ("the token", signed(ES256, profile.good(), signer)),
        ("members in another order", signed(r#"{"typ":"JWT","alg":"ES256"}"#, profile.good(), signer)),
        ("blanks", signed(r#"{ "alg" : "ES256", "typ" : "JWT" }"#, profile.good().replace(',', " ,\n"), signer)),
        ("an nbf, which is ignored", signed(ES256, profile.good().replace('{', "{\"nbf\":9999999999,"), signer)),
        ("24 hours", signed(ES256, payload(NOW, NOW + 86_400), signer)),
        ("10 minutes ahead", signed(ES256, payload(NOW + 600, NOW + 700), signer)),
        ("10 minutes behind", signed(ES256, payload(NOW - 700, NOW - 600), signer)),
    ]
}

fn bad_tokens(profile: &Profile, signer: &Signer<'_>) -> Vec<(String, String)> {
    let good = signed(ES256, profile.good(), signer);
    let (message, signature) = good.rsplit_once('.').expect("a signature");
    let (header, payload) = message.split_once('.').expect("a payload");
    let raw = capi::token::base64url(signature);
    let with_signature = |bytes: &[u8]| format!("{message}.{}", encode(bytes));
    let with_header = |header: &str| signed(header, profile.good(), signer);
    let with_payload = |payload: String| signed(ES256, payload, signer);
    let with_times = |iat: &str, exp: &str| with_payload(profile.payload(iat, exp));
    let with_claim = |claim: &str| with_payload(profile.good().replacen('{', &format!("{{{claim},"), 1));
    let (iat, exp) = (NOW.to_string(), (NOW + 3600).to_string());
    let seconds = |offset: i64| (NOW + offset).to_string();
    let other = Es256::raw(&[7; 32]).expect("a key");
    let confused = |alg: &str| {
        let message =
            format!("{}.{}", encode(format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}")), encode(profile.good()));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, key_file("ec_public.pem").as_bytes());
        format!("{message}.{}", encode(hmac::sign(&secret, message.as_bytes())))
    };
    // The last character of 86 has 4 unused bits: A, Q, g or w. The one behind it stands for the same signature.
    let unused_bits = signature.bytes().last().map(|last| char::from(last + 1)).expect("a character");
    let mut flipped = raw.clone();
    flipped[10] ^= 1;
    let mut bad = vec![
        ("nothing", String::new()),
        ("no token", "password".to_owned()),
        ("two parts", message.to_owned()),
        ("an empty signature", format!("{message}.")),
        ("four parts", format!("{good}.")),
        ("many dots", ".".repeat(1000)),
        ("a changed signature", with_signature(&flipped)),
        ("r and s of 0", with_signature(&[0; 64])),
        ("r of 0", with_signature(&[&[0; 32], &raw[32..]].concat())),
        ("a signature of 63 bytes", with_signature(&raw[..63])),
        ("a signature of 65 bytes", with_signature(&[&raw[..], &[0]].concat())),
        ("a signature in DER", with_signature(&capi::der::ecdsa(&raw))),
        ("another device's key", signed(ES256, profile.good(), &other.signer())),
        ("padding", format!("{good}==")),
        ("a line break", format!("{good}\n")),
        ("a blank", format!("{good} ")),
        ("a prefix", format!("Bearer {good}")),
        ("unused bits that are not 0", format!("{message}.{}{unused_bits}", &signature[..85])),
        (
            "a payload of another token",
            format!("{header}.{}.{signature}", encode(profile.good().replace("exp\":1", "exp\":2"))),
        ),
        ("a changed payload", format!("{header}.{}A.{signature}", payload)),
        ("no algorithm", with_header(r#"{"typ":"JWT"}"#)),
        ("no type", with_header(r#"{"alg":"ES256"}"#)),
        ("a curve for which there is no key", with_header(r#"{"alg":"ES384","typ":"JWT"}"#)),
        ("RS256 for an EC key", with_header(r#"{"alg":"RS256","typ":"JWT"}"#)),
        ("an algorithm in small letters", with_header(r#"{"alg":"es256","typ":"JWT"}"#)),
        ("two algorithms", with_header(r#"{"alg":"ES256","alg":"none","typ":"JWT"}"#)),
        ("two algorithms, one escaped", with_header(r#"{"alg":"ES256","\u0061lg":"none","typ":"JWT"}"#)),
        ("crit", with_header(r#"{"alg":"ES256","typ":"JWT","crit":["exp"]}"#)),
        ("b64", with_header(r#"{"alg":"ES256","typ":"JWT","b64":true}"#)),
        ("jku", with_header(r#"{"alg":"ES256","typ":"JWT","jku":"https://localhost/"}"#)),
        ("HS256 by the public key", confused("HS256")),
        ("ES256 by the public key as a secret", confused("ES256")),
        (
            "a key of its own",
            signed(r#"{"alg":"ES256","typ":"JWT","jwk":{"kty":"EC","crv":"P-256"}}"#, profile.good(), &other.signer()),
        ),
        ("no exp", with_payload(format!("{{{},\"iat\":{iat}}}", profile.claims))),
        ("no iat", with_payload(format!("{{{},\"exp\":{exp}}}", profile.claims))),
        ("expires_in", with_payload(format!("{{{},\"iat\":{iat},\"expires_in\":3600}}", profile.claims))),
        ("exp as text", with_times(&iat, &format!("\"{exp}\""))),
        ("exp with decimals", with_times(&iat, &format!("{exp}.5"))),
        ("exp as null", with_times(&iat, "null")),
        ("a negative exp", with_times(&iat, "-1")),
        ("a huge exp", with_times(&iat, "99999999999999999999")),
        ("exp before iat", with_times("1509654401", "1509650801")),
        ("exp before iat, both now", with_times(&seconds(3600), &iat)),
        ("exp at iat", with_times(&iat, &iat)),
        ("a day and a second", with_times(&iat, &seconds(86_401))),
        ("the clock at 1970", with_times("10", "3610")),
        ("iat 10 minutes and a second ahead", with_times(&seconds(601), &seconds(700))),
        ("expired 10 minutes and a second ago", with_times(&seconds(-700), &seconds(-601))),
        ("two exp", with_claim(&format!("\"exp\":{exp}"))),
        ("two exp, one escaped", with_claim("\"e\\u0078p\":9999999999")),
        ("a NUL", with_claim("\"x\":\"\0\"")),
        ("a control character", with_claim("\"x\":\"\u{1}\"")),
        ("half a surrogate pair", with_claim("\"x\":\"\\ud800\"")),
        ("deep nesting", with_claim(&format!("\"x\":{}{}", "[".repeat(3000), "]".repeat(3000)))),
        ("a byte order mark", with_payload(format!("\u{feff}{}", profile.good()))),
        ("a payload that is cut off", with_payload(profile.good().replace('}', ""))),
        ("a payload that is an array", with_payload(format!("[{}]", profile.good()))),
        ("more behind the payload", with_payload(format!("{}{{}}", profile.good()))),
    ];
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = format!("{{\"alg\":\"{none}\",\"typ\":\"JWT\"}}");
        bad.push(("none", format!("{}.{}.", encode(&header), encode(profile.good()))));
        bad.push(("none, with the signature", format!("{}.{payload}.{signature}", encode(&header))));
        bad.push(("none, signed", with_header(&header)));
    }
    for cut in [1, 2, 40, 86, 87, 150] {
        bad.push(("cut off", good[..good.len() - cut].to_owned()));
    }
    // Signatures with the characters in question: nonces are RFC 6979's, so that another second makes another signature.
    let standard = (1..100).map(|second| with_times(&seconds(-second), &exp)).find(|token| {
        let (_, signature) = token.rsplit_once('.').expect("a signature");
        signature.contains('-') && signature.contains('_')
    });
    let (message, signature) = standard.as_deref().and_then(|token| token.rsplit_once('.')).expect("a token");
    bad.push((
        "the alphabet of standard base64",
        format!("{message}.{}", signature.replace('-', "+").replace('_', "/")),
    ));
    let system_key = format!("\"sk\":\"{SYSTEM_KEY}\"");
    for (old, name) in [
        ("\"aud\":\"my-project\"", "aud"),
        (system_key.as_str(), "sk"),
        ("\"uid\":\"ec-device\"", "uid"),
        ("\"ut\":3", "ut"),
    ] {
        if profile.claims.contains(old) {
            let claim = |value: &str| with_payload(profile.good().replace(old, &format!("\"{name}\":{value}")));
            bad.push(("another", claim("\"my-projekt\"")));
            bad.push(("an array", claim("[\"my-project\"]")));
            bad.push(("null", claim("null")));
            bad.push(("a number", claim("4")));
            bad.push(("a number as text", claim("\"3\"")));
            bad.push(("empty", claim("\"\"")));
            bad.push(("missing", with_payload(profile.good().replace(old, "\"x\":1"))));
        }
    }
    bad.into_iter().map(|(name, token)| (format!("{}: {name}", profile.name), token)).collect()
}

fn profiles() -> [Profile; 2] {
    let http = format!("\"sk\":\"{SYSTEM_KEY}\",\"uid\":\"ec-device\",\"ut\":3");
    [Profile { name: "MQTT", claims: "\"aud\":\"my-project\"".to_owned() }, Profile { name: "HTTP", claims: http }]
}

#[test]
fn good_tokens_are_accepted_and_bad_ones_refused() {
    let bridge = Bridge::start("tokens");
    let (mqtt, http) = (bridge.port("MQTT"), bridge.port("HTTP"));
    let key = PrivateKey::pem(&key_file("ec_pkcs8.pem")).expect("a key");
    let [of_mqtt, of_http] = profiles();
    let client_id = format!("{CLIENT_ID}ec-device");
    let accepts = |token: &str| connect(mqtt, &client_id, Some("unused"), Some(token.as_bytes())) == Some(0);

    for (name, token) in good_tokens(&of_mqtt, &key.signer()) {
        assert!(accepts(&token), "MQTT: {name}: {:?}", bridge.journal().last());
    }
    for (name, token) in good_tokens(&of_http, &key.signer()) {
        assert_eq!(publish(http, "ec-device", &token), 204, "HTTP: {name}: {:?}", bridge.journal().last());
    }
    let bad = bad_tokens(&of_mqtt, &key.signer());
    assert!(bad.len() > 70);
    for (name, token) in &bad {
        let answer = connect(mqtt, &client_id, Some("unused"), Some(token.as_bytes()));
        assert_eq!(answer, Some(5), "{name}: {token}");
    }
    assert_eq!(bridge.noted("mqtt refuse").len(), bad.len());
    for (name, token) in bad_tokens(&of_http, &key.signer()) {
        // A line break would end the header; blanks around a header's value are no part of it.
        if !token.contains('\n') && token.trim() == token {
            assert_eq!(publish(http, "ec-device", &token), 401, "{name}: {token}");
        }
    }
    // Two headers, whichever is read; and a parameter that goes on behind a NUL.
    let good = signed(ES256, of_http.good(), &key.signer());
    for second in [&good, "none", ""] {
        assert_eq!(publish(http, "ec-device", &format!("{good}\r\nClearBlade-UserToken: {second}")), 401, "{second}");
        assert_eq!(publish(http, "ec-device", &format!("{second}\r\nclearblade-usertoken: {good}")), 401, "{second}");
    }
    assert_eq!(publish(http, "ec-device%00x", &good), 401);
    assert_eq!(publish(http, "ec-device&name=x", &good), 401);
    // Tokens of one profile are none of the other.
    assert!(!accepts(&signed(ES256, of_http.good(), &key.signer())));
    assert_eq!(publish(http, "ec-device", &signed(ES256, of_mqtt.good(), &key.signer())), 401);
}

#[test]
fn device_is_who_its_client_id_says() {
    let bridge = Bridge::start("client-ids");
    let mqtt = bridge.port("MQTT");
    let key = PrivateKey::pem(&key_file("ec_pkcs8.pem")).expect("a key");
    let token = signed(ES256, profiles()[0].good(), &key.signer());
    let connect_as = |client_id: &str, user: Option<&str>| connect(mqtt, client_id, user, Some(token.as_bytes()));
    let good = format!("{CLIENT_ID}ec-device");
    assert_eq!(connect_as(&good, Some("unused")), Some(0));
    assert_eq!(connect_as(&good, Some("anything")), Some(0));
    assert_eq!(connect_as(&good, Some("")), Some(5));
    for client_id in [
        "ec-device",
        "/devices/ec-device",
        "projects/other/locations/us-central1/registries/my-registry/devices/ec-device",
        "projects/my-project/locations/us-central1/registries/other/devices/ec-device",
        &format!("{CLIENT_ID}rsa-device"),
        &format!("{CLIENT_ID}nobody"),
        &format!("{CLIENT_ID}../ec-device"),
        &format!("{CLIENT_ID}ec-device/"),
        &format!("{CLIENT_ID}1c-device"),
        &format!("{CLIENT_ID}ec"),
        &format!("{CLIENT_ID}{}", "e".repeat(256)),
        CLIENT_ID,
    ] {
        assert_eq!(connect_as(client_id, Some("unused")), Some(5), "{client_id}");
    }
    // Without a password, and without the user name that a password needs.
    assert_ne!(connect(mqtt, &good, Some("unused"), None), Some(0));
    assert_ne!(connect(mqtt, &good, None, Some(token.as_bytes())), Some(0));
    assert_ne!(connect(mqtt, &good, None, None), Some(0));
}

fn openssl(words: &[&dyn AsRef<std::ffi::OsStr>]) {
    let mut command = Command::new("openssl");
    command.args(words.iter().map(|word| word.as_ref())).stderr(Stdio::null());
    assert!(command.status().expect("openssl").success());
}

#[test]
fn device_has_up_to_three_keys_none_of_them_too_large() {
    let bridge = Bridge::start("keys");
    let http = bridge.port("HTTP");
    bridge.register("many-keys", &["rsa_3072_public.pem", "rsa_2048_public.pem", "ec_public.pem"]);
    let claims = format!("\"sk\":\"{SYSTEM_KEY}\",\"uid\":\"many-keys\",\"ut\":3");
    let profile = Profile { name: "HTTP", claims };
    for (file, algorithm) in
        [("ec_pkcs8.pem", "ES256"), ("rsa_2048_pkcs8.pem", "RS256"), ("rsa_3072_pkcs8.pem", "RS256")]
    {
        let key = PrivateKey::pem(&key_file(file)).expect(file);
        let header = format!("{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\"}}");
        assert_eq!(publish(http, "many-keys", &signed(&header, profile.good(), &key.signer())), 204, "{file}");
    }
    bridge.register("large-keys", &["rsa_4096_public.pem"]);
    let of = |device: &str| {
        let claims = format!("\"sk\":\"{SYSTEM_KEY}\",\"uid\":\"{device}\",\"ut\":3");
        Profile { name: "HTTP", claims }.good()
    };
    let rs256 = |file: &Path, device: &str| {
        let message = format!("{}.{}", encode(r#"{"alg":"RS256","typ":"JWT"}"#), encode(of(device)));
        let (text, signature) = (bridge.folder.join("message"), bridge.folder.join("signature"));
        fs::write(&text, &message).expect("a file");
        openssl(&[&"dgst", &"-sha256", &"-sign", &file, &"-out", &signature, &text]);
        format!("{message}.{}", encode(fs::read(signature).expect("a signature")))
    };
    let at_most = support::root().join("tests/keys/rsa_4096_pkcs8.pem");
    assert_eq!(publish(http, "large-keys", &rs256(&at_most, "large-keys")), 204);
    let (larger, devices) = (bridge.folder.join("rsa_4104"), bridge.folder.join("devices/larger-keys"));
    fs::create_dir_all(&devices).expect("a folder");
    openssl(&[&"genpkey", &"-algorithm", &"RSA", &"-pkeyopt", &"rsa_keygen_bits:4104", &"-out", &larger]);
    openssl(&[&"pkey", &"-in", &larger, &"-pubout", &"-out", &devices.join("public.pem")]);
    assert_eq!(publish(http, "larger-keys", &rs256(&larger, "larger-keys")), 401);
    bridge.register("many-keys", &["rsa_4096_public.pem"]);
    let key = PrivateKey::pem(&key_file("ec_pkcs8.pem")).expect("a key");
    assert_eq!(publish(http, "many-keys", &signed(ES256, profile.good(), &key.signer())), 401);
}
