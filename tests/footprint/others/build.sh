#!/bin/sh
# Builds one package of another's, with what calls it: prints where libothers.a is.
#
#   tests/footprint/others/build.sh FEATURE PROFILE TARGET FOLDER
#
# The compiler is chosen as in packaging/build-archive.sh.
set -eu

feature=$1
profile=$2
target=$3
folder=$4
cd "$(dirname "$0")"
has_target() {
    command -v rustup >/dev/null && rustup target list --installed 2>/dev/null | grep -qx "$1"
}
if [ -z "${JWT_MINT_RUST-}" ]; then
    if has_target "$target"; then JWT_MINT_RUST=rustup; else JWT_MINT_RUST=debian; fi
fi
set -- --locked --profile "$profile" --features "$feature" --target "$target" --target-dir "$folder"
RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
export RUSTFLAGS
if [ "$JWT_MINT_RUST" = rustup ]; then
    cargo build "$@"
else
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo build -Zbuild-std=core,alloc "$@"
fi
echo "$folder/$target/$profile/libothers.a"
