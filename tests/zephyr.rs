//! The library in Zephyr: the C cases as a ztest suite on emulated boards and on this machine, and the example application
//! against the bridge. Asks for a Zephyr tree in ZEPHYR_BASE, with the modules CMSIS_6 and mbedtls in its workspace or in
//! ZEPHYR_MODULES, so neither plain `cargo test` nor `make test` runs it: `make test-zephyr`.

#[path = "firmware/desk.rs"]
#[allow(dead_code)] // not all of it is of use here
mod desk;
#[path = "zephyr/image.rs"]
mod image;
mod support;
#[path = "zephyr/time_server.rs"]
mod time_server;

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use desk::Desk;
use image::{Board, CORTEX_M3, CORTEX_M4, CORTEX_M33, CORTEX_M55, Image, NATIVE_32, NATIVE_64};
use support::bridge::{Bridge, NOW, set_clock, wait_for};
use support::running::Running;
use support::{keys, token};
use time_server::TimeServer;

const CASES: &str = "tests/zephyr";
const DEVICE: &str = "c-examples/zephyr";
const HARD_FLOAT: &str = "-DCONFIG_FP_HARDABI=y";
const SOFT_FLOAT: &str = "-DCONFIG_FP_SOFTABI=y";

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// `-DKEYS=` and the folder of `keys.h`.
fn keys_h() -> String {
    let folder = support::workshop("zephyr").join("keys");
    fs::create_dir_all(&folder).expect("a folder");
    if fs::read_to_string(folder.join("keys.h")).unwrap_or_default() != keys::header() {
        keys::write_header(&folder);
    }
    format!("-DKEYS={}", folder.display())
}

/// The names of all files of cases.
fn files() -> Vec<String> {
    let folder = fs::read_dir(support::root().join("tests/c")).expect("tests/c");
    let names = folder.map(|entry| entry.expect("tests/c").file_name().to_string_lossy().into_owned());
    let mut files: Vec<_> = names.filter_map(|name| name.strip_suffix(".c").map(str::to_owned)).collect();
    files.retain(|file| file != "harness");
    files.sort();
    files
}

/// Builds these files of cases for a board, runs them, and checks that each case passes, that its tokens are good, and that
/// they are those that the same case mints on the desk.
fn cases_pass(board: &'static Board, name: &str, settings: &[&str], files: &[String]) -> Image {
    let image = Image::new(board, CASES, name);
    let settings = [words(settings), vec![keys_h(), format!("-DFILES={}", files.join(";"))]].concat();
    image.build(&settings).unwrap_or_else(|why| panic!("{why}"));
    let said = Running::start(&mut image.start(300, &[])).says("PROJECT EXECUTION");
    assert!(said.contains("PROJECT EXECUTION SUCCESSFUL"), "{said}");

    let desk = Desk::new().expect("the desk");
    let (mut cases, mut tokens) = (0, 0);
    for file in files {
        let start = format!("START - test_{file}\n");
        let part = said.split_once(&start).unwrap_or_else(|| panic!("{file} did not run:\n{said}")).1;
        let part = part.split_once(" PASS - ").unwrap_or_else(|| panic!("{file} failed:\n{said}")).0;
        assert!(!part.contains("FAILED "), "{part}");
        let program = desk.program(&Path::new("tests/c").join(file).with_extension("c")).expect("on the desk");
        for case in part.lines().filter_map(|line| line.strip_prefix("ok ")) {
            let case_said = token::said_in(part, case).expect("what it said");
            tokens += token::check_all(case_said).unwrap_or_else(|why| panic!("{file} {case}: {why}"));
            let here: Vec<_> = token::lines(case_said).collect();
            assert_eq!(here, program.tokens(case).expect("on the desk"), "{file} {case}");
            cases += 1;
        }
    }
    let stack = said.lines().filter_map(|line| line.strip_prefix("STACK ")?.parse::<usize>().ok()).max();
    println!("{} {name}: {cases} cases, {tokens} tokens, at most {} bytes of stack", board.name, stack.unwrap_or(0));
    assert!(cases >= files.len(), "{said}");
    image
}

#[test]
fn cases_pass_on_the_cortex_m4_with_the_hard_float_abi() {
    let image = cases_pass(&CORTEX_M4, "cases-m4-hard", &[HARD_FLOAT], &files());
    // Nobody asked for it, but without it a thread that is interrupted loses what the archive keeps in registers of the FPU.
    assert!(fs::read_to_string(image.file(".config")).expect(".config").contains("\nCONFIG_FPU_SHARING=y\n"));
}

