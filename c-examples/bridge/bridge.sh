#!/bin/sh
# A bridge on this machine that judges device tokens as the vendor's does, for trials.
#
#     bridge.sh start FOLDER [options]               builds what is missing, makes a CA, starts it in the background; one
#                                                    that runs in that folder is stopped
#     bridge.sh add FOLDER DEVICE PUBLIC.pem...      registers a device with up to three public keys
#     bridge.sh stop FOLDER
#     bridge.sh run FOLDER [options]                 as start, in the foreground, until its standard input ends
#
# Options: --port-mqtt N, --port-mqtts N, --port-http N, --port-https N (free ones), --clock FILE, and --project,
# --location, --registry, --system-key.
# FOLDER/ports names the ports, FOLDER/ca.pem is what clients trust, FOLDER/journal tells what was accepted and what was
# refused and why. A file FOLDER/devices/DEVICE/config is what the device gets as its configuration.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command=${1:-} folder=${2:-}
usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "bridge.sh: $*" >&2; exit 2; }
case $command in start | run | add | stop) ;; *) usage ;; esac
[ -n "$folder" ] || usage
shift 2
umask 077
case $command in
start | run) mkdir -p "$folder" ;;
*) [ -d "$folder" ] || fail "no such folder: $folder" ;;
esac
folder=$(cd "$folder" && pwd -P)
# What is in it is run: nobody else may have put it there.
[ -n "$(find "$folder" -prune -user "$(id -u)" ! -perm -020 ! -perm -002)" ] ||
    fail "$folder is not yours, or others may write to it"
mkdir -p "$folder/devices"

# Builds into the folder what is older than its sources.
is_current() {
    [ -f "$1" ] && [ -z "$(find "$here" -name '*.[ch]' -newer "$1")" ]
}

# shellcheck disable=SC2086 # flags are words
build() {
    flags="-std=c11 -O1 -g -Wall -Wextra -Wshadow -Wundef -Werror"
    if ! is_current "$folder/bridge"; then
        ${CC:-cc} $flags -o "$folder/bridge" "$here/bridge.c" "$here/judge.c" -lmicrohttpd -ljansson -lcrypto
    fi
    if ! is_current "$folder/broker_plugin.so"; then
        ${CC:-cc} $flags -fPIC -shared -o "$folder/broker_plugin.so" "$here/broker_plugin.c" "$here/judge.c" -ljansson -lcrypto
    fi
}

# A CA that is used once, and a certificate for loopback.
certify() {
    [ ! -f "$folder/server.pem" ] || return 0
    openssl req -quiet -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj "/CN=trial CA" \
        -addext keyUsage=critical,keyCertSign -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null ||
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=trial CA" \
            -addext keyUsage=critical,keyCertSign -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
        -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
    printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >"$folder/server.ext"
    openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -days 3650 \
        -extfile "$folder/server.ext" -out "$folder/server.pem" 2>/dev/null
    rm -f "$folder/ca.key"
}

# Signals the bridge whose process id is in the folder, and no other process that has got this id since.
signal() {
    pid=$(cat "$folder/pid")
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    case $(readlink "/proc/$pid/exe") in
    "$folder/bridge" | "$folder/bridge (deleted)") kill "-$1" "$pid" 2>/dev/null ;;
    *) return 1 ;;
    esac
}

stop() {
    [ -f "$folder/pid" ] || return 0
    signal TERM || true
    tries=0
    while signal 0 && [ "$tries" -lt 50 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    signal KILL || true
    rm -f "$folder/pid" "$folder/ports"
}

case $command in
start)
    stop
    build
    certify
    rm -f "$folder/ports"
    setsid "$folder/bridge" "$folder" "$@" </dev/null >"$folder/bridge.log" 2>&1 &
    echo $! >"$folder/pid"
    while [ ! -f "$folder/ports" ]; do
        kill -0 "$(cat "$folder/pid")" 2>/dev/null || { cat "$folder/bridge.log" >&2; rm -f "$folder/pid"; exit 1; }
        sleep 0.1
    done
    cat "$folder/bridge.log"
    ;;
run)
    build
    certify
    rm -f "$folder/ports"
    exec "$folder/bridge" "$folder" --until-input-ends "$@"
    ;;
add)
    device=${1:-}
    [ "$#" -ge 2 ] || fail "add FOLDER DEVICE PUBLIC.pem..."
    bad="not a device id (3 to 255 characters, the first a letter): $device"
    case $device in [!a-zA-Z]* | *[!-a-zA-Z0-9._+~%]*) fail "$bad" ;; esac
    [ "${#device}" -ge 3 ] && [ "${#device}" -le 255 ] || fail "$bad"
    shift
    for key in "$@"; do
        case $key in *.pem) ;; *) fail "its name does not end in .pem: $key" ;; esac
        ! grep -q 'PRIVATE KEY' "$key" || fail "a private key, which is the device's alone: $key"
        openssl pkey -pubin -in "$key" -noout 2>/dev/null || fail "no public key: $key"
    done
    mkdir -p "$folder/devices/$device"
    count=$({ ls "$folder/devices/$device"; for key in "$@"; do basename "$key"; done; } | grep '\.pem$' | sort -u | wc -l)
    [ "$count" -le 3 ] || fail "a device has up to three keys, this one would have $count: $folder/devices/$device"
    cp "$@" "$folder/devices/$device/"
    ;;
stop) stop ;;
esac
