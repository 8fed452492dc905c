#!/bin/sh
# Installs the header, the libraries, and what pkg-config and CMake need to find them.
#
#   packaging/install.sh FOLDER TARGET
#
# FOLDER holds libjwt_mint.a, and libjwt_mint.so where there is one; TARGET is the Rust target they were built for.
# PREFIX (/usr/local) is where they will be used, LIBDIR (PREFIX/lib) a folder below it, and all is written below DESTDIR.
# PC_PREFIX takes the place of PREFIX in jwt_mint.pc.
set -eu

folder=$1
target=$2
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
case $prefix in
*[!a-zA-Z0-9_/.+~@:,\ -]*) echo "install: a character of PREFIX is not for paths: $prefix" >&2; exit 2 ;;
/*) ;;
*) echo "install: PREFIX must be absolute: $prefix" >&2; exit 2 ;;
esac
case $libdir in
*[!a-zA-Z0-9_/.+~@:,\ -]* | */../*) echo "install: LIBDIR must be a plain path: $libdir" >&2; exit 2 ;;
"${prefix%/}"/?*) below=${libdir#"${prefix%/}"/} ;;
*) echo "install: LIBDIR must lie below PREFIX: $libdir" >&2; exit 2 ;;
esac
[ -f "$folder/libjwt_mint.a" ] || { echo "install: no $folder/libjwt_mint.a: run make lib" >&2; exit 1; }
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)

# From LIBDIR/cmake/jwt_mint back to PREFIX.
up=../..
rest=${below%/}
while [ "$rest" ]; do
    up=$up/..
    case $rest in
    */*) rest=${rest#*/} ;;
    *) rest= ;;
    esac
done

# The manuals of pkg-config have a space in a path written with a backslash.
pc_prefix=$(printf %s "${PC_PREFIX:-$prefix}" | sed 's/[\\ |&]/\\&/g; s/\\ /\\\\ /g')
fill() {
    sed "s|@VERSION@|$version|; s|@TARGET@|$target|; s|@UP@|$up|; s|@LIBDIR@|${below%/}|; s|@PREFIX@|$pc_prefix|" \
        "$root/$1" >"$2"
    chmod 644 "$2"
}

include=${DESTDIR-}${prefix%/}/include
lib=${DESTDIR-}${libdir%/}
mkdir -p "$include" "$lib/pkgconfig" "$lib/cmake/jwt_mint"
install -m 644 "$root/include/jwt_mint.h" "$include/"
install -m 644 "$folder/libjwt_mint.a" "$lib/"
if [ -f "$folder/libjwt_mint.so" ]; then
    soname=$(readelf -d "$folder/libjwt_mint.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    install -m 755 "$folder/libjwt_mint.so" "$lib/libjwt_mint.so.$version"
    ln -sf "libjwt_mint.so.$version" "$lib/$soname"
    ln -sf "$soname" "$lib/libjwt_mint.so"
fi
fill packaging/jwt_mint.pc.in "$lib/pkgconfig/jwt_mint.pc"
for file in jwt_mint-config.cmake jwt_mint-config-version.cmake; do
    fill "cmake/$file.in" "$lib/cmake/jwt_mint/$file"
done
install -m 644 "$root/cmake/jwt_mint-runs-on.cmake" "$root/cmake/jwt_mint-runs-on.h" "$lib/cmake/jwt_mint/"
