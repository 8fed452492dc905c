//! The library as the systems of its users take it: `make install`, pkg-config, CMake. Asks for those and for cross
//! compilers, so plain `cargo test` leaves it out.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::compiler::Compiler;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An empty folder of the test's own.
fn bench(test: &str) -> PathBuf {
    let folder = support::workshop("packaging").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the command prints; where it fails, the error is all that it said.
fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let [printed, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if output.status.success() { Ok(printed) } else { Err(format!("{command:?}\n{printed}{complaint}")) }
}

fn target_directory() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory")
}

fn shipped() -> String {
    format!("SHIPPED={}", target_directory().join("shipped").display())
}

/// `make install` with these variables.
fn make_install(variables: &[String]) -> Result<String, String> {
    let mut command = Command::new("make");
    command.arg("install").arg(shipped()).args(variables).current_dir(support::root());
    // Not those of the `make` that runs the tests.
    finish(command.env_remove("MAKEFLAGS").env_remove("PREFIX").env_remove("DESTDIR").env_remove("LIBDIR"))
}

/// Installs for this machine into `<folder>/usr`, where it is to be used.
fn installed(folder: &Path) -> PathBuf {
    let prefix = folder.join("usr");
    make_install(&[format!("PREFIX={}", prefix.display())]).expect("it installs");
    prefix
}

/// All files and links below `folder`, with their paths from there.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

fn mints_a_token(program: &Path) {
    let output = support::process::run(program, &[]).expect("it runs");
    assert_eq!(support::token::check_all(&output), Ok(1));
}

/// Compiles the program with the flags that pkg-config gives for `package`, and further ones.
fn compile(folder: &Path, pkgconfig: &Path, question: &[&str], options: &[&str]) -> PathBuf {
    support::keys::write_header(folder);
    let mut pkg_config = Command::new("pkg-config");
    let flags =
        finish(pkg_config.args(question).arg("jwt_mint").env("PKG_CONFIG_PATH", pkgconfig)).expect("pkg-config");
    let (program, script) = (folder.join("program"), "eval \"set -- \\\"\\$@\\\" $FLAGS\"; exec \"$@\"");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut command = Command::new("sh");
    command.current_dir(support::root()).env("FLAGS", flags.trim()).args(["-c", script, "sh"]);
    command.args(compiler.split_whitespace()).arg("-o").arg(&program).arg("-I").arg(folder);
    finish(command.args(["tests/packaging/program.c", "c-examples/desk/example.c"]).args(options))
        .expect("it compiles");
    program
}

#[test]
fn versions_are_equal_in_all_files() {
    let prefix = installed(&bench("version"));
    let quoted = |path: &Path, before: &str, after: &str| {
        let text = read(path);
        let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{}: no {before}", path.display()));
        rest.split_once(after).expect("its end").0.to_owned()
    };
    let root = support::root();
    for (path, before, after) in [
        (root.join("Cargo.lock"), "name = \"jwt-mint\"\nversion = \"", "\""),
        (root.join("include/jwt_mint.h"), "JWT_MINT_VERSION_STRING \"", "\""),
        (root.join("CHANGELOG.md"), "## ", ","),
        (root.join("README.md"), "revision: v", "\n"),
        (root.join("README.md"), "    version: v", "\n"),
        (root.join("library.json"), "\"version\": \"", "\""),
        (root.join("idf_component.yml"), "version: \"", "\""),
        (prefix.join("lib/pkgconfig/jwt_mint.pc"), "Version: ", "\n"),
        (prefix.join("lib/cmake/jwt_mint/jwt_mint-config-version.cmake"), "set(PACKAGE_VERSION \"", "\""),
    ] {
        assert_eq!(quoted(&path, before, after), VERSION, "{}", path.display());
    }
    let header = root.join("include/jwt_mint.h");
    let parts = ["MAJOR", "MINOR", "PATCH"].map(|part| quoted(&header, &format!("JWT_MINT_VERSION_{part} "), "\n"));
    assert_eq!(parts.join("."), VERSION);
}

