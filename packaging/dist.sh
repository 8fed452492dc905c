#!/bin/sh
# Packs what was built for one target, and nothing else, into OUT/jwt-mint-VERSION-TARGET.tar.gz: header, libraries, the files
# for pkg-config and CMake, the licences of all that is linked in, and an SBOM (CycloneDX). The same input makes the same bytes.
#
#   packaging/dist.sh FOLDER TARGET COMPILER OUT
#
# FOLDER holds the libraries, COMPILER is what `rustc -V` said of the compiler that built them.
set -eu
export LC_ALL=C

folder=$1
target=$2
compiler=$3
mkdir -p "$4"
out=$(cd "$4" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
rust=$(echo "$compiler" | cut -d ' ' -f 2)
name=jwt-mint-$version-$target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
package=$scratch/$name

# pkg-config finds the rest from where its file lies.
# shellcheck disable=SC2016 # for pkg-config to expand
DESTDIR=$scratch PREFIX=/$name LIBDIR='' PC_PREFIX='${pcfiledir}/../..' packaging/install.sh "$folder" "$target"
mkdir "$package/licenses"
cp LICENSE-APACHE LICENSE-MIT "$package/"

# The crates of this target, without those of tests and of other targets.
cargo tree --locked --edges normal --target "${target%+dsp}" --prefix none --no-dedupe --format '{p}|{l}' |
    sed 's/ (.*)|/|/; s/ v\([^|]*\)|/|\1|/' | sort -u | grep -v '^jwt-mint|' >"$scratch/crates"
cargo metadata --locked --format-version 1 | grep -o '"manifest_path":"[^"]*"' | cut -d '"' -f 4 >"$scratch/manifests"
texts() { # texts NAME FILE...
    [ -f "$2" ] || { echo "dist: no licence text for $1" >&2; exit 1; }
    mkdir "$package/licenses/$1"
    into=$package/licenses/$1
    shift
    for text in "$@"; do [ -f "$text" ] && install -m 644 "$text" "$into/"; done
}
components=
while IFS='|' read -r crate crate_version license; do
    manifest=$(grep "/$crate-$crate_version/Cargo.toml\$" "$scratch/manifests")
    texts "$crate-$crate_version" "${manifest%Cargo.toml}"LICENSE*
    checksum=$(grep -A 3 -Fx "name = \"$crate\"" Cargo.lock | grep -A 2 -Fx "version = \"$crate_version\"" |
        sed -n 's/^checksum = "\(.*\)"/\1/p')
    purl=pkg:cargo/$crate@$crate_version
    components="$components
    { \"type\": \"library\", \"bom-ref\": \"$purl\", \"name\": \"$crate\", \"version\": \"$crate_version\", \"purl\": \"$purl\",
      \"hashes\": [{ \"alg\": \"SHA-256\", \"content\": \"$checksum\" }], \"licenses\": [{ \"expression\": \"$license\" }] },"
    refs="${refs-}, \"$purl\""
done <"$scratch/crates"

# What of Rust itself is in there: `core`, and in the libraries for a machine with an operating system the compiler's helpers.
case $compiler in
*tarball*) texts "rust-$rust" /usr/share/doc/rustc-web/copyright /usr/share/common-licenses/Apache-2.0 ;;
*)
    documents=$(rustc --print sysroot)/share/doc/rust/licenses
    texts "rust-$rust" "$documents/MIT.txt" "$documents/Apache-2.0.txt" "$documents/LLVM-exception.txt" \
        "$documents/Unicode-3.0.txt"
    ;;
esac

cat >"$package/sbom.cdx.json" <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": { "type": "library", "bom-ref": "jwt-mint", "name": "jwt-mint", "version": "$version",
      "licenses": [{ "expression": "MIT OR Apache-2.0" }],
      "properties": [{ "name": "target", "value": "$target" }, { "name": "compiler", "value": "$compiler" }] }
  },
  "components": [$components
    { "type": "library", "bom-ref": "rust", "name": "rust", "version": "$rust", "description": "core and compiler_builtins",
      "purl": "pkg:github/rust-lang/rust@$rust", "licenses": [{ "expression": "MIT OR Apache-2.0" }] }
  ],
  "dependencies": [{ "ref": "jwt-mint", "dependsOn": ["rust"${refs-}] }]
}
END
(cd "$package" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
tar -C "$scratch" --sort=name --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
echo "$out/$name.tar.gz"
