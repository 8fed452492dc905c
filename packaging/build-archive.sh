#!/bin/sh
# Builds the archive that a firmware links: target/firmware/TARGET/libjwt_mint.a. It holds one relocatable object whose only
# global symbols are the exported functions.
#
#   packaging/build-archive.sh TARGET [OPTION FOR CARGO]...
#
# TARGET is a target of Rust's. With +dsp behind it, thumbv8m.main-none-eabi and thumbv8m.main-none-eabihf are for cores with
# the DSP extension, and stop on those without.
#
# JWT_MINT_RUST=rustup or debian picks the compiler; without it, rustup's where it has the target, else Debian's packages
# rustc-web, cargo-web and rust-web-src. The targets xtensa-* take Espressif's Rust, which `espup install` installs.
# TARGET_DIR takes the place of target/firmware, NAME that of the folder in it, and BINUTILS_PREFIX, as
# /opt/sdk/bin/arm-zephyr-eabi-, that of arm-none-eabi- or riscv64-unknown-elf-.
set -eu

target=$1
shift
case $target in
thumbv8m.main-*+dsp) rust_target=${target%+dsp} ;;
*) rust_target=$target ;;
esac
root=$(cd "$(dirname "$0")/.." && pwd)
work=${TARGET_DIR:-$root/target/firmware}
out=$work/${NAME:-$target}
mkdir -p "$out"
# The archive is put in its place whole, so that whoever reads the one before is not cut short.
scratch=$(mktemp -d "$out/build.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
case $target in
thumb*) tools=${BINUTILS_PREFIX:-arm-none-eabi-} arm=yes ;;
riscv32*) tools=${BINUTILS_PREFIX:-riscv64-unknown-elf-} arm= emulation="-m elf32lriscv" ;;
xtensa-*-none-elf) tools=${BINUTILS_PREFIX:-${target%-none-elf}-elf-} arm= emulation= ;;
*) echo "build-archive: no such target: $target" >&2; exit 2 ;;
esac
for tool in ar ld objcopy readelf; do
    command -v "$tools$tool" >/dev/null ||
        { echo "build-archive: there is no $tools$tool: set BINUTILS_PREFIX to that of the compiler" >&2; exit 1; }
done
core= quiet=
case $target in
thumbv6m*) cpu=cortex-m0 ;;
thumbv7m*) cpu=cortex-m3 core="--cfg jwt_mint_thumb2" ;;
thumbv7em*) cpu=cortex-m4 core="--cfg jwt_mint_dsp" ;;
thumbv8m.base*) cpu=cortex-m23 ;;
thumbv8m.main*+dsp) cpu=cortex-m33 core="--cfg jwt_mint_dsp -Ctarget-feature=+dsp" ;;
thumbv8m.main*) cpu=cortex-m33+nodsp core="--cfg jwt_mint_umull" ;;
esac

has_target() {
    command -v rustup >/dev/null && rustup target list --installed 2>/dev/null | grep -qx "$1"
}
case $target in
xtensa*)
    JWT_MINT_RUST=esp
    rustc +esp -V >/dev/null 2>&1 ||
        { echo "build-archive: Rust for Xtensa is missing: cargo install espup, espup install" >&2; exit 1; }
    ;;
esac
if [ -z "${JWT_MINT_RUST-}" ]; then
    if has_target "$rust_target"; then JWT_MINT_RUST=rustup; else JWT_MINT_RUST=debian; fi
fi

# Flags in this variable reach the dependencies too, and may hold blanks: no path of this machine in a message.
flags="--remap-path-prefix=${CARGO_HOME:-${HOME-}/.cargo}=cargo"
# Only with the feature does LLVM assemble UMAAL for ARMv8-M. Of its name each build would warn that it is not a stable one.
case $core in *target-feature*) quiet=-Awarnings ;; esac
for flag in $core $quiet; do flags="$flags$(printf '\037')$flag"; done
export CARGO_ENCODED_RUSTFLAGS="$flags"
unset CARGO_BUILD_TARGET RUSTC_WRAPPER
cd "$root"
# What differs in its flags alone is not built in one place.
built=$work/$JWT_MINT_RUST${target#"$rust_target"}
set -- --release --locked --lib --crate-type staticlib --target "$rust_target" --target-dir "$built" "$@"
if [ "$JWT_MINT_RUST" = rustup ]; then
    cargo rustc "$@"
    version=$(rustc -V)
elif [ "$JWT_MINT_RUST" = esp ]; then
    cargo +esp rustc -Zbuild-std=core "$@"
    version=$(rustc +esp -V)
else
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo rustc -Zbuild-std=core "$@"
    version=$(/usr/bin/rustc -V)
fi
echo "$version${core:+, $core}" >"$scratch/compiler"

# The library's own object alone: memcpy and its like are to be the firmware's, not those of Rust's runtime.
archive=$built/$rust_target/release/libjwt_mint.a
"${tools}ar" p "$archive" "$("${tools}ar" t "$archive" | grep '^jwt_mint-')" >"$scratch/library.o"
"${tools}objcopy" -R .llvmbc -R .llvmcmd --strip-debug "$scratch/library.o"
"${tools}readelf" -sW "$scratch/library.o" |
    awk '$5 == "GLOBAL" && $6 == "DEFAULT" && $7 != "UND" { print $8 }' | sort >"$scratch/exports"

set -- -r --gc-sections
while read -r export; do set -- "$@" -u "$export"; done <"$scratch/exports"
if [ "$arm" ]; then
    "${tools}gcc" -mcpu="$cpu" -mthumb -c -o "$scratch/memory.o" packaging/aeabi_memory.S
    "${tools}ar" rcs "$scratch/memory.a" "$scratch/memory.o"
    "${tools}ld" "$@" -o "$scratch/jwt_mint.o" "$scratch/library.o" "$scratch/memory.a"
else
    # shellcheck disable=SC2086 # two words, or none
    "${tools}ld" $emulation "$@" -o "$scratch/jwt_mint.o" "$scratch/library.o"
fi
"${tools}objcopy" --keep-global-symbols="$scratch/exports" -R .comment "$scratch/jwt_mint.o"
(cd "$scratch" && "${tools}ar" rcsD libjwt_mint.a jwt_mint.o)
mv "$scratch/compiler" "$scratch/exports" "$scratch/libjwt_mint.a" "$out"
echo "$out/libjwt_mint.a"