#[test]
fn cases_pass_on_the_cortex_m4_with_the_soft_float_abi() {
    cases_pass(&CORTEX_M4, "cases-m4-soft", &[SOFT_FLOAT], &files());
}

/// Its 256 KB of flash hold two of the files with keys, or all the others.
#[test]
fn cases_pass_on_the_cortex_m3() {
    let (with_keys, others): (Vec<_>, Vec<_>) = files().into_iter().partition(|file| file.ends_with("_key"));
    for (number, some) in with_keys.chunks(2).chain([&*others]).enumerate() {
        cases_pass(&CORTEX_M3, &format!("cases-m3-{number}"), &[], some);
    }
}

#[test]
fn archive_of_armv8_m_follows_the_dsp_extension() {
    for (board, name, settings, target) in [
        (&CORTEX_M33, "cases-m33", &[][..], "thumbv8m.main-none-eabi"),
        (&CORTEX_M55, "cases-m55-hard", &["-DCONFIG_FPU=y", HARD_FLOAT], "thumbv8m.main-none-eabihf+dsp"),
        (&CORTEX_M55, "cases-m55-soft", &["-DCONFIG_FPU=n"], "thumbv8m.main-none-eabi+dsp"),
    ] {
        let image = cases_pass(board, name, settings, &words(&["es256_key", "rs256_scratch", "selftest"]));
        let commands = fs::read_to_string(image.file("../build.ninja")).expect("build.ninja");
        assert!(commands.contains(&format!("/{target}/libjwt_mint.a")), "{name}");
    }
}

#[test]
fn cases_pass_on_this_machine_in_64_and_32_bits() {
    cases_pass(&NATIVE_64, "cases-native-64", &[], &files());
    cases_pass(&NATIVE_32, "cases-native-32", &[], &files());
}

/// An archive for a Cortex-M4 would link for a Cortex-M3 without a word, and die there.
#[test]
fn archive_for_another_core_is_refused() {
    let image = Image::new(&CORTEX_M3, CASES, "refused");
    let named = [words(&["-DFILES=selftest", "-DJWT_MINT_TARGET=thumbv7em-none-eabi"]), vec![keys_h()]].concat();
    let refusal = image.configure(&named).expect_err("it would die on the chip");
    assert!(refusal.contains("thumbv7em-none-eabi does not run where"), "{refusal}");

    let releases = support::workshop("zephyr").join("releases-of-another-core");
    unpacked_release(&releases, "thumbv7em-none-eabi");
    let options = [words(&["-DFILES=selftest"]), vec![keys_h()], prebuilt(&releases)].concat();
    let refusal = image.configure(&options).expect_err("there is none for this core");
    assert!(refusal.contains("no archive for thumbv7m-none-eabi"), "{refusal}");
    // Under the right name too.
    let version = env!("CARGO_PKG_VERSION");
    let [wrong, right] =
        ["thumbv7em", "thumbv7m"].map(|core| releases.join(format!("jwt-mint-{version}-{core}-none-eabi")));
    let _ = fs::remove_dir_all(&right);
    fs::rename(wrong, right).expect("it moves");
    let refusal = image.configure(&options).expect_err("it is for another core");
    assert!(refusal.contains("which the compiler's flags rule out"), "{refusal}");
}

/// Both libraries have a jwt_sign().
#[test]
fn library_of_zephyr_that_has_the_same_names_rules_this_one_out() {
    let image = Image::new(&CORTEX_M3, CASES, "clash");
    let settings = [words(&["-DFILES=selftest", "-DCONFIG_JWT=y"]), vec![keys_h()]].concat();
    let refusal = image.configure(&settings).expect_err("the names clash");
    assert!(refusal.contains("JWT_MINT"), "{refusal}");
    let warning = refusal.split("\nwarning: ").find(|warning| warning.starts_with("JWT_MINT ")).expect("a warning");
    assert!(warning.contains("was assigned the value") && warning.contains("!JWT"), "{warning}");
}

/// As the release of `make dist` unpacks.
fn unpacked_release(folder: &Path, target: &str) {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory").join("firmware");
    let mut build = Command::new(support::root().join("packaging/build-archive.sh"));
    assert!(build.arg(target).env("TARGET_DIR", &built).status().expect("the script").success(), "{target}");
    let prefix = folder.join(format!("jwt-mint-{}-{target}", env!("CARGO_PKG_VERSION")));
    let mut install = Command::new(support::root().join("packaging/install.sh"));
    install.arg(built.join(target)).arg(target).env("PREFIX", &prefix).env_remove("DESTDIR").env_remove("LIBDIR");
    assert!(install.status().expect("install.sh").success(), "{target}");
}

