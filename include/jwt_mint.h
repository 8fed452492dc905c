/**
 * @file jwt_mint.h
 * JSON Web Tokens with which a device proves who it is, minted in memory that the caller owns.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What holds for every function
 * -----------------------------
 *
 * Memory. The caller owns every byte. There is no allocation, so there is nothing to release; keys that hold a secret
 * have a `..._wipe()`. A size (`..._size`) is the room in bytes, a length (`..._len`) the bytes in use; a length never
 * counts the NUL behind a text.
 *
 * Text and bytes go in as `jwt_str` and `jwt_bytes`: a pointer and a length, at most 65,535 bytes. Texts need no NUL.
 *
 * Failure. Every call that can fail returns a `jwt_status`: `JWT_OK` (0), or one negative number per cause. A failed
 * call leaves every output that it was given empty: the empty string, zeros, length 0, an empty key. The one exception:
 * with `JWT_ERR_BUFFER_TOO_SMALL` a length output tells the length needed. There are no partial results. Where several
 * things are wrong at once, which of them is reported is not defined.
 *
 * Every function that returns a `jwt_status` can also return, without listing it:
 * - `JWT_ERR_POINTER`: a pointer is NULL that the function does not call optional, or an object is not aligned for its
 *   type, or a buffer is NULL while its size is not 0, or a text or byte string is NULL while its length is not 0.
 * - `JWT_ERR_OVERLAP`: an output overlaps an input (the texts and keys that structs refer to included) or another output.
 * - `JWT_ERR_TOO_LONG`: a text or byte string is over 65,535 bytes.
 *
 * Structs that the caller fills in are to be zeroed first (`= {0}`; in C++ `= {}`): zero is the safe default of every
 * field, and a field that a later version adds changes nothing for a caller who has not heard of it. Fields that are
 * called the library's are not to be read or written, and may change between versions.
 *
 * Keys need not be zeroed before they are loaded. A key may be wiped once it was zeroed or a load was tried, whether or
 * not that succeeded, and any number of times.
 *
 * Signers and verifiers refer to keys (or to a `jwt_callback`, and through it to a verifier), and RS256 and HS256 keys to
 * the bytes they were loaded from. What is referred to must stay where it is, unchanged, as long as what refers to it is
 * used: an RS256 key whose DER was overwritten fails with `JWT_ERR_SIGNATURE`. Copying a key or a signer is allowed; to
 * wipe one copy of an RS256 key wipes the decoded DER that all of them use. A signer made of NULL makes the call that
 * uses it fail with `JWT_ERR_POINTER`.
 *
 * Inputs must not change while a call runs.
 *
 * Threads and interrupts. No call leaves anything behind for another: any number of them may run at the same time, on the
 * same keys too, as long as each has outputs of its own. No call blocks, waits, reads a clock or a random generator, or logs.
 *
 * Time is the caller's: 64-bit seconds since 1970-01-01 UTC.
 *
 * Secrets. The code has no branch, address or division that depends on a private key; on which cores that is not enough,
 * and what else is not protected (power and electromagnetic analysis), the README tells.
 *
 * Enumerations and booleans cross this interface as fixed-width integers, so -fshort-enums does not matter. In C a
 * `jwt_status` is an `int32_t`.
 */
#ifndef JWT_MINT_H
#define JWT_MINT_H


#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Version of this header. */
#define JWT_MINT_VERSION_MAJOR 0
#define JWT_MINT_VERSION_MINOR 1
#define JWT_MINT_VERSION_PATCH 0
#define JWT_MINT_VERSION_STRING "0.1.0"
/** Version as one number: 8 bits each for major, minor and patch. `jwt_version()` tells the archive's. */
#define JWT_MINT_VERSION ((JWT_MINT_VERSION_MAJOR << 16) | (JWT_MINT_VERSION_MINOR << 8) | JWT_MINT_VERSION_PATCH)

/** Asks the compiler to warn about a call whose status is ignored. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define JWT_MUST_CHECK [[nodiscard]]
#elif defined(__GNUC__) || defined(__clang__)
#define JWT_MUST_CHECK __attribute__((warn_unused_result))
#else
#define JWT_MUST_CHECK
#endif

/** Characters that `bytes` bytes take in base64url (RFC 7515 section 2). */
#define JWT_BASE64URL_LEN(bytes) (((bytes) * 4 + 2) / 3)

/**
 * The most bytes that a text of `len` bytes takes in JSON, without its quotes. Texts without quotes, backslashes and
 * control characters take `len`: identifiers do. The lengths of texts below are lengths in JSON.
 */
#define JWT_JSON_TEXT_MAX(len) (6 * (len))

/** The most characters of an integer in JSON. */
#define JWT_INTEGER_LEN_MAX 20

/** Room for an MQTT token with its NUL. `signature_len`: JWT_ES256_SIGNATURE_LEN and its siblings. */
#define JWT_MQTT_TOKEN_SIZE(project_len, signature_len) \
    JWT_TOKEN_SIZE(0, JWT_TEXT_CLAIM_LEN(3, project_len), signature_len)

/** Room for an HTTP token with its NUL. */
#define JWT_HTTP_TOKEN_SIZE(system_key_len, device_len, signature_len)                          \
    JWT_TOKEN_SIZE(0,                                                                           \
                   JWT_TEXT_CLAIM_LEN(2, system_key_len) + JWT_TEXT_CLAIM_LEN(3, device_len) + \
                       JWT_JSON_CLAIM_LEN(2, 1),                                                \
                   signature_len)

