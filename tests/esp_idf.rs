//! The component and the example of ESP-IDF, built with the user's tree and toolchain, and the example against a real bridge.
//! Asks for IDF_PATH and idf.py, so neither plain `cargo test` nor `make test` runs it: `make test-esp-idf`.

#[path = "esp-idf/device.rs"]
mod device;
#[path = "esp-idf/project.rs"]
mod project;
#[path = "esp-idf/stall.rs"]
mod stall;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use device::{Device, IDENTITY, flash};
use project::{Project, bench, finish, target_directory};
use stall::Stall;
use support::bridge::{Bridge, set_clock};

/// Seconds, as the settings for `linux` have them.
const LIFETIME: i64 = 12;

fn settings(name: &str) -> PathBuf {
    support::root().join("tests/esp-idf").join(name)
}

/// The example for IDF's `linux` target.
fn on_linux() -> &'static Project {
    static BUILT: OnceLock<Project> = OnceLock::new();
    BUILT.get_or_init(|| {
        let project = Project::example("linux", "linux", &[settings("linux.sdkconfig")]);
        project.idf(&["build"]).unwrap_or_else(|why| panic!("{why}"));
        project
    })
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("a time")
}

/// A bridge whose clock stands at this moment; within its ten minutes of skew that serves.
fn bridge(name: &str) -> Bridge {
    let bridge = Bridge::start(&format!("esp-idf-{name}"));
    set_clock(&bridge.folder, now() * 1000);
    bridge
}

/// When the tokens that the bridge has accepted expire.
fn expiries(bridge: &Bridge, device: &str) -> Vec<i64> {
    let noted = bridge.noted(&format!("mqtt accept {device} until "));
    noted.iter().map(|expiry| expiry.parse().expect("a number")).collect()
}

#[test]
fn device_renews_before_its_token_expires_and_loses_no_reading() {
    let project = on_linux();
    let bridge = bridge("renewal");
    fs::write(bridge.folder.join("devices/ec-device/config"), "blink").expect("config");
    let mut device = Device::start(project, &flash(project, &bridge, "ec-device", "ec_pkcs8"), &[]);
    device.says("received /devices/ec-device/config blink");
    for _ in 0..3 {
        device.says("renewing");
        device.says("connected");
        device.says("published");
        device.says("state taken");
    }
    let said = device.said();
    drop(device);
    assert!(!said.contains("cut") && !said.contains("refused"), "{said}");
    assert_eq!(bridge.noted("mqtt refuse"), [""; 0]);
    assert_eq!(bridge.noted("http refuse"), [""; 0]);
    let expiries = expiries(&bridge, "ec-device");
    assert!(
        expiries.len() >= 4 && expiries.windows(2).all(|pair| pair[0] < pair[1]),
        "each token is new: {expiries:?}"
    );
    let mut readings = bridge.noted("mqtt message /devices/ec-device/events ");
    readings.dedup();
    let expected: Vec<_> = (0..readings.len()).map(|number| format!("{{\"reading\":{number}}}")).collect();
    assert_eq!(readings, expected);
    let states = bridge.noted("http message /devices/ec-device/state ");
    assert!(states.len() >= 3 && states.first().is_some_and(|state| state == "{\"readings\":1}"), "{states:?}");
}

/// Longer than what esp_http_client has room for by default.
#[test]
fn long_tokens_go_whole() {
    let project = on_linux();
    let bridge = bridge("rsa");
    let mut device = Device::start(project, &flash(project, &bridge, "rsa-device", "rsa_2048_pkcs8"), &[]);
    device.says("connected");
    device.says("published");
    device.says("state taken");
    drop(device);
    assert_eq!(bridge.noted("mqtt refuse"), [""; 0]);
    assert_eq!(bridge.noted("http refuse"), [""; 0]);
}

#[test]
fn device_that_is_cut_and_refused_comes_back_with_a_new_token() {
    let project = on_linux();
    let bridge = bridge("cut");
    let mut device = Device::start(project, &flash(project, &bridge, "ec-device", "ec_pkcs8"), &[]);
    device.says("connected");
    device.says("published");
    let before = expiries(&bridge, "ec-device");
    // A day later all tokens of now are old.
    set_clock(&bridge.folder, (now() + 86_400) * 1000);
    device.says("mqtt: cut");
    device.says("mqtt: refused");
    assert!(!bridge.noted("mqtt cut").is_empty() && !bridge.noted("mqtt refuse").is_empty());
    set_clock(&bridge.folder, now() * 1000);
    device.says("connected");
    device.says("published");
    let after = expiries(&bridge, "ec-device");
    assert!(after.last() > before.last(), "{before:?} {after:?}");

    fs::remove_file(bridge.folder.join("devices/ec-device/ec_public.pem")).expect("its key is taken away");
    device.says("mqtt: refused");
    bridge.register("ec-device", &["ec_public.pem"]);
    device.says("connected");
    device.says("published");
    assert!(device.said().contains("http: refused: status 401"), "{}", device.said());
    assert!(expiries(&bridge, "ec-device").iter().all(|expiry| *expiry <= now() + LIFETIME));
}