#[test]
fn install_writes_these_files_below_destdir() {
    let folder = bench("install").join("a folder");
    make_install(&[format!("DESTDIR={}", folder.display()), "PREFIX=/opt/mint".to_owned()]).expect("it installs");
    let interface = VERSION.rsplit_once('.').expect("three parts").0;
    let mut expected = [
        "include/jwt_mint.h",
        "lib/cmake/jwt_mint/jwt_mint-config-version.cmake",
        "lib/cmake/jwt_mint/jwt_mint-config.cmake",
        "lib/cmake/jwt_mint/jwt_mint-runs-on.cmake",
        "lib/cmake/jwt_mint/jwt_mint-runs-on.h",
        "lib/libjwt_mint.a",
        "lib/libjwt_mint.so",
        &format!("lib/libjwt_mint.so.{VERSION}"),
        &format!("lib/libjwt_mint.so.{interface}"),
        "lib/pkgconfig/jwt_mint.pc",
    ]
    .map(|file| format!("opt/mint/{file}"));
    expected.sort();
    assert_eq!(files(&folder), expected);
    let prefix = folder.join("opt/mint");
    assert_eq!(read(&prefix.join("include/jwt_mint.h")), read(&support::root().join("include/jwt_mint.h")));
    for file in files(&prefix).iter().filter(|file| file.ends_with(".cmake") || file.ends_with(".pc")) {
        let text = read(&prefix.join(file));
        assert!(!text.contains('@') && !text.contains("a folder"), "{file}: {text}");
    }
}

#[test]
fn install_refuses_what_the_files_could_not_say() {
    let destdir = bench("refused");
    let refusal = |variables: &[&str]| {
        let destdir = format!("DESTDIR={}", destdir.display());
        let variables: Vec<_> = variables.iter().map(|&text| text.to_owned()).chain([destdir]).collect();
        make_install(&variables).expect_err("it is refused")
    };
    assert!(refusal(&["PREFIX=usr"]).contains("PREFIX must be absolute: usr"));
    assert!(refusal(&["PREFIX=/usr", "LIBDIR=/lib"]).contains("LIBDIR must lie below PREFIX: /lib"));
    assert!(refusal(&["PREFIX=/usr", "LIBDIR=/usr/../lib"]).contains("LIBDIR must be a plain path"));
    assert!(refusal(&["PREFIX=/a|b"]).contains("a character of PREFIX is not for paths"));
    assert_eq!(files(&destdir), [""; 0]);
}

#[test]
fn pkg_config_links_either_library() {
    let folder = bench("pkg config");
    let prefix = installed(&folder);
    let pkgconfig = prefix.join("lib/pkgconfig");
    let mut modversion = Command::new("pkg-config");
    modversion.args(["--modversion", "jwt_mint"]).env("PKG_CONFIG_PATH", &pkgconfig);
    assert_eq!(finish(&mut modversion).expect("pkg-config").trim(), VERSION);

    let rpath = format!("-Wl,-rpath,{}", prefix.join("lib").display());
    let program = compile(&folder, &pkgconfig, &["--cflags", "--libs"], &[&rpath]);
    let interface = VERSION.rsplit_once('.').expect("three parts").0;
    let needed = finish(Command::new("readelf").arg("-d").arg(&program)).expect("readelf");
    assert!(needed.contains(&format!("Shared library: [libjwt_mint.so.{interface}]")), "{needed}");
    mints_a_token(&program);

    fs::remove_file(prefix.join("lib/libjwt_mint.so")).expect("the link for linking");
    let program = compile(&folder, &pkgconfig, &["--static", "--cflags", "--libs"], &["-Wl,--gc-sections"]);
    fs::remove_dir_all(&prefix).expect("the library goes");
    mints_a_token(&program);
}

/// The library in the build folder answers to the name that programs ask for.
#[test]
fn shared_library_runs_from_where_it_was_built() {
    let folder = bench("built");
    support::keys::write_header(&folder);
    finish(Command::new("make").arg("lib").arg(shipped()).current_dir(support::root()).env_remove("MAKEFLAGS"))
        .unwrap();
    let (program, built) = (folder.join("program"), target_directory().join("shipped/release"));
    let mut command = Compiler::c().expect("a C compiler").start();
    command.args(["-Iinclude", "tests/packaging/program.c", "c-examples/desk/example.c", "-o"]).arg(&program);
    command.arg("-I").arg(&folder).arg("-L").arg(&built).arg("-ljwt_mint");
    finish(command.arg(format!("-Wl,-rpath,{}", built.display()))).expect("it links");
    mints_a_token(&program);
}