/**
 * Room for a token of jwt_mint() with its NUL. `key_id_len`: 0 without a `kid`. `claims_len`: the sum of the macros below
 * over all claims but `iat` and `exp`, which are counted here.
 */
#define JWT_TOKEN_SIZE(key_id_len, claims_len, signature_len)                                      \
    (JWT_BASE64URL_LEN(27 + ((key_id_len) > 0 ? 9 + (key_id_len) : 0)) + 1 +                       \
     JWT_BASE64URL_LEN(1 + (claims_len) + 2 * JWT_INTEGER_CLAIM_LEN(3)) + 1 +                      \
     JWT_BASE64URL_LEN(signature_len) + 1)

/** Bytes of a text claim, with the comma or brace behind it: `"name":"text",`. */
#define JWT_TEXT_CLAIM_LEN(name_len, text_len) ((name_len) + (text_len) + 6)
/** The most bytes of an integer claim. */
#define JWT_INTEGER_CLAIM_LEN(name_len) JWT_JSON_CLAIM_LEN(name_len, JWT_INTEGER_LEN_MAX)
/** Bytes of a JSON claim; a boolean takes 5. */
#define JWT_JSON_CLAIM_LEN(name_len, json_len) ((name_len) + (json_len) + 4)


/**
 * `jwt_claim.type`: `value.text`, written as a JSON string.
 */
#define JWT_CLAIM_TEXT 1

/**
 * `jwt_claim.type`: `value.integer`.
 */
#define JWT_CLAIM_INTEGER 2

/**
 * `jwt_claim.type`: `value.unsigned_integer`.
 */
#define JWT_CLAIM_UNSIGNED 3

/**
 * `jwt_claim.type`: `value.boolean`.
 */
#define JWT_CLAIM_BOOLEAN 4

/**
 * `jwt_claim.type`: `value.json`.
 */
#define JWT_CLAIM_JSON 5

/**
 * Bytes of an ES256 signature.
 */
#define JWT_ES256_SIGNATURE_LEN 64

/**
 * Bytes of an HS256 signature.
 */
#define JWT_HS256_SIGNATURE_LEN 32

/**
 * Bytes of an RS256 signature by a key of 2048 bits.
 */
#define JWT_RS256_2048_SIGNATURE_LEN 256

/**
 * Bytes of an RS256 signature by a key of 3072 bits.
 */
#define JWT_RS256_3072_SIGNATURE_LEN 384

/**
 * Bytes of an RS256 signature by a key of 4096 bits.
 */
#define JWT_RS256_4096_SIGNATURE_LEN 512

/**
 * Bytes of the longest signature.
 */
#define JWT_SIGNATURE_SIZE_MAX 512

/**
 * `jwt_callback.signature`: ES256, r then s, 32 bytes each.
 */
#define JWT_SIGNATURE_ES256_RAW 1

/**
 * `jwt_callback.signature`: ES256, DER (RFC 3279 section 2.2.3), at most 72 bytes.
 */
#define JWT_SIGNATURE_ES256_DER 2

/**
 * `jwt_callback.signature`: RS256 with a modulus of 2048 bits, 256 bytes.
 */
#define JWT_SIGNATURE_RS256_2048 3

/**
 * `jwt_callback.signature`: RS256 with a modulus of 3072 bits, 384 bytes.
 */
#define JWT_SIGNATURE_RS256_3072 4

/**
 * `jwt_callback.signature`: RS256 with a modulus of 4096 bits, 512 bytes.
 */
#define JWT_SIGNATURE_RS256_4096 5

/**
 * Room for the DER of any private key of 2048 bits with a public exponent of up to 32 bits, PKCS#8 around it.
 */
#define JWT_RS256_DER_SIZE_2048 1224

/**
 * Room for the DER of any private key of 3072 bits, as above.
 */
#define JWT_RS256_DER_SIZE_3072 1800

/**
 * Room for the DER of any private key of 4096 bits, as above. Public keys take less than half.
 */
#define JWT_RS256_DER_SIZE_4096 2384

/**
 * The longest lifetime of an MQTT or HTTP token, in seconds: 24 hours.
 */
#define JWT_PROFILE_LIFETIME_MAX 86400

/**
 * The clock floor where the caller gives none: 2001-09-09T01:46:40Z. Unset clocks start in 1970, 1980 or 2000.
 */
#define JWT_CLOCK_FLOOR_DEFAULT 1000000000

/**
 * The longest token, in characters without the NUL.
 */
#define JWT_TOKEN_LEN_MAX 65535

/**
 * The most claims of the caller's own in one token.
 */
#define JWT_OWN_CLAIMS_MAX 256

/**
 * How deep the arrays and objects of a JSON claim may nest.
 */
#define JWT_JSON_DEPTH_MAX 32

/**
 * Result of every call: 0, or the one cause why not.
 *
 * `JWT_ERR_*`, -1 to -31: the call could not be carried out. The numbers -32 to -63 are kept for tokens that are not to
 * be trusted. A number, once given to a cause, is never given to another.
 */