/// esp_mqtt forgets a message that was not acknowledged for 30 seconds.
#[test]
fn device_publishes_on_after_a_stall_that_its_message_does_not_outlive() {
    let project = on_linux();
    let bridge = bridge("stall");
    let mut device = Device::start(project, &flash(project, &bridge, "ec-device", "ec_pkcs8"), &[]);
    device.says("connected");
    device.says("published");
    // The next reading is sent within a second, and there is no new connection before it.
    let stall = Stall::of(&bridge);
    sleep(Duration::from_secs(36));
    drop(stall);
    let before = device.said().matches("published").count();
    device.says("connected");
    for _ in 0..4 {
        device.says("published");
    }
    let said = device.said();
    drop(device);
    assert!(before <= 2 && !said.contains("refused"), "{said}");
    let mut readings = bridge.noted("mqtt message /devices/ec-device/events ");
    readings.dedup();
    let expected: Vec<_> = (0..readings.len()).map(|number| format!("{{\"reading\":{number}}}")).collect();
    assert_eq!(readings, expected, "none is lost, none comes after a later one");
    let states = bridge.noted("http message /devices/ec-device/state ");
    assert!(states.len() >= 2, "{states:?}");
}

#[test]
fn nothing_is_signed_before_the_clock_is_set() {
    let project = on_linux();
    let bridge = bridge("clock");
    let (late, is_set) = (bridge.folder.join("late_clock.so"), bridge.folder.join("clock_is_set"));
    let _ = fs::remove_file(&is_set);
    let mut compile = support::compiler::Compiler::c().expect("a C compiler").start();
    finish(compile.args(["-shared", "-fPIC", "-o"]).arg(&late).arg("tests/esp-idf/late_clock.c")).expect("it compiles");
    let flash = flash(project, &bridge, "ec-device", "ec_pkcs8");
    let mut device = Device::start(project, &flash, &[("LD_PRELOAD", &late), ("CLOCK_IS_SET", &is_set)]);
    for _ in 0..3 {
        device.says("waiting for the clock to be set");
    }
    assert_eq!(bridge.journal(), [""; 0]);
    fs::write(&is_set, "").expect("write");
    device.says("connected");
    assert_eq!(bridge.noted("mqtt refuse"), [""; 0]);
}

/// The answer of most examples to a partition that cannot be read is to erase it.
#[test]
fn key_is_erased_by_nothing() {
    let project = on_linux();
    let bridge = bridge("erase");
    let file = flash(project, &bridge, "ec-device", "ec_pkcs8");
    let mut image = fs::read(&file).expect("the image");
    // The header of each page of 4,096 bytes: its state, a number, its version.
    for start in IDENTITY.step_by(4096) {
        image.get_mut(start..start + 9).expect("a page").fill(0);
    }
    fs::write(&file, &image).expect("write");
    let mut device = Device::start(project, &file, &[]);
    assert!(!device.end().success());
    let said = device.said();
    assert!(said.contains("identity: partition: ESP_ERR_"), "{said}");
    assert!(fs::read(&file).expect("the image").get(IDENTITY) == image.get(IDENTITY), "it was written to");
}

fn riscv_tool(name: &str) -> Command {
    Command::new(format!("riscv32-esp-elf-{name}"))
}

#[test]
fn firmware_for_the_esp32c3_holds_the_library_for_its_core() {
    let project = Project::example("esp32c3", "esp32c3", &[settings("esp32c3.sdkconfig")]);
    project.idf(&["build"]).unwrap_or_else(|why| panic!("{why}"));
    let elf = project.build.join("device.elf");
    let told = finish(riscv_tool("readelf").arg("-hA").arg(&elf)).expect("readelf");
    assert!(told.contains("RISC-V") && told.contains("RVC, soft-float ABI"), "{told}");
    let core = told.lines().find_map(|line| line.trim().strip_prefix("Tag_RISCV_arch: ")).expect("its core");
    assert!(core.starts_with("\"rv32i") && core.contains("_c2p0") && !core.contains("_a2p"), "{core}");
    let symbols = finish(riscv_tool("nm").arg(&elf)).expect("nm");
    for function in ["jwt_mint_mqtt", "jwt_mint_http", "jwt_renewal_next", "jwt_private_key_load_pem"] {
        let symbol = symbols.lines().find(|line| line.ends_with(&format!(" T {function}")));
        let address = symbol.and_then(|line| u32::from_str_radix(line.get(..8)?, 16).ok()).expect(function);
        assert!((0x4200_0000..0x4280_0000).contains(&address), "{function} is in flash: {address:#x}");
    }
    assert!(!symbols.contains(" jwt_verify"), "what is not called is not linked");
    // IDF's own, in RAM or in ROM: what runs while the flash is written must not call into the flash.
    let memcpy = symbols.lines().find(|line| line.ends_with(" memcpy")).and_then(|line| line.get(..2));
    assert!(memcpy == Some("40"), "{memcpy:?}");
}

fn firmware(target: &str) -> PathBuf {
    let mut build = Command::new(support::root().join("packaging/build-archive.sh"));
    let said = finish(build.arg(target).env("TARGET_DIR", target_directory().join("firmware"))).expect(target);
    PathBuf::from(said.lines().last().expect("the archive's path"))
}