/// Configures the project of `tests/packaging` and builds its program.
fn cmake(folder: &Path, way: &str, options: &[String]) -> Result<PathBuf, String> {
    let build = folder.join("build");
    let _ = fs::remove_dir_all(&build);
    support::keys::write_header(folder);
    let mut command = Command::new("cmake");
    command.arg("-S").arg(support::root().join("tests/packaging")).arg("-B").arg(&build);
    command.arg(format!("-DWAY={way}")).arg(format!("-DKEYS={}", folder.display()));
    command.arg(format!("-DEXAMPLE={}", support::root().join("c-examples/desk/example.c").display()));
    command.arg(format!("-DSOURCE={}", support::root().display())).args(options);
    finish(command.env_remove("MAKEFLAGS"))?;
    let mut command = Command::new("cmake");
    // What a user told cargo for packages of their own.
    command.env("CARGO_BUILD_TARGET", "wasm32-unknown-unknown").env("CARGO_ENCODED_RUSTFLAGS", "--cfg=theirs");
    finish(command.arg("--build").arg(&build).env_remove("MAKEFLAGS"))?;
    Ok(build.join("program"))
}

fn prefix_path(prefixes: &[&Path]) -> String {
    let paths: Vec<_> = prefixes.iter().map(|path| path.display().to_string()).collect();
    format!("-DCMAKE_PREFIX_PATH={}", paths.join(";"))
}

#[test]
fn find_package_links_either_library_wherever_it_was_moved_to() {
    let folder = bench("find package");
    let moved = folder.join("moved");
    fs::rename(installed(&folder), &moved).expect("it moves");
    for link in ["jwt_mint::jwt_mint", "jwt_mint::shared"] {
        let program = cmake(&folder, "find_package", &[prefix_path(&[&moved]), format!("-DLINK={link}")]).expect(link);
        let needed = finish(Command::new("readelf").arg("-d").arg(&program)).expect("readelf");
        assert_eq!(needed.contains("libjwt_mint.so"), link == "jwt_mint::shared");
        mints_a_token(&program);
    }
}

#[test]
fn find_package_looks_where_distributions_put_libraries() {
    let folder = bench("multiarch");
    let prefix = folder.join("usr");
    let variables =
        [format!("PREFIX={}", prefix.display()), format!("LIBDIR={}/lib/x86_64-linux-gnu", prefix.display())];
    make_install(&variables).expect("it installs");
    assert!(prefix.join("lib/x86_64-linux-gnu/libjwt_mint.a").exists());
    let options = [prefix_path(&[&prefix]), "-DCMAKE_LIBRARY_ARCHITECTURE=x86_64-linux-gnu".to_owned()];
    mints_a_token(&cmake(&folder, "find_package", &options).expect("it builds"));
}

#[test]
fn find_package_takes_versions_that_are_compatible() {
    let folder = bench("versions");
    let prefix = installed(&folder);
    assert_eq!(VERSION, "0.1.0", "the cases below are for this version");
    for version in ["0", "0.0", "0.0.9", "0.2", "1", "1.0", "0.1.1", "0.1.0.1", "0.10", "0.2...0.3", "0.0.1...<0.1"] {
        let refusal = cmake(&folder, "find_package", &[prefix_path(&[&prefix]), format!("-DVERSION={version}")]);
        assert!(refusal.is_err_and(|why| why.contains("version: 0.1.0")), "{version}");
    }
    for version in ["", "0.1", "0.1.0", "0.1.0;EXACT", "0.1...0.2", "0.1...<0.2"] {
        cmake(&folder, "find_package", &[prefix_path(&[&prefix]), format!("-DVERSION={version}")]).expect(version);
    }
}

/// `JWT_MINT_TARGET_DIR`: what other tests built is not built again.
fn target_dir(name: &str) -> String {
    format!("-DJWT_MINT_TARGET_DIR={}", target_directory().join(name).display())
}