enum jwt_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Done.
     */
    JWT_OK = 0,
    /**
     * A pointer that must not be NULL is NULL.
     */
    JWT_ERR_POINTER = -1,
    /**
     * The buffer has too little room. Where the call has a length output, it holds the length needed.
     */
    JWT_ERR_BUFFER_TOO_SMALL = -2,
    /**
     * An output overlaps an input or another output.
     */
    JWT_ERR_OVERLAP = -3,
    /**
     * A text, a number of claims or the token as a whole is longer than the library handles.
     */
    JWT_ERR_TOO_LONG = -4,
    /**
     * A text is not valid UTF-8 (RFC 3629).
     */
    JWT_ERR_UTF8 = -5,
    /**
     * A claim or a name that must not be empty is empty or missing.
     */
    JWT_ERR_EMPTY_CLAIM = -6,
    /**
     * A claim name occurs twice (RFC 7519 section 4).
     */
    JWT_ERR_DUPLICATE_CLAIM = -7,
    /**
     * The type of a claim is none of `JWT_CLAIM_*`.
     */
    JWT_ERR_CLAIM_TYPE = -8,
    /**
     * A raw JSON claim is not one whole JSON value (RFC 8259), or nests deeper than `JWT_JSON_DEPTH_MAX`.
     */
    JWT_ERR_JSON = -9,
    /**
     * A time is negative, or the expiry lies beyond 64 bits.
     */
    JWT_ERR_TIME = -10,
    /**
     * `now` is below the clock floor: the device's clock is not set.
     */
    JWT_ERR_CLOCK = -11,
    /**
     * The lifetime is outside the range that the call allows.
     */
    JWT_ERR_LIFETIME = -12,
    /**
     * The input is not a key: damaged, truncated, or something else altogether.
     */
    JWT_ERR_KEY_MALFORMED = -13,
    /**
     * A public key, where a private one belongs.
     */
    JWT_ERR_KEY_IS_PUBLIC = -14,
    /**
     * A private key, where a public one belongs.
     */
    JWT_ERR_KEY_IS_PRIVATE = -15,
    /**
     * A certificate, where a key belongs.
     */
    JWT_ERR_KEY_IS_CERTIFICATE = -16,
    /**
     * The key is encrypted with a passphrase.
     */
    JWT_ERR_KEY_ENCRYPTED = -17,
    /**
     * A key of another algorithm than the call is for.
     */
    JWT_ERR_KEY_ALGORITHM = -18,
    /**
     * An EC key on another curve than P-256, or one with explicit curve parameters.
     */
    JWT_ERR_KEY_CURVE = -19,
    /**
     * The key is too small: an RSA modulus under 2048 bits, a secret under 32 bytes.
     */
    JWT_ERR_KEY_TOO_SMALL = -20,
    /**
     * A kind of key that is not supported: an RSA size other than 2048, 3072 or 4096 bits, an even or huge public
     * exponent, more than two primes, OpenSSH's own format.
     */
    JWT_ERR_KEY_UNSUPPORTED = -21,
    /**
     * The parts of the key contradict one another, or lie outside their range.
     */
    JWT_ERR_KEY_INCONSISTENT = -22,
    /**
     * The secret is the PEM or DER of a key, which is public more often than not (RS256 to HS256 confusion).
     */
    JWT_ERR_KEY_NOT_SECRET = -23,
    /**
     * The key, signer or verifier was not loaded, or was wiped.
     */
    JWT_ERR_KEY_NOT_LOADED = -24,
    /**
     * The signing callback reported a failure.
     */
    JWT_ERR_SIGNER = -25,
    /**
     * A signature came out wrong: a callback's result of another length, out of range or not valid under the public
     * key; or the machine failed, or an input changed, while the library signed.
     */
    JWT_ERR_SIGNATURE = -26,
    /**
     * The callback's algorithm or signature encoding is none that the library knows.
     */
    JWT_ERR_CALLBACK = -27,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum jwt_status jwt_status;
#else
typedef int32_t jwt_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a kind of signer does. Opaque.
 */
typedef struct jwt_signer_kind jwt_signer_kind;

/**
 * What a kind of verifier does. Opaque.
 */
typedef struct jwt_verifier_kind jwt_verifier_kind;

/**
 * Who signs: a value that refers to a key, which must outlive it. Made by `jwt_es256_signer()` and its siblings; a
 * zeroed one signs nothing. Its fields are the library's.
 */
typedef struct jwt_signer {
    const void *key;
    const struct jwt_signer_kind *kind;
} jwt_signer;

/**
 * Signs a SHA-256 digest with a key that the library never sees. It must return: no exception, no longjmp().
 *
 * @param[in]  context        What the struct says.
 * @param[in]  digest         32 bytes: the SHA-256 of the message.
 * @param[in]  message_len    Length of the message in bytes, for elements that ask for it.
 * @param[out] signature      Where the signature goes.
 * @param[in]  signature_size Room there, in bytes: the longest that the declared encoding can be.
 * @param[out] signature_len  Length of the signature in bytes; 0 when the function is called.
 * @return 0 on success; anything else makes the call fail with `JWT_ERR_SIGNER`.
 */
typedef int32_t (*jwt_sign_callback)(void *context,
                                     const uint8_t *digest,
                                     size_t message_len,
                                     uint8_t *signature,
                                     size_t signature_size,
                                     size_t *signature_len);

/**
 * Who checks a signature: a value that refers to a public key, which must outlive it. Made by `jwt_es256_verifier()` and
 * `jwt_rs256_verifier()`. Its fields are the library's.
 */
typedef struct jwt_verifier {
    const void *key;
    const struct jwt_verifier_kind *kind;
} jwt_verifier;

/**
 * A key in a secure element, a PSA key store or an HSM.
 */