#[test]
fn archive_is_linked_on_the_chips_that_it_is_for() {
    let folder = bench("archives");
    for (target, is_good) in
        [("riscv32imc-unknown-none-elf", true), ("riscv32imac-unknown-none-elf", false), ("thumbv7m-none-eabi", false)]
    {
        let sdkconfig = folder.join(target);
        let archive = firmware(target);
        fs::write(&sdkconfig, format!("CONFIG_JWT_MINT_ARCHIVE=\"{}\"\n", archive.display())).expect("write");
        let project = Project::example(
            &format!("archives/{target}.build"),
            "esp32c3",
            &[settings("esp32c3.sdkconfig"), sdkconfig],
        );
        let outcome = project.idf(&["reconfigure"]);
        if is_good {
            outcome.unwrap_or_else(|why| panic!("{why}"));
        } else {
            let why = outcome.expect_err("it is refused");
            // CMake breaks lines.
            let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(why.contains("is no archive for esp32c3, which takes riscv32imc-unknown-none-elf"), "{why}");
        }
    }
}

#[test]
fn chip_that_there_is_no_archive_for_is_refused() {
    let folder = bench("chips");
    let module = support::root().join("cmake/jwt_mint-esp-idf.cmake");
    let answer =
        "function(idf_build_get_property variable property)\n  set(${variable} esp8266 PARENT_SCOPE)\nendfunction()\n";
    fs::write(folder.join("script.cmake"), format!("{answer}include(\"{}\")\n", module.display())).expect("write");
    let refusal = finish(Command::new("cmake").arg("-P").arg(folder.join("script.cmake"))).expect_err("it is refused");
    assert!(refusal.contains("jwt_mint: there is no archive for esp8266"), "{refusal}");
}

const TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// This tree as its author would have committed and tagged it.
fn repository(folder: &Path) -> PathBuf {
    let repository = folder.join("repository");
    let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let files = finish(Command::new("git").args(list).current_dir(support::root())).expect("git");
    for file in files.lines().filter(|file| support::root().join(file).is_file()) {
        let copy = repository.join(file);
        fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
        fs::copy(support::root().join(file), copy).expect(file);
    }
    for arguments in [
        &["init", "-q"][..],
        &["add", "."],
        &["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-q", "-m", "all"],
        &["tag", TAG],
    ] {
        finish(Command::new("git").args(arguments).current_dir(&repository)).expect("git");
    }
    repository
}

/// A copy of the example as a project of a user's own.
fn project_of_ones_own(folder: &Path) -> Project {
    let source = folder.join("project");
    let example = support::root().join("c-examples/esp-idf");
    finish(Command::new("cp").arg("-r").arg(example).arg(&source)).expect("cp");
    fs::remove_dir_all(source.join("components")).expect("the folder that the copy leaves out");
    let mut project = Project::example("", "linux", &[]);
    project.source = source;
    project.build = folder.join("build");
    project
}

fn builds_the_archive(project: &Project) {
    project.idf(&["reconfigure"]).unwrap_or_else(|why| panic!("{why}"));
    let mut build = Command::new("cmake");
    finish(build.arg("--build").arg(&project.build).args(["--target", "jwt_mint_archive"])).expect("it builds");
}

#[test]
fn repository_is_a_dependency_for_the_component_manager() {
    let folder = bench("git");
    let repository = repository(&folder);
    let project = project_of_ones_own(&folder);
    let manifest = project.source.join("main/idf_component.yml");
    let dependencies = fs::read_to_string(&manifest).expect("the manifest");
    let dependency = format!("  jwt_mint:\n    git: file://{}\n    version: {TAG}\n", repository.display());
    fs::write(&manifest, dependencies + &dependency).expect("write");
    builds_the_archive(&project);
    assert!(project.source.join("managed_components/jwt_mint/include/jwt_mint.h").is_file());
}

#[test]
fn packed_component_holds_what_it_takes_to_build_it() {
    let folder = bench("pack");
    let repository = repository(&folder);
    fs::create_dir(repository.join("target")).expect("a folder");
    fs::write(repository.join("target/build"), "").expect("write");
    let mut compote = Command::new("compote");
    compote.args(["component", "pack", "--name", "jwt_mint", "--dest-dir"]).arg(folder.join("packed"));
    finish(compote.current_dir(&repository)).expect("it packs");
    let version = env!("CARGO_PKG_VERSION");
    let archive = folder.join("packed").join(format!("jwt_mint_{version}.tgz"));
    let project = project_of_ones_own(&folder);
    let component = project.source.join("components/jwt_mint");
    fs::create_dir_all(&component).expect("a folder");
    finish(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&component)).expect("tar");
    for file in
        ["Kconfig", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "include/jwt_mint.h", "packaging/build-archive.sh"]
    {
        assert!(component.join(file).is_file(), "{file}");
    }
    for folder in ["target", ".ci"] {
        assert!(!component.join(folder).exists(), "{folder}");
    }
    builds_the_archive(&project);
}