fn prebuilt(releases: &Path) -> Vec<String> {
    let folder = format!("-DCONFIG_JWT_MINT_PREBUILT_DIR=\"{}\"", releases.display());
    vec!["-DCONFIG_JWT_MINT_PREBUILT=y".to_owned(), folder]
}

#[test]
fn prebuilt_archive_makes_the_same_image() {
    let image = Image::new(&CORTEX_M4, CASES, "prebuilt");
    let settings = [words(&["-DFILES=selftest", HARD_FLOAT]), vec![keys_h()]].concat();
    image.build(&settings).unwrap_or_else(|why| panic!("{why}"));
    let built = fs::read(image.file("zephyr.bin")).expect("the image");

    let releases = support::workshop("zephyr").join("releases");
    unpacked_release(&releases, "thumbv7em-none-eabihf");
    image.build(&[settings, prebuilt(&releases)].concat()).unwrap_or_else(|why| panic!("{why}"));
    assert!(built == fs::read(image.file("zephyr.bin")).expect("the image"), "the images differ");
    let commands = fs::read_to_string(image.file("../build.ninja")).expect("build.ninja");
    assert!(!commands.contains("packaging/build-archive.sh"), "it was built again");
}

/// A port for TCP and UDP: the one of the run before where it is free, so that the image need not be built again.
fn port(name: &str) -> u16 {
    let file = support::workshop("zephyr").join(format!("{name}.port"));
    let is_free =
        |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok() && UdpSocket::bind(("127.0.0.1", *port)).is_ok();
    let last = fs::read_to_string(&file).ok().and_then(|text| text.parse().ok()).filter(is_free);
    let port = last.unwrap_or_else(|| {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        free.expect("a free port").port()
    });
    fs::write(file, port.to_string()).expect("write");
    port
}

/// The application, a bridge, and a time server, which has a clock of its own in the bridge's folder.
struct Trial {
    bridge: Bridge,
    _time: TimeServer,
    image: Image,
    /// Where the clocks begin. About now: the bridge's certificate is not valid before it was made. The last two digits are 0:
    /// minutes at most pass for a device, so that all but the last two tell what it was told.
    start: i64,
}

impl Trial {
    /// `host`: the machine itself as the board sees it; `settings`: what makes the image another one.
    fn new(name: &str, board: &'static Board, host: &str, listener: &str, settings: &[String]) -> Self {
        let port = port(name);
        let bridge = Bridge::start_with(name, &[format!("--port-{listener}"), port.to_string()]);
        let time_folder = bridge.folder.join("time");
        fs::create_dir_all(&time_folder).expect("a folder");
        let start = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let start = (i64::try_from(start).expect("a time") / 100 + 1) * 100;
        set_clock(&time_folder, start * 1000);
        set_clock(&bridge.folder, start * 1000);
        let time = TimeServer::start(port, time_folder);
        let image = Image::new(board, DEVICE, name);
        let address = [
            format!("-DCONFIG_APP_BRIDGE_HOST=\"{host}\""),
            format!("-DCONFIG_APP_BRIDGE_PORT={port}"),
            format!("-DCONFIG_APP_SNTP_SERVER=\"{host}:{port}\""),
        ];
        let pace = ["-DCONFIG_APP_PUBLISH_SECONDS=1", "-DCONFIG_APP_SPREAD_SECONDS=0"];
        image.build(&[settings, &words(&pace), &address].concat()).unwrap_or_else(|why| panic!("{why}"));
        Self { bridge, _time: time, image, start }
    }

    /// Sets what the time server tells.
    fn tell_time(&self, seconds: i64) {
        set_clock(&self.bridge.folder.join("time"), seconds * 1000);
    }

    fn arrived(&self) -> Vec<String> {
        self.bridge.noted("mqtt message /devices/ec-device/events ")
    }