typedef struct jwt_callback {
    /**
     * Algorithm and encoding of its signatures: `JWT_SIGNATURE_ES256_RAW` and its siblings. Never guessed.
     */
    uint32_t signature;
    /**
     * The function that signs.
     */
    jwt_sign_callback sign;
    /**
     * Handed to the function as it is.
     */
    void *context;
    /**
     * Checks every signature before it is used. Recommended: zeroed, only length and range are checked, and an element
     * that signs with another key, or wrongly, is not noticed.
     */
    struct jwt_verifier verifier;
} jwt_callback;

/**
 * A private key on P-256. Holds a copy of the scalar: wipe it when it is not needed any more. Its fields are the library's.
 */
typedef struct jwt_es256_key {
    uint32_t state;
    uint8_t scalar[32];
} jwt_es256_key;

/**
 * Bytes by pointer and length. At most 65,535 of them.
 */
typedef struct jwt_bytes {
    /**
     * First byte. NULL only where `len` is 0.
     */
    const uint8_t *ptr;
    /**
     * Length in bytes.
     */
    size_t len;
} jwt_bytes;

/**
 * Text by pointer and length; it need not end in a NUL. Made by `JWT_STR("literal")` or `jwt_str_from(c_string)`.
 * At most 65,535 bytes.
 */
typedef struct jwt_str {
    /**
     * First byte. NULL only where `len` is 0.
     */
    const char *ptr;
    /**
     * Length in bytes, without a NUL.
     */
    size_t len;
} jwt_str;

/**
 * A public key on P-256. Its fields are the library's.
 */
typedef struct jwt_es256_public_key {
    uint32_t state;
    uint8_t point[65];
} jwt_es256_public_key;

/**
 * A private RSA key of 2048, 3072 or 4096 bits. It refers to the DER that it was loaded from, which must stay where it
 * is: in flash, or in the buffer that a PEM was decoded into. Its fields are the library's.
 */
typedef struct jwt_rs256_key {
    uint32_t state;
    uint32_t exponent;
    struct jwt_bytes modulus;
    struct jwt_bytes prime1;
    struct jwt_bytes prime2;
    struct jwt_bytes exponent1;
    struct jwt_bytes exponent2;
    struct jwt_bytes coefficient;
    uint8_t *decoded;
    size_t decoded_size;
} jwt_rs256_key;

/**
 * A public RSA key of 2048, 3072 or 4096 bits. It refers to the DER that it was loaded from. Its fields are the library's.
 */
typedef struct jwt_rs256_public_key {
    uint32_t state;
    uint32_t exponent;
    struct jwt_bytes modulus;
} jwt_rs256_public_key;

/**
 * A shared secret, borrowed: its bytes must stay where they are while the key is used. Its fields are the library's.
 */
typedef struct jwt_hs256_key {
    uint32_t state;
    struct jwt_bytes secret;
} jwt_hs256_key;

/**
 * A private key that is whatever was loaded: EC on P-256 (ES256) or RSA (RS256). Linking it links both algorithms. Its
 * fields are the library's.
 */
typedef struct jwt_private_key {
    uint32_t is_rsa;
    struct jwt_es256_key es256;
    struct jwt_rs256_key rs256;
} jwt_private_key;

/**
 * Claims of an MQTT token: `aud`, `iat`, `exp`. Times are in seconds.
 */
typedef struct jwt_mqtt_claims {
    /**
     * `aud`: the cloud project's id.
     */
    struct jwt_str project;
    /**
     * `iat`: the time now, since 1970-01-01 UTC.
     */
    int64_t now;
    /**
     * The earliest time that `now` can be if the clock is set: the time of the build, say, or the last time stored.
     * 0: `JWT_CLOCK_FLOOR_DEFAULT`. It may be less than that; 1 all but switches the check off.
     */
    int64_t clock_floor;
    /**
     * `exp - iat`: 1 to `JWT_PROFILE_LIFETIME_MAX`.
     */
    int64_t lifetime;
} jwt_mqtt_claims;

/**
 * Claims of an HTTP token: `sk`, `uid`, `ut` (always 3), `iat`, `exp`. Times are in seconds.
 */
typedef struct jwt_http_claims {
    /**
     * `sk`: the registry's system key.
     */
    struct jwt_str system_key;
    /**
     * `uid`: the device id, not its number.
     */
    struct jwt_str device;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t now;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t clock_floor;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t lifetime;
} jwt_http_claims;

/**
 * The value of a claim of the caller's own.
 */
typedef union jwt_claim_value {
    /**
     * Text, valid UTF-8.
     */
    struct jwt_str text;
    /**
     * A number; many readers are exact only up to 2^53.
     */
    int64_t integer;
    /**
     * A number; many readers are exact only up to 2^53.
     */
    uint64_t unsigned_integer;
    /**
     * 0: false, anything else: true.
     */
    uint8_t boolean;
    /**
     * One JSON value, written as it is. Checked against RFC 8259 first; names inside it are not compared.
     */
    struct jwt_str json;
} jwt_claim_value;

/**
 * A claim of the caller's own. Made by `jwt_claim_text()` and its siblings. It may bear the name of a registered claim
 * that is left out: an `aud` that is an array, say.
 */
typedef struct jwt_claim {
    /**
     * Its name: not empty, and no other claim's.
     */
    struct jwt_str name;
    /**
     * Which member of `value` holds the value: `JWT_CLAIM_TEXT` and its siblings.
     */
    uint32_t type;
    /**
     * Its value.
     */
    union jwt_claim_value value;
} jwt_claim;

