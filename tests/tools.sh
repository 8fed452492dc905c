#!/bin/sh
# Makes sure that the named tools are there: installs what is missing with Debian's packages, as root or through sudo, and
# where it cannot, says in one line what to install.
set -eu

missing=
for tool in "$@"; do
    case $tool in
    cargo) command -v cargo >/dev/null || { echo "missing: Rust 1.88 or later, by rustup" >&2; exit 1; } ;;
    rustfmt | clippy)
        found=$(cargo "$([ "$tool" = rustfmt ] && echo fmt || echo clippy)" --version 2>/dev/null || true)
        [ -n "$found" ] || { echo "missing: rustup component add $tool" >&2; exit 1; }
        ;;
    cc) command -v cc >/dev/null || missing="$missing gcc libc6-dev" ;;
    g++ | clang | openssl | curl | cmake | pkg-config | scons | valgrind) command -v "$tool" >/dev/null || missing="$missing $tool" ;;
    libmicrohttpd) [ -f /usr/include/microhttpd.h ] || missing="$missing libmicrohttpd-dev" ;;
    bridge)
        command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
        for header in mosquitto_plugin.h:mosquitto-dev mosquitto.h:libmosquitto-dev microhttpd.h:libmicrohttpd-dev \
            jansson.h:libjansson-dev openssl/evp.h:libssl-dev curl/curl.h:libcurl4-openssl-dev; do
            echo "#include <${header%:*}>" | "${CC:-cc}" -E - >/dev/null 2>&1 || missing="$missing ${header#*:}"
        done
        ;;
    cross-rust)
        # Targets of rustup's serve too; Debian's compiler builds them from source.
        rustup target list --installed 2>/dev/null | grep -q thumbv7em ||
            dpkg -s rustc-web cargo-web rust-web-src >/dev/null 2>&1 || missing="$missing rustc-web cargo-web rust-web-src"
        ;;
    arm-none-eabi-gcc)
        command -v $tool >/dev/null || missing="$missing gcc-arm-none-eabi libnewlib-arm-none-eabi"
        [ -d /usr/lib/picolibc/arm-none-eabi ] || missing="$missing picolibc-arm-none-eabi"
        ;;
    ninja) command -v ninja >/dev/null || missing="$missing ninja-build" ;;
    dtc) command -v dtc >/dev/null || missing="$missing device-tree-compiler" ;;
    multilib)
        # Zephyr's native_sim is a program of 32 bits.
        echo 'int main(void) { return 0; }' | cc -m32 -xc - -o /dev/null 2>/dev/null || missing="$missing gcc-multilib"
        rustup target list --installed 2>/dev/null | grep -qx i686-unknown-linux-gnu ||
            { echo "missing: rustup target add i686-unknown-linux-gnu" >&2; exit 1; }
        ;;
    zephyr-python)
        python3 -c 'import elftools, jsonschema, packaging, pykwalify, yaml' 2>/dev/null ||
            { echo "missing: pip install -r ${ZEPHYR_BASE-}/scripts/requirements-base.txt, best in a virtual environment" >&2; exit 1; }
        ;;
    riscv64-unknown-elf-gcc)
        command -v $tool >/dev/null || missing="$missing gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf"
        ;;
    qemu-system-arm) command -v $tool >/dev/null || missing="$missing qemu-system-arm" ;;
    qemu-system-riscv32) command -v $tool >/dev/null || missing="$missing qemu-system-misc" ;;
    *) echo "tools.sh: no such tool: $tool" >&2; exit 2 ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || command -v sudo >/dev/null; }; then
    echo "installing:$missing"
    # shellcheck disable=SC2086 # a list of packages, a list of words
    if $as_root apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "missing, please install:$missing" >&2
exit 1