#[test]
fn source_tree_is_a_subdirectory_for_cmake() {
    let folder = bench("subdirectory");
    for way in ["add_subdirectory", "FetchContent"] {
        mints_a_token(&cmake(&folder, way, &[target_dir("shipped-by-cmake")]).expect(way));
    }
}

const ARM: &str = "arm-none-eabi-gcc";
const RISCV: &str = "riscv64-unknown-elf-gcc";
const M3: &str = "-mcpu=cortex-m3 -mthumb";
const M4: &str = "-mcpu=cortex-m4 -mthumb";
const M4_HARD: &str = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16";
const M33_HARD: &str = "-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16";
const M33_HARD_NO_DSP: &str = "-mcpu=cortex-m33+nodsp -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16";

fn toolchain(compiler: &str, core: &str) -> Vec<String> {
    let file = support::root().join("tests/packaging/toolchain.cmake");
    vec![
        format!("-DCMAKE_TOOLCHAIN_FILE={}", file.display()),
        format!("-DCOMPILER={compiler}"),
        format!("-DCORE={core}"),
    ]
}

/// Core by core, the archive that CMake chooses.
#[test]
fn compiler_flags_name_the_archive() {
    let folder = bench("runs on");
    let module = support::root().join("cmake/jwt_mint-runs-on.cmake");
    let script = format!("include(\"{}\")\njwt_mint_runs_on(found)\nmessage(\"[${{found}}]\")\n", module.display());
    fs::write(folder.join("script.cmake"), script).expect("write");
    for (compiler, flags, best) in [
        (ARM, "-mcpu=cortex-m0", "thumbv6m-none-eabi"),
        (ARM, "-mcpu=cortex-m0plus -mthumb", "thumbv6m-none-eabi"),
        (ARM, "-mcpu=cortex-m1", "thumbv6m-none-eabi"),
        (ARM, M3, "thumbv7m-none-eabi"),
        (ARM, M4, "thumbv7em-none-eabi"),
        (ARM, "-mcpu=cortex-m4 -mfloat-abi=softfp -mfpu=fpv4-sp-d16", "thumbv7em-none-eabi"),
        (ARM, M4_HARD, "thumbv7em-none-eabihf"),
        (ARM, "-mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-d16", "thumbv7em-none-eabihf"),
        (ARM, "-mcpu=cortex-m23", "thumbv8m.base-none-eabi"),
        (ARM, "-mcpu=cortex-m33+nodsp", "thumbv8m.main-none-eabi"),
        (ARM, M33_HARD_NO_DSP, "thumbv8m.main-none-eabihf"),
        (ARM, "-march=armv8-m.main", "thumbv8m.main-none-eabi"),
        (ARM, "-mcpu=cortex-m33 -mfloat-abi=soft", "thumbv8m.main-none-eabi+dsp"),
        (ARM, M33_HARD, "thumbv8m.main-none-eabihf+dsp"),
        (ARM, "-mcpu=cortex-m55 -mfloat-abi=hard", "thumbv8m.main-none-eabihf+dsp"),
        (ARM, "-mcpu=cortex-m55 -mfloat-abi=soft", "thumbv8m.main-none-eabi+dsp"),
        (ARM, "-mcpu=cortex-m55+nodsp -mfloat-abi=soft", "thumbv8m.main-none-eabi"),
        (RISCV, "-march=rv32imc_zicsr -mabi=ilp32", "riscv32imc-unknown-none-elf"),
        (RISCV, "-march=rv32imac_zicsr_zifencei -mabi=ilp32", "riscv32imac-unknown-none-elf"),
        (RISCV, "-march=rv32imafc -mabi=ilp32", "riscv32imac-unknown-none-elf"),
        // No archive runs there, or the flags do not tell.
        (ARM, "", ""),
        (ARM, "-mcpu=cortex-a9", ""),
        (ARM, "-mcpu=cortex-m4 -mbig-endian", ""),
        (RISCV, "-march=rv32ic -mabi=ilp32", ""),
        (RISCV, "-march=rv32imafc -mabi=ilp32f", ""),
        (RISCV, "-march=rv64imac -mabi=lp64", ""),
        ("there-is-no-such-compiler", "", ""),
    ] {
        let mut command = Command::new("cmake");
        command.arg(format!("-DCMAKE_C_COMPILER={compiler}")).arg(format!("-DCMAKE_C_FLAGS={flags}"));
        let output = command.arg("-P").arg(folder.join("script.cmake")).output().expect("cmake");
        let found = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let first = found.trim_matches(['[', ']']).split(';').next().unwrap_or_default();
        assert_eq!(first, best, "{compiler} {flags}: {found}");
    }
}