/**
 * Claims of a token for any broker. A text whose pointer is NULL is left out. Times are in seconds.
 */
typedef struct jwt_claims {
    /**
     * `iss` (RFC 7519 section 4.1.1), or left out.
     */
    struct jwt_str issuer;
    /**
     * `sub` (RFC 7519 section 4.1.2), or left out.
     */
    struct jwt_str subject;
    /**
     * `aud` (RFC 7519 section 4.1.3), or left out. For an array of them, a JSON claim of the caller's own.
     */
    struct jwt_str audience;
    /**
     * `jti` (RFC 7519 section 4.1.7), or left out.
     */
    struct jwt_str jwt_id;
    /**
     * `kid` in the header (RFC 7515 section 4.1.4), or left out.
     */
    struct jwt_str key_id;
    /**
     * `nbf` (RFC 7519 section 4.1.5) since 1970-01-01 UTC, before `now + lifetime`. 0: left out.
     */
    int64_t not_before;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t now;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t clock_floor;
    /**
     * `exp - iat`: 1 or more.
     */
    int64_t lifetime;
    /**
     * The claims of the caller's own, written behind the others in this order. NULL where there are none.
     */
    const struct jwt_claim *own;
    /**
     * How many there are: at most `JWT_OWN_CLAIMS_MAX`.
     */
    size_t own_count;
} jwt_claims;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The name of a status, such as `"JWT_ERR_CLOCK"`; `"JWT_STATUS_UNKNOWN"` for a number that is none.
 *
 * @return A string that lasts for ever. Never NULL.
 */
JWT_MUST_CHECK
const char *jwt_status_name(int32_t status);

/**
 * The version of the library that was linked: `JWT_MINT_VERSION` of its own header.
 */
JWT_MUST_CHECK
uint32_t jwt_version(void);

/**
 * A signer that calls back. What the function returns must have the declared length; r and s must lie in 1 to n - 1
 * (RFC 7518 section 3.4 by way of SEC 1 section 4.1.4), an RSA signature must not be 0; and where there is a verifier,
 * it must be valid. Otherwise the call that signs fails with `JWT_ERR_SIGNATURE`. The struct and what it refers to must
 * stay where they are while the signer is used.
 *
 * The call that signs fails with `JWT_ERR_CALLBACK` where `signature` is none of the above or the verifier is for
 * another algorithm or size, and with `JWT_ERR_POINTER` where `sign` is NULL.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_callback_signer(const struct jwt_callback *callback);

/**
 * Loads a private key from its 32 bytes, big-endian (SEC 1 section 2.3.7).
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  raw 32 bytes; copied.
 * @retval JWT_OK                   Loaded.
 * @retval JWT_ERR_KEY_MALFORMED    Not 32 bytes.
 * @retval JWT_ERR_KEY_INCONSISTENT 0, or not less than the order of the curve.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_key_load_raw(struct jwt_es256_key *key,
                                  struct jwt_bytes raw);

/**
 * Loads a private key from DER: SEC1 (RFC 5915) or PKCS#8 (RFC 5958), both with the curve named.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  der The DER; the scalar is copied from it.
 * @retval JWT_OK                     Loaded.
 * @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
 * @retval JWT_ERR_KEY_IS_PUBLIC      A public key.
 * @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
 * @retval JWT_ERR_KEY_ENCRYPTED      A key under a passphrase.
 * @retval JWT_ERR_KEY_ALGORITHM      An RSA key, or another that is not EC.
 * @retval JWT_ERR_KEY_CURVE          Another curve, or explicit curve parameters.
 * @retval JWT_ERR_KEY_INCONSISTENT   The scalar is out of range, or the public key beside it is not its own.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_key_load_der(struct jwt_es256_key *key,
                                  struct jwt_bytes der);

/**
 * Loads the first private key from a PEM text (RFC 7468) that holds SEC1 or PKCS#8.
 *
 * Line ends and widths, blanks, text around the block, an `EC PARAMETERS` block before it and a trailing NUL do not
 * matter. Results as for `jwt_es256_key_load_der()`.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  pem The text; the scalar is copied from it.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_key_load_pem(struct jwt_es256_key *key,
                                  struct jwt_str pem);

/**
 * Overwrites the key. NULL does nothing.
 */
void jwt_es256_key_wipe(struct jwt_es256_key *key);

/**
 * A signer that uses the key. The key must stay where it is, and loaded, while the signer is used.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_es256_signer(const struct jwt_es256_key *key);

/**
 * Loads a public key from its 65 bytes: 4, x, y (SEC 1 section 2.3.3).
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  raw 65 bytes; copied.
 * @retval JWT_OK                   Loaded.
 * @retval JWT_ERR_KEY_MALFORMED    Not 65 bytes.
 * @retval JWT_ERR_KEY_INCONSISTENT Not a point on the curve.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_public_key_load_raw(struct jwt_es256_public_key *key,
                                         struct jwt_bytes raw);

/**
 * Loads a public key from DER: SubjectPublicKeyInfo (RFC 5280 section 4.1) with the curve named, the point uncompressed.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  der The DER; the point is copied from it.
 * @retval JWT_OK                     Loaded.
 * @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
 * @retval JWT_ERR_KEY_IS_PRIVATE     A private key.
 * @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
 * @retval JWT_ERR_KEY_ENCRYPTED      An encrypted private key.
 * @retval JWT_ERR_KEY_ALGORITHM      An RSA key, or another that is not EC.
 * @retval JWT_ERR_KEY_CURVE          Another curve, or explicit curve parameters.
 * @retval JWT_ERR_KEY_INCONSISTENT   Not a point on the curve.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_public_key_load_der(struct jwt_es256_public_key *key,
                                         struct jwt_bytes der);

/**
 * Loads the first public key from a PEM text (RFC 7468) that holds a SubjectPublicKeyInfo. What does not matter is said
 * at `jwt_es256_key_load_pem()`, the results at `jwt_es256_public_key_load_der()`.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  pem The text; the point is copied from it.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_public_key_load_pem(struct jwt_es256_public_key *key,
                                         struct jwt_str pem);

/**
 * A verifier that uses the key. The key must stay where it is, and loaded, while the verifier is used.
 */
