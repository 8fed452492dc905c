#!/bin/sh
# Makes device keys with OpenSSL, mints an MQTT and an HTTP token with each, and lets OpenSSL check every signature.
#
#     demo.sh path/to/mint work-folder
set -eu
mint=$1
work=$2
mkdir -p "$work"

# Base64url to bytes: the other alphabet, and the padding that JWTs leave out.
decode() {
    text=$(cat)
    while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done
    printf '%s' "$text" | tr '_-' '/+' | openssl base64 -d -A
}

# The raw r and s of an ES256 signature on stdin, as the DER that OpenSSL reads.
to_der() {
    hex=$(od -An -v -tx1 | tr -d ' \n')
    r=${hex%????????????????????????????????????????????????????????????????}
    printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "$r" "${hex#"$r"}" >"$work/signature.conf"
    openssl asn1parse -genconf "$work/signature.conf" -noout -out "$work/signature"
}

show() {
    name=$1 public=$2 token=$3
    header=${token%%.*} signature=${token##*.}
    signed=${token%.*}
    echo
    echo "$name"
    echo "  token    $token"
    echo "  length   ${#token}"
    echo "  header   $(printf '%s' "$header" | decode)"
    echo "  payload  $(printf '%s' "${signed#*.}" | decode)"
    case $public in
    *ec_*) printf '%s' "$signature" | decode | to_der ;;
    *) printf '%s' "$signature" | decode >"$work/signature" ;;
    esac
    printf '%s' "$signed" | openssl dgst -sha256 -verify "$public" -signature "$work/signature" >"$work/verdict" ||
        { echo "  OpenSSL refuses the signature" >&2; exit 1; }
    echo "  OpenSSL  $(cat "$work/verdict")"
}

openssl ecparam -genkey -name prime256v1 -noout -out "$work/ec_private.pem"
openssl ec -in "$work/ec_private.pem" -pubout -out "$work/ec_public.pem" 2>/dev/null
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/rsa_private.pem" 2>/dev/null ||
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/rsa_private.pem" 2>/dev/null
openssl rsa -in "$work/rsa_private.pem" -pubout -out "$work/rsa_public.pem" 2>/dev/null

for kind in ec rsa; do
    token=$("$mint" mqtt --key "$work/${kind}_private.pem" --project my-project)
    show "MQTT token, signed with $work/${kind}_private.pem" "$work/${kind}_public.pem" "$token"
    token=$("$mint" http --key "$work/${kind}_private.pem" --system-key 0a1b2c3d4e5f60718293a4b5c6d7 --device my-device)
    show "HTTP token, signed with $work/${kind}_private.pem" "$work/${kind}_public.pem" "$token"
done
echo
echo "make demo: 4 tokens minted, 4 signatures verified by OpenSSL"