    /// The device connects and publishes; hours pass, and the bridge cuts the connection; the device asks for the time, mints
    /// a token, connects again and goes on where it was.
    fn is_cut_and_goes_on(&self, device: &mut Running) {
        let later = self.start + 3 * 3600;
        fs::write(self.bridge.folder.join("devices/ec-device/config"), "blink").expect("config");
        device.says(&format!("time {}", self.start / 100));
        device.says("connected at ");
        device.says("received 5 bytes on /devices/ec-device/config");
        device.says("published 2");
        self.tell_time(later);
        set_clock(&self.bridge.folder, later * 1000);
        device.says("cut at ");
        device.says(&format!("time {}", later / 100));
        device.says(&format!("new token at {}", later / 100));
        device.says("connected at ");
        let count = self.arrived().len() + 2;
        wait_for("readings", || (self.arrived().len() >= count).then_some(()));
        let mut arrived = self.arrived();
        arrived.dedup(); // one whose acknowledgement was lost may have come twice
        let expected: Vec<_> = (0..arrived.len()).map(|number| format!("{{\"reading\":{number}}}")).collect();
        assert_eq!(arrived, expected);
        assert_eq!(self.bridge.noted("mqtt accept ec-device").len(), 2);
        assert_eq!(self.bridge.noted("mqtt cut").len(), 1);
        assert_eq!(self.bridge.noted("mqtt refuse"), [""; 0]);
    }
}

/// What a device is provisioned with: its id, and its key as OpenSSL writes it.
fn record(pem: &str) -> Vec<u8> {
    let key = fs::read_to_string(keys::file(pem)).expect(pem);
    format!("ec-device\n{key}").into_bytes()
}

/// The flash of a native board, with a record in the device's partition; the option that names it.
fn native_flash(trial: &Trial, record: &[u8]) -> PathBuf {
    let mut flash = vec![0xff; 2 << 20];
    flash.splice(1 << 20..(1 << 20) + record.len(), record.iter().copied());
    let file = trial.bridge.folder.join("flash");
    fs::write(&file, flash).expect("write");
    file
}

fn flash_option(file: &Path) -> Vec<String> {
    vec![format!("--flash={}", file.display())]
}

/// Settings for TLS with the bridge of that name.
fn by_tls(name: &str) -> Vec<String> {
    // The CA is made once for a folder: what is built with it stays good.
    drop(Bridge::start(name));
    let ca = support::workshop("bridge").join(name).join("ca.pem");
    vec![format!("-DCONFIG_APP_CA_FILE=\"{}\"", ca.display()), "-DCONFIG_APP_BRIDGE_NAME=\"localhost\"".to_owned()]
}

#[test]
fn device_on_this_machine_is_cut_and_goes_on_by_tls() {
    let name = "zephyr-native";
    let trial = Trial::new(name, &NATIVE_64, "127.0.0.1", "mqtts", &by_tls(name));
    let flash = native_flash(&trial, &record("ec_pkcs8"));
    let mut device = Running::start(&mut trial.image.start(120, &flash_option(&flash)));
    trial.is_cut_and_goes_on(&mut device);
    drop(device);

    // A record that is not good is told apart.
    let says = |record: &[u8], what: &str| {
        let flash = native_flash(&trial, record);
        Running::start(&mut trial.image.start(10, &flash_option(&flash))).says(what);
    };
    says(b"", "no device id");
    says(b"\n-----BEGIN", "no device id");
    says(&[b'a'; 300], "no device id");
    says(b"ec-device\n", "JWT_ERR_KEY_MALFORMED");
    says(&record("ec_public"), "JWT_ERR_KEY_IS_PUBLIC");
    says(&record("rsa_2048_pkcs8")[..1000], "JWT_ERR_KEY_");
    says(&record("ec_sec1"), "device ec-device");
}

/// A wrong time, that the device cannot tell from a right one, is one at which the certificate is not valid yet; once the time
/// server is right, the device is.
#[test]
fn device_refuses_a_certificate_outside_of_its_dates() {
    let name = "zephyr-dates";
    let trial = Trial::new(name, &NATIVE_64, "127.0.0.1", "mqtts", &by_tls(name));
    let flash = native_flash(&trial, &record("ec_pkcs8"));
    trial.tell_time(NOW);
    let mut device = Running::start(&mut trial.image.start(120, &flash_option(&flash)));
    device.says(&format!("time {}", NOW / 100));
    device.says("no connection: ");
    assert_eq!(trial.bridge.journal(), [""; 0], "it has shown its token");
    trial.tell_time(trial.start);
    device.says(&format!("time {}", trial.start / 100));
    device.says("connected at ");
    device.says("published 2");
}