JWT_MUST_CHECK
struct jwt_verifier jwt_es256_verifier(const struct jwt_es256_public_key *key);

/**
 * Loads a private key from DER: PKCS#1 (RFC 8017 appendix A.1.2) or PKCS#8 (RFC 5958).
 *
 * The parts are checked to belong together, which takes little time beside a signature. Whether p and q are
 * prime is not tested: a signature that came out wrong for it would not be released. The private exponent d is neither
 * used nor compared.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  der The DER; borrowed, and read at every signature.
 * @retval JWT_OK                     Loaded.
 * @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
 * @retval JWT_ERR_KEY_IS_PUBLIC      A public key.
 * @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
 * @retval JWT_ERR_KEY_ENCRYPTED      A key under a passphrase.
 * @retval JWT_ERR_KEY_ALGORITHM      An EC key, or another that is not RSA; an RSA key for PSS only.
 * @retval JWT_ERR_KEY_TOO_SMALL      Under 2048 bits.
 * @retval JWT_ERR_KEY_UNSUPPORTED    Not 2048, 3072 or 4096 bits, primes of different length, more than two of them, or
 *                                    a public exponent that is even, under 3 or over 32 bits.
 * @retval JWT_ERR_KEY_INCONSISTENT   The parts contradict one another.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_key_load_der(struct jwt_rs256_key *key,
                                  struct jwt_bytes der);

/**
 * Loads the first private key from a PEM text (RFC 7468) that holds PKCS#1 or PKCS#8, by way of a buffer.
 *
 * What does not matter in the text is said at `jwt_es256_key_load_pem()`, further results at `jwt_rs256_key_load_der()`.
 *
 * @param[out] key      The key; empty on failure.
 * @param[in]  pem      The text; not needed any more once the call returns.
 * @param[out] der      Where the DER goes; borrowed by the key until `jwt_rs256_key_wipe()`. Wiped on failure.
 * @param[in]  der_size Room there, in bytes: `JWT_RS256_DER_SIZE_2048` and its siblings.
 * @param[out] der_len  Length of the DER in bytes; 0 on failure, but see below.
 * @retval JWT_OK                   Loaded.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_key_load_pem(struct jwt_rs256_key *key,
                                  struct jwt_str pem,
                                  uint8_t *der,
                                  size_t der_size,
                                  size_t *der_len);

/**
 * Empties the key, and wipes the buffer that a PEM was decoded into. NULL does nothing.
 */
void jwt_rs256_key_wipe(struct jwt_rs256_key *key);

/**
 * A signer that uses the key. Key and DER must stay where they are while the signer is used.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_rs256_signer(const struct jwt_rs256_key *key);

/**
 * Loads a public key from DER: SubjectPublicKeyInfo (RFC 5280 section 4.1) or PKCS#1 (RFC 8017 appendix A.1.1).
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  der The DER; borrowed, and read at every check.
 * @retval JWT_OK                     Loaded.
 * @retval JWT_ERR_KEY_MALFORMED      No key, or a damaged one.
 * @retval JWT_ERR_KEY_IS_PRIVATE     A private key.
 * @retval JWT_ERR_KEY_IS_CERTIFICATE A certificate.
 * @retval JWT_ERR_KEY_ENCRYPTED      An encrypted private key.
 * @retval JWT_ERR_KEY_ALGORITHM      An EC key, or another that is not RSA.
 * @retval JWT_ERR_KEY_TOO_SMALL      Under 2048 bits.
 * @retval JWT_ERR_KEY_UNSUPPORTED    Not 2048, 3072 or 4096 bits, or a public exponent that is even, under 3 or over 32
 *                                    bits.
 * @retval JWT_ERR_KEY_INCONSISTENT   An even modulus.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_public_key_load_der(struct jwt_rs256_public_key *key,
                                         struct jwt_bytes der);

/**
 * Loads the first public key from a PEM text (RFC 7468) that holds a SubjectPublicKeyInfo or PKCS#1, by way of a buffer.
 *
 * Parameters as for `jwt_rs256_key_load_pem()`, further results as for `jwt_rs256_public_key_load_der()`.
 *
 * @param[out] key      The key; empty on failure.
 * @param[in]  pem      The text; not needed any more once the call returns.
 * @param[out] der      Where the DER goes; borrowed by the key.
 * @param[in]  der_size Room there, in bytes.
 * @param[out] der_len  Length of the DER in bytes; 0 on failure, but see below.
 * @retval JWT_OK                   Loaded.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_public_key_load_pem(struct jwt_rs256_public_key *key,
                                         struct jwt_str pem,
                                         uint8_t *der,
                                         size_t der_size,
                                         size_t *der_len);

/**
 * A verifier that uses the key. Key and DER must stay where they are while the verifier is used.
 */
