#!/bin/sh
# Makes the key files of this folder afresh with OpenSSL, one for each form that a user may have. They are test keys:
# public, and good for nothing else.
set -eu
cd "$(dirname "$0")"

pass=pass:passphrase
openssl ecparam -genkey -name prime256v1 -out ec_sec1_parameters.pem
openssl ec -in ec_sec1_parameters.pem -out ec_sec1.pem
openssl pkcs8 -topk8 -nocrypt -in ec_sec1.pem -out ec_pkcs8.pem
openssl ec -in ec_sec1.pem -no_public -out ec_sec1_no_public.pem
openssl ec -in ec_sec1.pem -conv_form compressed -out ec_sec1_compressed.pem
openssl ec -in ec_sec1.pem -param_enc explicit -out ec_sec1_explicit.pem
openssl pkcs8 -topk8 -nocrypt -in ec_sec1_explicit.pem -out ec_pkcs8_explicit.pem
openssl ec -in ec_sec1.pem -aes256 -passout $pass -out ec_sec1_encrypted.pem
openssl pkcs8 -topk8 -in ec_sec1.pem -passout $pass -out ec_pkcs8_encrypted.pem
openssl ec -in ec_sec1.pem -pubout -out ec_public.pem
openssl ec -in ec_sec1.pem -pubout -conv_form compressed -out ec_public_compressed.pem
openssl req -new -x509 -key ec_sec1.pem -subj /CN=device -days 36500 -out ec_certificate.pem
openssl ecparam -genkey -name secp384r1 -noout -out ec_p384.pem
openssl ecparam -genkey -name secp256k1 -noout -out ec_secp256k1.pem
openssl ecparam -genkey -name secp521r1 -noout -out ec_p521.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem

for bits in 2048 3072 4096; do
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$bits -out rsa_${bits}_pkcs8.pem
    openssl rsa -in rsa_${bits}_pkcs8.pem -traditional -out rsa_${bits}_pkcs1.pem
    openssl rsa -in rsa_${bits}_pkcs8.pem -pubout -out rsa_${bits}_public.pem
done
openssl rsa -in rsa_2048_pkcs8.pem -RSAPublicKey_out -out rsa_2048_public_pkcs1.pem
openssl rsa -in rsa_2048_pkcs8.pem -traditional -aes256 -passout $pass -out rsa_2048_pkcs1_encrypted.pem
openssl req -new -x509 -key rsa_2048_pkcs8.pem -subj /CN=device -days 36500 -out rsa_2048_certificate.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out rsa_2048_e3.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out rsa_2048_three_primes.pem
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out rsa_2048_pss.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa_1024.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2056 -out rsa_2056.pem