/// At the start such an answer counts as none; later the time that the device has goes on, and so do its readings.
#[test]
fn device_does_not_take_a_time_from_before_it_was_built() {
    /// 2020-01-01T00:00:00Z.
    const OLD: i64 = 1_577_836_800;
    let settings = words(&["-DEXTRA_CONF_FILE=plain.conf"]);
    let trial = Trial::new("zephyr-time", &NATIVE_64, "127.0.0.1", "mqtt", &settings);
    let flash = native_flash(&trial, &record("ec_pkcs8"));
    let wrong = format!("tells {OLD}, when this was not built yet");
    trial.tell_time(OLD);
    let mut device = Running::start(&mut trial.image.start(120, &flash_option(&flash)));
    device.says(&wrong);
    trial.tell_time(trial.start);
    let said = device.says("connected at ");
    assert!(said.contains(&format!("time {}", trial.start / 100)), "{said}");
    device.says("published 2");

    // A bridge that cuts the connection makes the device ask for the time.
    trial.tell_time(OLD);
    set_clock(&trial.bridge.folder, (trial.start + 3 * 3600) * 1000);
    wait_for("a cut", || (!trial.bridge.noted("mqtt cut").is_empty()).then_some(()));
    set_clock(&trial.bridge.folder, trial.start * 1000);
    device.says("cut at ");
    device.says(&wrong);
    device.says("connected at ");
    // It asks again, and meanwhile publishes.
    for _ in 0..2 {
        device.says(&wrong);
        device.says("published ");
    }
    trial.tell_time(trial.start + 600);
    let said = device.says(&format!("time {}", (trial.start + 600) / 100));
    assert!(!said.contains("cut at "), "{said}");
    device.says("published ");
}

#[test]
fn device_on_an_emulated_cortex_m4_is_cut_and_goes_on_by_tls() {
    let name = "zephyr-m4";
    let analyzer = words(&[
        "-DCONFIG_THREAD_ANALYZER=y",
        "-DCONFIG_THREAD_ANALYZER_USE_PRINTK=y",
        "-DCONFIG_THREAD_ANALYZER_AUTO=y",
        "-DCONFIG_THREAD_ANALYZER_AUTO_INTERVAL=5",
    ]);
    let trial = Trial::new(name, &CORTEX_M4, "10.0.2.2", "mqtts", &[by_tls(name), analyzer].concat());
    let file = trial.bridge.folder.join("device.txt");
    fs::write(&file, record("ec_sec1")).expect("write");
    let load = format!("loader,file={},addr=0x21007000,force-raw=on", file.display());
    let options = words(&["-nic", "user,model=lan9118", "-device", &load]);
    let mut device = Running::start(&mut trial.image.start(120, &options));
    trial.is_cut_and_goes_on(&mut device);

    // ` 0x200011b0 : STACK: unused 3972 usage 4220 / 8192 (51 %)`: what prj.conf gives is enough, with a quarter to spare.
    let said = device.says(" / 8192 (");
    let said = said.lines().last().and_then(|line| line.split_once("STACK: ")).expect("the main thread").1;
    let numbers = said.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    let [unused, usage, size]: [usize; 3] = numbers.take(3).collect::<Vec<_>>().try_into().expect(said);
    println!("{} zephyr-m4: the main thread has used {usage} of {size} bytes of stack", CORTEX_M4.name);
    assert!(unused + usage == size && unused >= size / 4, "{said}");
}

/// The device makes its key, and is refused until its public key is registered; after a restart the key is the same.
#[test]
fn device_signs_through_psa_with_a_key_that_it_made() {
    let settings = words(&["-DEXTRA_CONF_FILE=plain.conf;psa.conf"]);
    let trial = Trial::new("zephyr-psa", &NATIVE_64, "127.0.0.1", "mqtt", &settings);
    let flash = native_flash(&trial, b"ec-device\n");
    fs::remove_dir_all(trial.bridge.folder.join("devices/ec-device")).expect("it is not registered");
    let public_key = |said: &str| {
        let line = said.lines().find(|line| line.contains("public key")).expect("the public key");
        line.rsplit(' ').next().expect("in hexadecimal").to_owned()
    };
    let first = {
        let mut device = Running::start(&mut trial.image.start(60, &flash_option(&flash)));
        public_key(&device.says("refused: CONNACK"))
    };
    let der = trial.bridge.folder.join("public.der");
    let bytes = first.as_bytes().chunks(2);
    let bytes =
        bytes.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal"));
    fs::write(&der, bytes.collect::<Vec<_>>()).expect("write");
    let folder = trial.bridge.folder.join("devices/ec-device");
    fs::create_dir_all(&folder).expect("a folder");
    let mut openssl = Command::new("openssl");
    openssl.args(["pkey", "-pubin", "-inform", "DER", "-in"]).arg(&der).arg("-out").arg(folder.join("public.pem"));
    assert!(openssl.status().expect("openssl").success());

    let mut device = Running::start(&mut trial.image.start(120, &flash_option(&flash)));
    assert_eq!(public_key(&device.says("connected at ")), first);
    device.says("published 2");
}