JWT_MUST_CHECK
struct jwt_verifier jwt_rs256_verifier(const struct jwt_rs256_public_key *key);

/**
 * Takes a shared secret for HS256: 32 bytes or more (RFC 7518 section 3.2), from a random generator.
 *
 * @param[out] key    The key; empty on failure.
 * @param[in]  secret The secret; borrowed. An empty one is too small.
 * @retval JWT_OK                 Loaded.
 * @retval JWT_ERR_KEY_TOO_SMALL  Under 32 bytes.
 * @retval JWT_ERR_KEY_NOT_SECRET The PEM or DER of a key.
 */
JWT_MUST_CHECK
jwt_status jwt_hs256_key_load(struct jwt_hs256_key *key,
                              struct jwt_bytes secret);

/**
 * Forgets where the secret is. The secret itself is the caller's. NULL does nothing.
 */
void jwt_hs256_key_wipe(struct jwt_hs256_key *key);

/**
 * A signer that uses the key. Key and secret must stay where they are while the signer is used.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_hs256_signer(const struct jwt_hs256_key *key);

/**
 * Loads the private key from DER: SEC1, PKCS#1 or PKCS#8.
 *
 * Results as for `jwt_es256_key_load_der()` and `jwt_rs256_key_load_der()`; `JWT_ERR_KEY_ALGORITHM` where it is neither
 * EC nor RSA.
 *
 * @param[out] key The key; empty on failure.
 * @param[in]  der The DER. An RSA key borrows it.
 */
JWT_MUST_CHECK
jwt_status jwt_private_key_load_der(struct jwt_private_key *key,
                                    struct jwt_bytes der);

/**
 * Loads the first private key from a PEM text (RFC 7468), by way of a buffer.
 *
 * Parameters as for `jwt_rs256_key_load_pem()`, results as for it and `jwt_private_key_load_der()`. An EC key borrows
 * nothing: the buffer is wiped again, and free, when the call returns.
 *
 * @param[out] key      The key; empty on failure.
 * @param[in]  pem      The text; not needed any more once the call returns.
 * @param[out] der      Where the DER goes; borrowed by an RSA key until `jwt_private_key_wipe()`. Wiped on failure.
 * @param[in]  der_size Room there, in bytes: `JWT_RS256_DER_SIZE_4096` is enough for every key.
 * @param[out] der_len  Length that the DER has or, of an EC key, had, in bytes; 0 on failure, but see below.
 * @retval JWT_OK                   Loaded.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `*der_len` is the length needed.
 */
JWT_MUST_CHECK
jwt_status jwt_private_key_load_pem(struct jwt_private_key *key,
                                    struct jwt_str pem,
                                    uint8_t *der,
                                    size_t der_size,
                                    size_t *der_len);

/**
 * Overwrites the key, and the buffer that a PEM was decoded into. NULL does nothing.
 */
void jwt_private_key_wipe(struct jwt_private_key *key);

/**
 * A signer that uses the key: ES256 or RS256, as the key is. The key, and an RSA key's DER, must stay where they are
 * while the signer is used.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_private_key_signer(const struct jwt_private_key *key);

/**
 * Mints an MQTT token: header `alg`, `typ`; payload `aud`, `iat`, `exp`. It goes into the CONNECT packet as password,
 * with a user name that is not empty, such as `unused`.
 *
 * @param[in]  claims   What the token says.
 * @param[in]  signer   Who signs it: ES256 or RS256.
 * @param[out] out      The token and a NUL; the empty string on failure. NULL to ask for the length only.
 * @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL. `JWT_MQTT_TOKEN_SIZE()` bounds what is needed.
 * @param[out] out_len  Length of the token without the NUL; 0 on failure, but see below.
 * @retval JWT_OK                   Minted; or, where `out` is NULL, measured: nothing was signed.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the token's length.
 * @retval JWT_ERR_EMPTY_CLAIM      The project is empty.
 * @retval JWT_ERR_UTF8             The project is not UTF-8.
 * @retval JWT_ERR_TIME             `now` or `clock_floor` is negative, or `exp` does not fit 64 bits.
 * @retval JWT_ERR_CLOCK            `now` is below the clock floor.
 * @retval JWT_ERR_LIFETIME         Not 1 to `JWT_PROFILE_LIFETIME_MAX` seconds.
 * @retval JWT_ERR_TOO_LONG         A text over 65,535 bytes, or a token over `JWT_TOKEN_LEN_MAX`.
 * @retval JWT_ERR_KEY_ALGORITHM    The signer is for HS256, which the bridge does not take.
 * @retval JWT_ERR_KEY_NOT_LOADED   The signer is zeroed, or its key is empty.
 * @retval JWT_ERR_KEY_INCONSISTENT The key has changed since it was loaded.
 * @retval JWT_ERR_SIGNER           A signing callback failed.
 * @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
 * @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
 */
JWT_MUST_CHECK
jwt_status jwt_mint_mqtt(const struct jwt_mqtt_claims *claims,
                         const struct jwt_signer *signer,
                         char *out,
                         size_t out_size,
                         size_t *out_len);

/**
 * Mints an HTTP token: header `alg`, `typ`; payload `sk`, `uid`, `ut`, `iat`, `exp`. It goes into the header
 * `ClearBlade-UserToken` of every request, as it is.
 *
 * Parameters and results as for `jwt_mint_mqtt()`, with system key and device in the place of the project;
 * `JWT_HTTP_TOKEN_SIZE()` bounds what is needed.
 */
