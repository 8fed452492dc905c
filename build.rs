//! Names the shared library's interface: `libjwt_mint.so.0.1`. A program that was linked with one version runs with every
//! version of the same name. Before 1.0, a minor version may break it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let [major, minor, os] = ["CARGO_PKG_VERSION_MAJOR", "CARGO_PKG_VERSION_MINOR", "CARGO_CFG_TARGET_OS"]
        .map(|name| std::env::var(name).expect("cargo sets it"));
    if os == "linux" {
        let interface = if major == "0" { format!("0.{minor}") } else { major };
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libjwt_mint.so.{interface}");
    }
}