#[test]
fn source_tree_builds_for_the_chip_of_the_toolchain_file() {
    let folder = bench("cross");
    for (flags, core) in [(M4_HARD, "Tag_CPU_arch: v7E-M"), (M33_HARD, "Tag_CPU_arch: v8-M.mainline")] {
        let options = [toolchain(ARM, flags), vec![target_dir("firmware")]].concat();
        let program = cmake(&folder, "add_subdirectory", &options).expect("it builds");
        let attributes =
            finish(Command::new("arm-none-eabi-readelf").args(["-A", "-s", "-W"]).arg(&program)).expect("readelf");
        for part in [core, "Tag_ABI_VFP_args: VFP registers", " jwt_mint_mqtt"] {
            assert!(attributes.contains(part), "{part}: {attributes}");
        }
        assert!(!attributes.contains("jwt_verify"), "a program holds only what it calls");
    }

    let mut options = [toolchain(ARM, M3), vec![target_dir("firmware")]].concat();
    options.push("-DJWT_MINT_TARGET=thumbv7em-none-eabi".to_owned());
    let refusal = cmake(&folder, "add_subdirectory", &options).expect_err("it would die on the chip");
    assert!(refusal.contains("thumbv7em-none-eabi does not run where"), "{refusal}");
    let refusal = cmake(&folder, "add_subdirectory", &toolchain(ARM, "")).expect_err("for which chip?");
    assert!(refusal.contains("name no core"), "{refusal}");
}

/// Packages of several targets, as their release archives unpack.
#[test]
fn find_package_refuses_an_archive_for_another_core() {
    let folder = bench("cores");
    let package = |target: &str| {
        let build = support::root().join("packaging/build-archive.sh");
        finish(Command::new(build).arg(target).env("TARGET_DIR", target_directory().join("firmware"))).expect(target);
        let mut install = Command::new(support::root().join("packaging/install.sh"));
        install.arg(target_directory().join("firmware").join(target)).arg(target);
        finish(install.env("PREFIX", folder.join(target)).env_remove("DESTDIR")).expect(target);
        folder.join(target)
    };
    let [v7em, v7em_hard, v7m] = ["thumbv7em-none-eabi", "thumbv7em-none-eabihf", "thumbv7m-none-eabi"].map(package);
    let v8m_dsp = package("thumbv8m.main-none-eabihf+dsp");
    let find = |flags: &str, prefixes: &[&Path]| {
        cmake(&folder, "find_package", &[toolchain(ARM, flags), vec![prefix_path(prefixes)]].concat())
    };
    for (flags, prefixes) in [
        (M3, [&*v7em, &*v7em_hard]),
        (M4_HARD, [&v7em, &v7m]),
        (M4, [&v7em_hard, &v7em_hard]),
        (M33_HARD_NO_DSP, [&v8m_dsp, &v7em_hard]),
    ] {
        let refusal = find(flags, &prefixes).expect_err(flags);
        assert!(refusal.contains("which the compiler's flags rule out"), "{flags}: {refusal}");
    }
    for (flags, taken) in [(M3, &v7m), (M4, &v7em), (M4_HARD, &v7em_hard), (M33_HARD, &v8m_dsp)] {
        find(flags, &[&v8m_dsp, &v7em_hard, &v7em, &v7m]).expect(flags);
        let cache = read(&folder.join("build/CMakeCache.txt"));
        let line = cache.lines().find(|line| line.starts_with("jwt_mint_DIR")).expect("where it was found");
        assert!(
            line.contains(&*taken.to_string_lossy()) && line.contains(&format!("{}/lib", taken.display())),
            "{line}"
        );
    }
    // Flags that the project adds count, and what is for a chip is not for this machine.
    let options =
        [toolchain(ARM, ""), vec![prefix_path(&[&v7em]), "-DOPTIONS=-mcpu=cortex-m3;-mthumb".to_owned()]].concat();
    cmake(&folder, "find_package", &options).expect_err("the project's flags");
    cmake(&folder, "find_package", &[prefix_path(&[&v7em])]).expect_err("for this machine");
}