JWT_MUST_CHECK
jwt_status jwt_mint_http(const struct jwt_http_claims *claims,
                         const struct jwt_signer *signer,
                         char *out,
                         size_t out_size,
                         size_t *out_len);

/**
 * Mints a token for any broker: header `alg`, `typ`, `kid`; payload `iss`, `sub`, `aud`, `jti`, `nbf`, `iat`, `exp`, each
 * where it is given, then the caller's own claims.
 *
 * Parameters as for `jwt_mint_mqtt()`, results too, but for these; any signer will do.
 *
 * @retval JWT_ERR_EMPTY_CLAIM     A registered claim that is given (its pointer is not NULL) but empty, or a claim of
 *                                 the caller's own without a name, or with a text that is NULL.
 * @retval JWT_ERR_DUPLICATE_CLAIM A claim of the caller's own bears the name of another.
 * @retval JWT_ERR_CLAIM_TYPE      A claim's `type` is none of `JWT_CLAIM_TEXT` and its siblings.
 * @retval JWT_ERR_JSON            A JSON claim is not exactly one JSON value, or nests too deep.
 * @retval JWT_ERR_LIFETIME        Less than 1 second, or over before `not_before`; there is no longest.
 * @retval JWT_ERR_TIME            Also a negative `not_before`.
 * @retval JWT_ERR_TOO_LONG        Also more than `JWT_OWN_CLAIMS_MAX` claims.
 */
JWT_MUST_CHECK
jwt_status jwt_mint(const struct jwt_claims *claims,
                    const struct jwt_signer *signer,
                    char *out,
                    size_t out_size,
                    size_t *out_len);

/**
 * Signs any message: the bare signature, as RFC 7518 section 3 has it (ES256: r then s; RS256: as long as the modulus;
 * HS256: the MAC), without base64url.
 *
 * @param[in]  signer         Who signs.
 * @param[in]  message        The message; may be empty.
 * @param[out] signature      The signature; zeros on failure. NULL to ask for the length only.
 * @param[in]  signature_size Room there, in bytes; 0 where `signature` is NULL. `JWT_SIGNATURE_SIZE_MAX` is always enough.
 * @param[out] signature_len  Length of the signature in bytes; 0 on failure, but see below.
 * @retval JWT_OK                   Signed; or, where `signature` is NULL, measured.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `*signature_len` is the length needed.
 * @retval JWT_ERR_TOO_LONG         A message over 65,535 bytes.
 * @retval JWT_ERR_KEY_NOT_LOADED   The signer is zeroed, or its key is empty.
 * @retval JWT_ERR_KEY_INCONSISTENT The key has changed since it was loaded.
 * @retval JWT_ERR_SIGNER           A signing callback failed.
 * @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
 * @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
 */
JWT_MUST_CHECK
jwt_status jwt_sign(const struct jwt_signer *signer,
                    struct jwt_bytes message,
                    uint8_t *signature,
                    size_t signature_size,
                    size_t *signature_len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/** A `jwt_str` from a string literal, and from nothing else, inside a function. */
#if defined(__cplusplus)
#define JWT_STR(literal) (jwt_str{"" literal, sizeof(literal) - 1})
#else
#define JWT_STR(literal) ((jwt_str){"" literal, sizeof(literal) - 1})
#endif

/** As JWT_STR(), where an initializer has to be constant: for variables at file scope and static ones. */
#define JWT_STR_INIT(literal) {"" literal, sizeof(literal) - 1}

/** A `jwt_str` from a C string; from NULL, the text that is left out (or empty, where a text cannot be left out). */
static inline jwt_str jwt_str_from(const char *c_string)
{
    jwt_str text;
    text.ptr = c_string;
    text.len = c_string != NULL ? strlen(c_string) : 0;
    return text;
}

/** A `jwt_bytes` from a pointer and a length. */
static inline jwt_bytes jwt_bytes_from(const uint8_t *bytes, size_t len)
{
    jwt_bytes result;
    result.ptr = bytes;
    result.len = len;
    return result;
}

/** A claim whose value is text. */
static inline jwt_claim jwt_claim_text(jwt_str name, jwt_str text)
{
    jwt_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.name = name;
    claim.type = JWT_CLAIM_TEXT;
    claim.value.text = text;
    return claim;
}

/** A claim whose value is an integer. */
static inline jwt_claim jwt_claim_integer(jwt_str name, int64_t integer)
{
    jwt_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.name = name;
    claim.type = JWT_CLAIM_INTEGER;
    claim.value.integer = integer;
    return claim;
}

/** A claim whose value is an integer that is not negative. */
static inline jwt_claim jwt_claim_unsigned(jwt_str name, uint64_t integer)
{
    jwt_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.name = name;
    claim.type = JWT_CLAIM_UNSIGNED;
    claim.value.unsigned_integer = integer;
    return claim;
}

/** A claim whose value is true or false. */
static inline jwt_claim jwt_claim_boolean(jwt_str name, int boolean)
{
    jwt_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.name = name;
    claim.type = JWT_CLAIM_BOOLEAN;
    claim.value.boolean = boolean != 0;
    return claim;
}

/** A claim whose value is JSON, written as it is, blanks included, once it is found to be exactly one value. */
static inline jwt_claim jwt_claim_json(jwt_str name, jwt_str json)
{
    jwt_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.name = name;
    claim.type = JWT_CLAIM_JSON;
    claim.value.json = json;
    return claim;
}

#endif /* JWT_MINT_H */