/// `packaging/dist.sh` for one target; the folder that its archive unpacks to.
fn dist(folder: &Path, libraries: &Path, target: &str, compiler: &str) -> PathBuf {
    let mut pack = Command::new(support::root().join("packaging/dist.sh"));
    let archive = finish(pack.arg(libraries).args([target, compiler]).arg(folder)).expect("it packs");
    let archive = PathBuf::from(archive.trim());
    assert_eq!(archive, folder.join(format!("jwt-mint-{VERSION}-{target}.tar.gz")));
    finish(Command::new("tar").arg("-C").arg(folder).arg("-xf").arg(&archive)).expect("it unpacks");
    folder.join(format!("jwt-mint-{VERSION}-{target}"))
}

/// Name and version of each crate that cargo compiled, by the messages of the build itself.
fn crates(messages: &str) -> BTreeSet<String> {
    let messages =
        messages.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap());
    let libraries = messages.filter(|message: &Value| message["target"]["kind"][0] == "lib");
    let ids = libraries.map(|message| text_of(&message["package_id"])).filter(|id| id.starts_with("registry+"));
    ids.map(|id| id.split_once('#').expect("a name").1.replace('@', "-")).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// That the package holds all that it must and nothing else, each file as `SHA256SUMS` says, and no path of this machine.
fn is_whole(package: &Path, mut expected: BTreeSet<String>, libraries: &[&str]) {
    finish(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(package)).expect("sums");
    let sums = read(&package.join("SHA256SUMS"));
    let mut summed: BTreeSet<_> = sums.lines().map(|line| line.split_once("  ./").expect("a sum").1).collect();

    let sbom: Value = serde_json::from_str(&read(&package.join("sbom.cdx.json"))).expect("JSON");
    assert_eq!([&sbom["bomFormat"], &sbom["specVersion"]], ["CycloneDX", "1.5"]);
    assert_eq!(sbom["metadata"]["component"]["version"], VERSION);
    assert!(expected.len() >= 2, "{expected:?}");
    let lock = read(&support::root().join("Cargo.lock"));
    let mut listed = BTreeSet::new();
    for component in sbom["components"].as_array().expect("components") {
        let [name, version] = ["name", "version"].map(|field| text_of(&component[field]));
        assert!(!text_of(&component["licenses"][0]["expression"]).is_empty());
        if name == "rust" {
            expected.insert(format!("rust-{version}"));
        } else {
            let checksum = text_of(&component["hashes"][0]["content"]);
            let entry = lock.split("[[package]]").find(|entry| entry.contains(&checksum)).expect("in Cargo.lock");
            assert!(entry.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "{entry}");
        }
        listed.insert(format!("{name}-{version}"));
    }
    assert_eq!(listed, expected);
    let depends = sbom["dependencies"][0]["dependsOn"].as_array().expect("references").len();
    assert_eq!(depends, listed.len());
    let licensed = fs::read_dir(package.join("licenses")).expect("licenses").map(|entry| entry.unwrap().file_name());
    assert_eq!(licensed.map(|name| name.to_string_lossy().into_owned()).collect::<BTreeSet<_>>(), expected);

    let fixed = ["LICENSE-APACHE", "LICENSE-MIT", "include/jwt_mint.h", "sbom.cdx.json", "lib/pkgconfig/jwt_mint.pc"];
    for file in fixed.iter().chain(libraries) {
        assert!(summed.remove(file), "{file}");
    }
    summed.retain(|file| !file.starts_with("licenses/") && !file.starts_with("lib/cmake/jwt_mint/jwt_mint-"));
    assert_eq!(summed, BTreeSet::new(), "nothing else");
    for file in files(package) {
        let bytes = fs::read(package.join(&file)).expect("a file");
        for path in [env!("CARGO_MANIFEST_DIR"), &std::env::var("HOME").expect("HOME")] {
            let is_there = path.len() > 4 && bytes.windows(path.len()).any(|window| window == path.as_bytes());
            assert!(!is_there, "{file} names {path}");
        }
    }
}

#[test]
fn release_for_this_machine_links_from_where_it_was_unpacked() {
    let folder = bench("dist");
    installed(&folder);
    let told = finish(Command::new("rustc").arg("-vV")).expect("rustc");
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("the host");
    let libraries = target_directory().join("shipped/release");
    let package = dist(&folder, &libraries, host, told.lines().next().expect("a version"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["rustc", "--release", "--lib", "--crate-type", "staticlib,cdylib", "--message-format", "json"]);
    build.arg("--target-dir").arg(target_directory().join("shipped")).current_dir(support::root());
    let linked = crates(&finish(&mut build).expect("it builds"));
    is_whole(&package, linked, &["lib/libjwt_mint.a", &format!("lib/libjwt_mint.so.{VERSION}")]);
    let pkgconfig = package.join("lib/pkgconfig");
    let rpath = format!("-Wl,-rpath,{}", package.join("lib").display());
    mints_a_token(&compile(&folder, &pkgconfig, &["--cflags", "--libs"], &[&rpath]));
    mints_a_token(&cmake(&folder, "find_package", &[prefix_path(&[&package])]).expect("it builds"));
}

#[test]
fn release_for_a_chip_is_whole_and_the_same_bytes_each_time() {
    let target = "thumbv8m.main-none-eabihf+dsp";
    let libraries = target_directory().join("firmware").join(target);
    let build = support::root().join("packaging/build-archive.sh");
    let mut build = Command::new(build);
    build.args([target, "--message-format", "json"]).env("TARGET_DIR", target_directory().join("firmware"));
    let linked = crates(&finish(&mut build).expect(target));
    let told = read(&libraries.join("compiler"));
    let compiler = told.trim().split(',').next().expect("a version");
    let [one, other] = ["dist chip", "dist again"].map(|name| {
        let folder = bench(name);
        is_whole(&dist(&folder, &libraries, target, compiler), linked.clone(), &["lib/libjwt_mint.a"]);
        fs::read(folder.join(format!("jwt-mint-{VERSION}-{target}.tar.gz"))).expect("the archive")
    });
    assert!(one == other, "the archives differ");
}

/// PlatformIO runs on SCons, and hands the script an environment: so does this.
#[test]
fn platformio_script_links_the_archive_that_the_flags_name() {
    let manifest: Value = serde_json::from_str(&read(&support::root().join("library.json"))).expect("JSON");
    assert_eq!(manifest["version"], VERSION);
    let script = support::root().join(text_of(&manifest["build"]["extraScript"]));
    let header = Path::new(&text_of(&manifest["build"]["includeDir"])).join(text_of(&manifest["headers"]));
    assert!(support::root().join(header).is_file());

    let folder = bench("platformio");
    support::keys::write_header(&folder);
    let root = support::root().display();
    let project = format!(
        "import os\nenv = Environment(ENV=os.environ, CPPPATH=['{root}/include', '.'], CC=ARGUMENTS.get('CC', 'cc'),\n\
         CCFLAGS=ARGUMENTS.get('CCFLAGS', ''), PROJECT_BUILD_DIR='{}')\nenv.SConscriptChdir(True)\n\
         env.SConscript('{}', exports={{'env': env}})\nenv.SConscriptChdir(False)\n\
         env.Program('program', [env.Object('main', '{root}/tests/packaging/program.c'),\n\
         env.Object('example', '{root}/c-examples/desk/example.c')])\n",
        target_directory().join("platformio").display(),
        script.display()
    );
    fs::write(folder.join("SConstruct"), project).expect("write");
    finish(Command::new("scons").current_dir(&folder)).expect("it builds");
    mints_a_token(&folder.join("program"));

    let mut nowhere = Command::new("scons");
    nowhere.args([&format!("CC={ARM}"), "CCFLAGS=-mcpu=cortex-a9"]).current_dir(&folder);
    let refusal = finish(&mut nowhere).expect_err("no archive runs there");
    assert!(refusal.contains("there is no archive for the core"), "{refusal}");
}
