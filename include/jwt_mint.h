/**
 * @file jwt_mint.h
 * JSON Web Tokens with which a device proves who it is, minted and checked in memory that the caller owns.
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
 * Failure. Every call that can fail returns a `jwt_status`, or an answer with one in it: `JWT_OK` (0), or one negative
 * number per cause. A failed call leaves every output that it was given empty: the empty string, zeros, length 0, an
 * empty key. The one exception: with `JWT_ERR_BUFFER_TOO_SMALL` a length output tells the length needed. There are no
 * partial results. That is so after `JWT_ERR_OVERLAP` too, and then what the outputs lie over is gone. Where several
 * things are wrong at once, which of them is reported is not defined, unless the function says so.
 *
 * A size can be asked for with a NULL buffer of size 0: calls that write a text or a signature answer with `JWT_OK`, calls
 * that need room to decode (a scratch, a DER) with `JWT_ERR_BUFFER_TOO_SMALL`.
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
 * not that succeeded, and any number of times. To load an RS256 key anew does not wipe the DER that its PEM was decoded into
 * before: wipe the key first.
 *
 * Signers and verifiers refer to keys (or to a `jwt_callback`, and through it to a verifier), and RS256 and HS256 keys to
 * the bytes they were loaded from; claims that were accepted refer to the scratch. What is referred to must stay where it
 * is, unchanged, as long as what refers to it is used: a private RS256 key whose DER was overwritten fails with
 * `JWT_ERR_SIGNATURE`, a secret that was zeroed with `JWT_ERR_KEY_NOT_SECRET`; other changes are not noticed. Copying a
 * key or a signer is allowed; to wipe one copy of an RS256 key wipes the decoded DER that all of them use. A signer or verifier made
 * of NULL makes the call that uses it fail with `JWT_ERR_POINTER`.
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

/**
 * Scratch that is enough to check any token of `token_len` characters. The call tells what a token needs exactly: as many bytes
 * as the longest of its three parts decodes to.
 */
#define JWT_SCRATCH_SIZE(token_len) ((token_len) / 4 * 3 + 3)

/** Room for the message of jwt_attach_message() with its NUL. */
#define JWT_ATTACH_MESSAGE_SIZE(token_len) ((token_len) + 21)

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
 * Words of the scratch in which a key of 2048 bits signs.
 */
#define JWT_RS256_SCRATCH_WORDS_2048 360

/**
 * Words of the scratch in which a key of 3072 bits signs.
 */
#define JWT_RS256_SCRATCH_WORDS_3072 536

/**
 * Words of the scratch in which a key of 4096 bits signs.
 */
#define JWT_RS256_SCRATCH_WORDS_4096 712

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
 * The most verifiers that one call tries. IoT Core lets a device have three keys.
 */
#define JWT_VERIFIERS_MAX 3

/**
 * `jwt_policy.lifetime_max`: tokens may live for any time, and `iat` may be missing.
 */
#define JWT_LIFETIME_ANY 9223372036854775807

/**
 * The most claims of a token that is accepted.
 */
#define JWT_CLAIMS_MAX 263

/**
 * The most header parameters of a token that is accepted.
 */
#define JWT_HEADER_PARAMETERS_MAX 32

/**
 * The most bytes of a header that is accepted, as JSON.
 */
#define JWT_HEADER_LEN_MAX 4096

/**
 * `jwt_renewal_advice.action`: the token is good. Connect with it, or stay connected with it.
 */
#define JWT_RENEWAL_USE 1

/**
 * `jwt_renewal_advice.action`: mint a token.
 */
#define JWT_RENEWAL_RENEW 2

/**
 * `jwt_renewal_advice.action`: make no connection and no request yet. A connection that stands may stay.
 */
#define JWT_RENEWAL_WAIT 3

/**
 * Result of every call: 0, or the one cause why not.
 *
 * `JWT_ERR_*`, -1 to -31: the call could not be carried out. `JWT_REJECT_*`, -32 to -63: the token is not to be trusted.
 * A number, once given to a cause, is never given to another.
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
     * The secret is the PEM or DER of a key, which is public more often than not (RS256 to HS256 confusion), or all zeros.
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
    /**
     * What claims are read from is empty, or no JSON object stands in the scratch any more. Other changes of the scratch are
     * not noticed.
     */
    JWT_ERR_NOT_VERIFIED = -28,
    /**
     * The scratch of a signer is too small for its key.
     */
    JWT_ERR_SCRATCH = -29,
    /**
     * The extra entropy of a signer is empty.
     */
    JWT_ERR_ENTROPY = -30,
    /**
     * Not a token: not three parts of base64url (RFC 7515 sections 2 and 7.1), or header or payload is not an object of
     * RFC 8259 within the limits of the library, or `alg`, `typ` or `kid` is no text.
     */
    JWT_REJECT_MALFORMED = -32,
    /**
     * The header's `alg` is not the algorithm of the key.
     */
    JWT_REJECT_ALGORITHM = -33,
    /**
     * The signature is not valid under the key.
     */
    JWT_REJECT_SIGNATURE = -34,
    /**
     * `exp` is over. All else about the token is right.
     */
    JWT_REJECT_EXPIRED = -35,
    /**
     * `nbf` or `iat` lies in the future.
     */
    JWT_REJECT_NOT_YET_VALID = -36,
    /**
     * `aud` does not name the one that is expected; or names someone, and none is expected (RFC 7519 section 4.1.3).
     */
    JWT_REJECT_AUDIENCE = -37,
    /**
     * `iss` is another than expected.
     */
    JWT_REJECT_ISSUER = -38,
    /**
     * `sub` is another than expected.
     */
    JWT_REJECT_SUBJECT = -39,
    /**
     * `exp` is not after `iat`, or too long after it.
     */
    JWT_REJECT_LIFETIME = -40,
    /**
     * A claim that the policy or the call asks for is not there.
     */
    JWT_REJECT_MISSING_CLAIM = -41,
    /**
     * A claim has another type than the policy or the call asks for, or a value that the type does not hold: a time that
     * is negative or beyond 64 bits, a text with a NUL in it.
     */
    JWT_REJECT_CLAIM_TYPE = -42,
    /**
     * A name occurs twice in the header or in the payload (RFC 7515 section 4, RFC 7519 section 4).
     */
    JWT_REJECT_DUPLICATE_NAME = -43,
    /**
     * The header has `crit` or `b64` (RFC 7515 section 4.1.11, RFC 7797): an extension that changes what the token means.
     */
    JWT_REJECT_CRITICAL_HEADER = -44,
    /**
     * A request has no token (RFC 6750 section 3.1).
     */
    JWT_REJECT_NO_CREDENTIALS = -45,
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
 * Who checks a signature: a value that refers to a public key or a secret, which must outlive it. Made by
 * `jwt_es256_verifier()` and its siblings; a zeroed one checks nothing. Its fields are the library's.
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
 * A private key on P-256, and extra entropy for its signatures.
 */
typedef struct jwt_es256_hedged {
    /**
     * The key.
     */
    const struct jwt_es256_key *key;
    /**
     * 1 to 65,535 bytes of the caller's; recommended are 16 to 32 random ones, fresh for each signature. They may be of any
     * quality (a long sample of a poor source as well), and need not be secret.
     */
    struct jwt_bytes entropy;
} jwt_es256_hedged;

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
    /**
     * The modulus, prime1, prime2, exponent1, exponent2 and coefficient (RFC 8017 appendix A.1.2).
     */
    struct jwt_bytes numbers[6];
    uint8_t *decoded;
    size_t decoded_size;
} jwt_rs256_key;

/**
 * A private RSA key, and memory in which it signs.
 */
typedef struct jwt_rs256_scratch {
    /**
     * The key.
     */
    const struct jwt_rs256_key *key;
    /**
     * The memory, aligned as a `uint32_t`. Every call that signs overwrites it: no two calls may use it at the same time,
     * and it overlaps nothing else that a call is given. Of claims and the `jwt_signer` that is not noticed: they are read before,
     * and then gone.
     */
    uint32_t *words;
    /**
     * How many words there are: `JWT_RS256_SCRATCH_WORDS_2048`, or its sibling for the key's size, or more.
     */
    size_t word_count;
} jwt_rs256_scratch;

/**
 * A public RSA key of 2048, 3072 or 4096 bits. It refers to the DER that it was loaded from. Its fields are the library's.
 */
typedef struct jwt_rs256_public_key {
    uint32_t state;
    uint32_t exponent;
    struct jwt_bytes modulus;
} jwt_rs256_public_key;

/**
 * A shared secret, borrowed: its bytes must stay where they are while the key is used. Other bytes there are another secret,
 * and whoever guesses them makes tokens that are accepted. Its fields are the library's.
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

/**
 * The claims of a token that was accepted. They stand in the scratch: each of these structs that is in use needs a scratch of
 * its own, left alone. Zeroed, it holds none.
 */
typedef struct jwt_verified {
    /**
     * The payload, as JSON. To be read, not to be set: what reads claims trusts it.
     */
    struct jwt_str payload;
    /**
     * Which of the verifiers found the signature good, counted from 0.
     */
    size_t verifier;
} jwt_verified;

/**
 * What a token must say to be accepted. Zeroed but for `now` it is the strictest: `exp` and `iat` are there, the lifetime is
 * 24 hours at most, no clock is off, and no audience is named. Times are in seconds; `nbf` is obeyed wherever it is there.
 */
typedef struct jwt_policy {
    /**
     * The time now, since 1970-01-01 UTC.
     */
    int64_t now;
    /**
     * As in `jwt_mqtt_claims`.
     */
    int64_t clock_floor;
    /**
     * How far the clock of whoever minted the token may be off, either way. Saturates.
     */
    int64_t leeway;
    /**
     * The most that `exp - iat` may be; the leeway comes on top. 0: `JWT_PROFILE_LIFETIME_MAX`. `JWT_LIFETIME_ANY`: no limit.
     */
    int64_t lifetime_max;
    /**
     * Who the receiver is: `aud` must be it, or an array with it (RFC 7519 section 4.1.3). NULL: `aud` must be missing.
     */
    struct jwt_str audience;
    /**
     * What `iss` must be. NULL: not asked for. Here and elsewhere, an empty text is an error: leave out what is not known.
     */
    struct jwt_str issuer;
    /**
     * What `sub` must be. NULL: not asked for.
     */
    struct jwt_str subject;
    /**
     * 0: `exp` must be there. Anything else: a token without it is accepted, for ever, with or without `iat`.
     */
    uint8_t allow_no_expiry;
    /**
     * 0: as `audience` says. Anything else, where `audience` is NULL: any `aud`, or none.
     */
    uint8_t allow_any_audience;
} jwt_policy;

/**
 * What the header of a token says that nobody has checked.
 */
typedef struct jwt_unverified_header {
    /**
     * `alg`, unescaped, as all here, in the scratch: gone when that is used again, by `jwt_verify()` too.
     */
    struct jwt_str algorithm;
    /**
     * `kid`; NULL where there is none. No NUL follows it, and there may be some in it.
     */
    struct jwt_str key_id;
} jwt_unverified_header;

/**
 * What to answer to a request.
 */
typedef struct jwt_http_answer {
    /**
     * 200: the token was accepted, go on. 401: no token, or as `unauthorized_for_bad_token` says. 403: a token that is not
     * good. 500: the call could not be carried out; the fault is the server's.
     */
    uint32_t code;
    /**
     * Why: what `jwt_verify()` returned; `JWT_REJECT_NO_CREDENTIALS` where the request has no token.
     */
    jwt_status status;
    /**
     * The value of the answer's `WWW-Authenticate` header (RFC 6750 section 3), which lasts for ever; NULL with 200 and 500.
     */
    const char *www_authenticate;
} jwt_http_answer;

/**
 * The headers of a request in which a token may be. A header that the request does not have is NULL; of one that it has
 * several times, refuse the request.
 */
typedef struct jwt_http_request {
    /**
     * The value of `Authorization`: `Bearer <token>` (RFC 6750 section 2.1; any case, one space or more).
     */
    struct jwt_str authorization;
    /**
     * The value of `ClearBlade-UserToken`: the token alone.
     */
    struct jwt_str user_token;
    /**
     * Answer to a token that is not good: 0 for 403, anything else for 401, as RFC 6750 section 3.1 has it.
     */
    uint8_t unauthorized_for_bad_token;
} jwt_http_request;

/**
 * Knows when a device is to mint, to connect and to wait. It holds numbers only: no clock, no timer, no token.
 *
 * Zero it, set the settings, and then ask `jwt_renewal_next()` what to do: before each connection and each request, and at
 * the latest when the time that it told has passed:
 * - `JWT_RENEWAL_RENEW`: mint with the time now and the struct's lifetime, and report it with `jwt_renewal_minted()`, or
 *   `jwt_renewal_failed()` where it could not be minted. A connection made with an older token is to be closed and made
 *   anew; closing it is reported to nobody.
 * - `JWT_RENEWAL_USE`: connect with the token, or stay connected. Each token is renewed when between 5/8 and 7/8 of its
 *   lifetime have passed, by the clock or by the uptime; where in between, the seed decides, so that a fleet does not renew
 *   at once. While a mint that failed is backed off, the old token is used until it expires.
 * - `JWT_RENEWAL_WAIT`: come back later.
 *
 * And report what becomes of connections (MQTT) and requests (HTTP), each event once, to one of four:
 *
 * | event | report |
 * |---|---|
 * | CONNACK 0; HTTP 2xx | `jwt_renewal_accepted()` |
 * | CONNACK 4 or 5, with MQTT 5 134 or 135; HTTP 401 or 403 | `jwt_renewal_refused()` |
 * | no network, no answer; any other CONNACK; any other HTTP status; a mint that failed | `jwt_renewal_failed()` |
 * | an MQTT connection that stood (after CONNACK 0) is lost | `jwt_renewal_lost()` |
 * | the device itself closes its connection; the socket closes after a CONNACK other than 0 | none |
 *
 * Before the first question reports serve too. Where requests overlap, report only on those made with the token in use.
 *
 * After a failure it waits min(2^n s + up to 1000 ms, `backoff_max_ms`), n = 0, 1, 2, ...; n starts anew at the first
 * failure that is `backoff_max_ms` or more after the first success since the failure before. Of two waits the one that ends
 * later counts. A setting may be changed between two calls; a wait that has begun stays as it is.
 *
 * A clock that steps by more than 30 seconds plus 1/16 of the time since the last question makes it renew: the token was
 * minted by a clock that was wrong. A connection that stands is then closed as at any renewal, so ask with a clock that is
 * trusted. So does a sleep of that length in which the uptime stood still or started anew: a device that sleeps between its
 * connections keeps its token where the uptime goes on through sleep, or where it adds the time slept by a counter that
 * nobody sets. Since such a sleep and a clock that is set forwards look alike, either counts as time that passed and may end
 * a wait. Where the clock starts with a wrong time above the clock floor, pass 0 as the time until it is set; then the
 * spread begins when it is.
 */
typedef struct jwt_renewal {
    /**
     * Setting: another number for each device. Its serial number, or `jwt_renewal_seed()` of its id.
     */
    uint64_t seed;
    /**
     * Setting: seconds that tokens live, `exp - iat`.
     */
    int64_t lifetime;
    /**
     * Setting: as in `jwt_mqtt_claims`.
     */
    int64_t clock_floor;
    /**
     * Setting, for devices that start, or lose their connections, all at once: the first connection after the start (after
     * the clock is set) or after `jwt_renewal_lost()` waits for a random time of up to this many milliseconds. 0: it does
     * not. The price: a device that loses its connection alone stays away for half of it on average.
     */
    uint32_t spread_ms;
    /**
     * Setting: the longest wait after a failure, in milliseconds: 32000 or 64000, says the vendor. 0: 64000.
     */
    uint32_t backoff_max_ms;
    /**
     * This and all below is the library's.
     */
    uint64_t time_ms;
    uint64_t asked_ms;
    int64_t asked_now;
    int64_t issued;
    uint64_t issued_ms;
    int64_t age;
    uint64_t wait_until_ms;
    uint64_t mint_after_ms;
    uint64_t accepted_ms;
    uint32_t uptime_ms;
    uint32_t failures;
    uint32_t draws;
    uint32_t state;
} jwt_renewal;

/**
 * What to do.
 */
typedef struct jwt_renewal_advice {
    /**
     * `JWT_RENEWAL_USE` and its siblings; 0 on failure.
     */
    uint32_t action;
    /**
     * To be asked again within (`JWT_RENEWAL_USE`) or after (`JWT_RENEWAL_WAIT`) this many milliseconds; at most an hour in
     * the first case. 0 with `JWT_RENEWAL_RENEW`, and on failure: then ask again when you like, in a second, say.
     */
    uint32_t wait_ms;
} jwt_renewal_advice;

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
 * A signer that uses the key as `jwt_es256_signer()` does, and takes the entropy into the nonce as well: the additional data
 * of RFC 6979 section 3.6.
 *
 * Whatever the bytes are, a signature is as safe as one by `jwt_es256_signer()`, and is verified by the same means. Bytes that
 * are never changed give the same signature for the same message each time. Fresh ones give it another nonce each time, which
 * makes two attacks harder: a wrong signature, by a fault that is repeated exactly in both of the computations that are compared,
 * has no right one of the same nonce that the key would follow from; and measurements of power or radiation cannot be
 * averaged over many signatures with one nonce.
 *
 * Struct, key and entropy must stay where they are while the signer is used, and must not change during a call. Fresh bytes go in
 * between two calls: each reads them anew.
 *
 * The call that signs, or asks for a length, fails with `JWT_ERR_ENTROPY` where the entropy is empty, so that a generator that
 * delivers nothing does not go unnoticed.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_es256_hedged_signer(const struct jwt_es256_hedged *hedged);

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
 * used nor compared. The check of every signature is made for public exponents of few one bits, such as 3 and 65537: each
 * further one between the first and the last costs as much as nine checks with 65537, on a Cortex-M4.
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
 *
 * It signs by way of the two primes, and checks what comes out with the public exponent before a byte of it leaves: a fault
 * in one half would otherwise give the key away. No branch and no address depends on the key, so the time that it takes
 * tells nothing of it on cores whose multiplications all take the same time.
 *
 * It is not blinded: whoever measures the device's power or radiation while it signs is not kept from learning the key. For
 * blinding, the secret exponents would be others each time, and longer, by fresh random numbers, which the library has no
 * source of and does not ask for. Where such measuring is to be feared, let a secure element sign: `jwt_callback_signer()`.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_rs256_signer(const struct jwt_rs256_key *key);

/**
 * A signer that uses the key as `jwt_rs256_signer()` does, but has most of what it works on in the scratch in the place of
 * the stack. The scratch need not be initialized; as many of its words as the key's size takes hold zeros once a call has
 * begun to sign. The struct and what it refers to must stay where they are while the signer is used.
 *
 * The call that signs, or asks for a length, fails with `JWT_ERR_SCRATCH` where the scratch is too small for the key, and with
 * `JWT_ERR_OVERLAP` where the key, its DER, this struct, an output or the message of `jwt_sign()` lies in it.
 *
 * To load the key takes more stack than to sign with it: let a task with a larger one do that.
 */
JWT_MUST_CHECK
struct jwt_signer jwt_rs256_scratch_signer(const struct jwt_rs256_scratch *scratch);

/**
 * Loads a public key from DER: SubjectPublicKeyInfo (RFC 5280 section 4.1) or PKCS#1 (RFC 8017 appendix A.1.1).
 *
 * Exponents of few one bits, such as 3 and 65537, are what is fast: each further one between the first and the last costs as
 * much as nine verifications with 65537, on a Cortex-M4.
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
 * @retval JWT_ERR_KEY_NOT_SECRET The PEM or DER of a key; or all its bytes are 0, here or when the key is used.
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
 * A verifier that uses the key. Key and secret must stay where they are while the verifier is used.
 */
JWT_MUST_CHECK
struct jwt_verifier jwt_hs256_verifier(const struct jwt_hs256_key *key);

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
 * @retval JWT_ERR_KEY_INCONSISTENT The struct of an RS256 key was damaged, as far as that is noticed.
 * @retval JWT_ERR_SIGNER           A signing callback failed.
 * @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
 * @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
 * @retval JWT_ERR_SCRATCH          Of `jwt_rs256_scratch_signer()`: the scratch is too small.
 * @retval JWT_ERR_ENTROPY          Of `jwt_es256_hedged_signer()`: there is none.
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
 * @param[out] signature      The signature; on failure zeros, as far as any signature reaches. NULL to ask for the length only.
 * @param[in]  signature_size Room there, in bytes; 0 where `signature` is NULL. `JWT_SIGNATURE_SIZE_MAX` is always enough.
 * @param[out] signature_len  Length of the signature in bytes; 0 on failure, but see below.
 * @retval JWT_OK                   Signed; or, where `signature` is NULL, measured.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `*signature_len` is the length needed.
 * @retval JWT_ERR_TOO_LONG         A message over 65,535 bytes.
 * @retval JWT_ERR_KEY_NOT_LOADED   The signer is zeroed, or its key is empty.
 * @retval JWT_ERR_KEY_INCONSISTENT The struct of an RS256 key was damaged, as far as that is noticed.
 * @retval JWT_ERR_SIGNER           A signing callback failed.
 * @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
 * @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
 * @retval JWT_ERR_SCRATCH          Of `jwt_rs256_scratch_signer()`: the scratch is too small.
 * @retval JWT_ERR_ENTROPY          Of `jwt_es256_hedged_signer()`: there is none.
 */
JWT_MUST_CHECK
jwt_status jwt_sign(const struct jwt_signer *signer,
                    struct jwt_bytes message,
                    uint8_t *signature,
                    size_t signature_size,
                    size_t *signature_len);

/**
 * Checks a token (RFC 7519 section 7.2): its form, its algorithm against that of the keys, its signature, and only then what
 * it says.
 *
 * A signature tells which key signed, not that the token speaks of that key's owner: a device can write another's name into
 * its own token. So pass keys of one owner only, and either say who that is in `policy.subject`, or compare `sub`, or `uid`
 * and `sk` in a token for IoT Core's HTTP, with the owner of the key.
 *
 * @param[out] verified       The claims of the token; empty on failure.
 * @param[in]  token          The token alone: no `Bearer`, no blanks around it.
 * @param[in]  verifiers      The keys that may have signed it. Those whose algorithm the token names are tried in turn. One
 *                            that is not fit for use fails the call, whatever the token: pass those that loaded.
 * @param[in]  verifier_count How many: 1 to `JWT_VERIFIERS_MAX`.
 * @param[in]  policy         What the token must say.
 * @param[out] scratch        Where the token is decoded; borrowed by `verified`. Zeros on failure.
 * @param[in]  scratch_size   Room there, in bytes. `JWT_SCRATCH_SIZE()` bounds what is needed.
 * @param[out] scratch_len    How much of it the token needs; 0 on failure, but see below.
 * @retval JWT_OK                      Accepted. Nothing else means that.
 * @retval JWT_REJECT_MALFORMED        Not a token; or one with more than `JWT_CLAIMS_MAX` claims or
 *                                     `JWT_HEADER_PARAMETERS_MAX` header parameters or `JWT_HEADER_LEN_MAX` bytes of
 *                                     header, or a claim that nests deeper than `JWT_JSON_DEPTH_MAX`.
 * @retval JWT_REJECT_DUPLICATE_NAME   A name twice in the header, or twice in the payload, not in objects inside it.
 * @retval JWT_REJECT_CRITICAL_HEADER  `crit` or `b64` in the header.
 * @retval JWT_REJECT_ALGORITHM        `alg` is no verifier's: `none`, say.
 * @retval JWT_REJECT_SIGNATURE        No verifier finds the signature valid.
 * @retval JWT_REJECT_MISSING_CLAIM    A claim that the policy asks for is missing.
 * @retval JWT_REJECT_CLAIM_TYPE       `exp`, `nbf` or `iat` is not a number of seconds from 0 to 2^63 - 1, `iss` or `sub` not
 *                                     a text, or `aud` neither a text nor an array of them, asked for or not. Fractions
 *                                     count against the token: `exp` is rounded down, `nbf` and `iat` up.
 * @retval JWT_REJECT_ISSUER           Another `iss`.
 * @retval JWT_REJECT_SUBJECT          Another `sub`.
 * @retval JWT_REJECT_AUDIENCE         Another `aud`; or any, where the policy names none.
 * @retval JWT_REJECT_LIFETIME         `exp` is not after `iat`, or too long after it.
 * @retval JWT_REJECT_NOT_YET_VALID    `nbf` or `iat` is after `now` and the leeway.
 * @retval JWT_REJECT_EXPIRED          `now` has reached `exp` and the leeway. All else is right.
 * @retval JWT_ERR_BUFFER_TOO_SMALL    `*scratch_len` is the size that is needed; with a NULL scratch too.
 * @retval JWT_ERR_TOO_LONG            A token over 65,535 bytes, or too many verifiers.
 * @retval JWT_ERR_TIME                A time in the policy is negative.
 * @retval JWT_ERR_CLOCK               `now` is below the clock floor.
 * @retval JWT_ERR_EMPTY_CLAIM         A text in the policy is given (its pointer is not NULL) but empty.
 * @retval JWT_ERR_UTF8                A text in the policy is not UTF-8.
 * @retval JWT_ERR_KEY_NOT_LOADED      No verifiers; or one of them is zeroed, or its key empty.
 */
JWT_MUST_CHECK
jwt_status jwt_verify(struct jwt_verified *verified,
                      struct jwt_str token,
                      const struct jwt_verifier *verifiers,
                      size_t verifier_count,
                      const struct jwt_policy *policy,
                      uint8_t *scratch,
                      size_t scratch_size,
                      size_t *scratch_len);

/**
 * Checks the signature of a JWS in compact form (RFC 7515 section 5.2) whose payload may be anything. Nothing in the payload
 * is looked at: for tokens there is `jwt_verify()`.
 *
 * Parameters and results as for `jwt_verify()`, as far as they do not speak of policy and claims.
 *
 * @param[out] payload        The payload, in the scratch; empty on failure.
 * @param[in]  jws            The JWS.
 * @param[in]  verifiers      As for `jwt_verify()`.
 * @param[in]  verifier_count As for `jwt_verify()`.
 * @param[out] scratch        As for `jwt_verify()`.
 * @param[in]  scratch_size   As for `jwt_verify()`.
 * @param[out] scratch_len    As for `jwt_verify()`.
 */
JWT_MUST_CHECK
jwt_status jwt_verify_jws(struct jwt_bytes *payload,
                          struct jwt_str jws,
                          const struct jwt_verifier *verifiers,
                          size_t verifier_count,
                          uint8_t *scratch,
                          size_t scratch_size,
                          size_t *scratch_len);

/**
 * Reads `alg` and `kid` of a token WITHOUT CHECKING IT. Anyone can write what they like there: it serves to choose the keys
 * that `jwt_verify()` is then called with, and for nothing else.
 *
 * @param[out] header       What the header says; empty on failure.
 * @param[in]  token        The token.
 * @param[out] scratch      Where the header is decoded; borrowed by `header`. Zeros on failure.
 * @param[in]  scratch_size Room there, in bytes. What `jwt_verify()` needs is enough.
 * @param[out] scratch_len  How much of it the header needs; 0 on failure, but see below.
 * @retval JWT_OK                     Read. It does not mean that the token is good.
 * @retval JWT_REJECT_MALFORMED       Not three parts, or the first is not a JOSE header; `kid` is no text.
 * @retval JWT_REJECT_DUPLICATE_NAME  A name twice.
 * @retval JWT_REJECT_CRITICAL_HEADER `crit` or `b64`.
 * @retval JWT_ERR_BUFFER_TOO_SMALL   `*scratch_len` is the size that is needed.
 * @retval JWT_ERR_TOO_LONG           A token over 65,535 bytes.
 */
JWT_MUST_CHECK
jwt_status jwt_header_peek(struct jwt_unverified_header *header,
                           struct jwt_str token,
                           uint8_t *scratch,
                           size_t scratch_size,
                           size_t *scratch_len);

/**
 * Copies a claim that is a text, without its escapes.
 *
 * @param[in]  verified What `jwt_verify()` filled in.
 * @param[in]  name     The claim's name.
 * @param[out] out      The text and a NUL; the empty string on failure. NULL to ask for the length only.
 * @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL.
 * @param[out] out_len  Length of the text in bytes, without the NUL; 0 on failure, but see below.
 * @retval JWT_OK                   Copied; or, where `out` is NULL, measured.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the text's length.
 * @retval JWT_ERR_NOT_VERIFIED     There is no accepted token behind `verified`.
 * @retval JWT_ERR_UTF8             The name is not UTF-8.
 * @retval JWT_REJECT_MISSING_CLAIM There is no such claim.
 * @retval JWT_REJECT_CLAIM_TYPE    It is not a text, or one with a NUL in it, which would end early in C.
 */
JWT_MUST_CHECK
jwt_status jwt_verified_text(const struct jwt_verified *verified,
                             struct jwt_str name,
                             char *out,
                             size_t out_size,
                             size_t *out_len);

/**
 * Copies one of the audiences of a token: `aud` is a text or an array of texts (RFC 7519 section 4.1.3).
 *
 * Parameters and results as for `jwt_verified_text()`.
 *
 * @param[in]  verified What `jwt_verify()` filled in.
 * @param[in]  index    Which: 0 is the first, and where `aud` is a text the only one.
 * @param[out] out      As for `jwt_verified_text()`.
 * @param[in]  out_size As for `jwt_verified_text()`.
 * @param[out] out_len  As for `jwt_verified_text()`.
 * @retval JWT_REJECT_MISSING_CLAIM There is no `aud`, or it has no more than `index` entries.
 */
JWT_MUST_CHECK
jwt_status jwt_verified_audience(const struct jwt_verified *verified,
                                 size_t index,
                                 char *out,
                                 size_t out_size,
                                 size_t *out_len);

/**
 * Reads a claim that is an integer, exactly: 1e3 and 1000.0 are 1000.
 *
 * @param[out] integer  The integer; 0 on failure.
 * @param[in]  verified What `jwt_verify()` filled in.
 * @param[in]  name     The claim's name.
 * @retval JWT_OK                   Read.
 * @retval JWT_ERR_NOT_VERIFIED     There is no accepted token behind `verified`.
 * @retval JWT_ERR_UTF8             The name is not UTF-8.
 * @retval JWT_REJECT_MISSING_CLAIM There is no such claim.
 * @retval JWT_REJECT_CLAIM_TYPE    It is not a number, has a fraction, or does not fit.
 */
JWT_MUST_CHECK
jwt_status jwt_verified_integer(int64_t *integer,
                                const struct jwt_verified *verified,
                                struct jwt_str name);

/**
 * Reads a claim that is true or false. Results as for `jwt_verified_integer()`.
 *
 * @param[out] boolean  1 or 0; 0 on failure.
 * @param[in]  verified What `jwt_verify()` filled in.
 * @param[in]  name     The claim's name.
 */
JWT_MUST_CHECK
jwt_status jwt_verified_boolean(uint8_t *boolean,
                                const struct jwt_verified *verified,
                                struct jwt_str name);

/**
 * Borrows a claim as the JSON that it is: objects, arrays, numbers, texts with quotes and escapes, null. Names inside it were
 * not compared with each other. Results as for `jwt_verified_integer()`.
 *
 * @param[out] json     The JSON, in the scratch; empty on failure.
 * @param[in]  verified What `jwt_verify()` filled in.
 * @param[in]  name     The claim's name.
 */
JWT_MUST_CHECK
jwt_status jwt_verified_json(struct jwt_str *json,
                             const struct jwt_verified *verified,
                             struct jwt_str name);

/**
 * Checks the token of an HTTP request as `jwt_verify()` does. Only 200 lets the request through.
 *
 * A request with a Bearer token and a user token is answered as `JWT_REJECT_MALFORMED`. `Authorization` of another scheme, or
 * of `Bearer` alone, and an empty header are no token. Blanks around a value are allowed (RFC 9110 section 5.6.3). A token that
 * is too long for the library or the scratch is answered as one that is not good. Policy, verifiers and scratch are looked at
 * first: where they are at fault every request is answered with 500.
 *
 * @param[out] verified       As for `jwt_verify()`; empty unless the code is 200.
 * @param[in]  request        Where to find the token.
 * @param[in]  verifiers      As for `jwt_verify()`.
 * @param[in]  verifier_count As for `jwt_verify()`.
 * @param[in]  policy         As for `jwt_verify()`.
 * @param[out] scratch        As for `jwt_verify()`.
 * @param[in]  scratch_size   As for `jwt_verify()`.
 * @param[out] scratch_len    As for `jwt_verify()`.
 * @return The answer.
 */
JWT_MUST_CHECK
struct jwt_http_answer jwt_guard_http(struct jwt_verified *verified,
                                      const struct jwt_http_request *request,
                                      const struct jwt_verifier *verifiers,
                                      size_t verifier_count,
                                      const struct jwt_policy *policy,
                                      uint8_t *scratch,
                                      size_t scratch_size,
                                      size_t *scratch_len);

/**
 * Writes the message with which a gateway attaches a device, `{"authorization":"<token>"}`. The gateway publishes it to
 * `/devices/{device}/attach`, and waits for the acknowledgement.
 *
 * @param[in]  token    The token of the device that is attached, not of the gateway: one of `jwt_mint_mqtt()`, signed with the
 *                      device's key.
 * @param[out] out      The message and a NUL; the empty string on failure. NULL to ask for the length only.
 * @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL. `JWT_ATTACH_MESSAGE_SIZE()` is what is needed.
 * @param[out] out_len  Length of the message without the NUL; 0 on failure, but see below.
 * @retval JWT_OK                   Written; or, where `out` is NULL, measured.
 * @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the message's length.
 * @retval JWT_ERR_EMPTY_CLAIM      The token is empty: minting it failed.
 * @retval JWT_ERR_UTF8             The token is not UTF-8.
 */
JWT_MUST_CHECK
jwt_status jwt_attach_message(struct jwt_str token,
                              char *out,
                              size_t out_size,
                              size_t *out_len);

/**
 * Tells what to do now.
 *
 * @param[in,out] renewal   Zeroed and set before the first call.
 * @param[in]     now       The time now, in seconds since 1970-01-01 UTC. It may step.
 * @param[in]     uptime_ms Milliseconds since any moment, from a counter that nobody sets; best one that goes on through
 *                          sleep. It may wrap, as 32 bits do after 49 days, so the lower 32 bits of a longer count serve
 *                          too. Never pass an older one than in the call before: one that is older, or newer by 2^31 ms
 *                          or more, counts as no time at all, and what passed is judged by the clock. Never pass the clock
 *                          itself, in milliseconds: to set it would end every wait.
 * @param[out]    advice    What to do; zeros on failure.
 * @retval JWT_OK           `advice` says what to do.
 * @retval JWT_ERR_CLOCK    `now` is below the clock floor: make no connection and ask again once the clock is set. A
 *                          connection that stands may stay.
 * @retval JWT_ERR_TIME     `now` or `clock_floor` is negative.
 * @retval JWT_ERR_LIFETIME `lifetime` is not 1 or more.
 */
JWT_MUST_CHECK
jwt_status jwt_renewal_next(struct jwt_renewal *renewal,
                            int64_t now,
                            uint32_t uptime_ms,
                            struct jwt_renewal_advice *advice);

/**
 * Reports that a token was minted. NULL does nothing, here and below.
 *
 * @param[in,out] renewal The struct.
 * @param[in]     issued  The token's `iat`: the `now` that it was minted with, by the clock that `jwt_renewal_next()` is
 *                        asked with. By a clock that is ahead of that one by more than 30 seconds, or behind by the
 *                        lifetime, it is a token that cannot be used, and its mint counts as one that failed. Its
 *                        lifetime is the struct's.
 */
void jwt_renewal_minted(struct jwt_renewal *renewal,
                        int64_t issued);

/**
 * Reports that the bridge accepted the token: CONNACK 0, or an HTTP status 200 to 299.
 *
 * @param[in,out] renewal   The struct.
 * @param[in]     uptime_ms As in `jwt_renewal_next()`.
 */
void jwt_renewal_accepted(struct jwt_renewal *renewal,
                          uint32_t uptime_ms);

/**
 * Reports a failure that says nothing of the token: no network, no answer, a CONNACK that neither accepts nor refuses it, an
 * HTTP status other than 2xx, 401 and 403. The next connection or request waits; the token is kept. A request that is wrong,
 * as 400 and 404 tell, does not get right by waiting, but is not repeated at once either.
 *
 * As the answer to `JWT_RENEWAL_RENEW`: no token could be minted. The next mint waits, and a token that has not expired is used
 * meanwhile.
 *
 * @param[in,out] renewal   The struct.
 * @param[in]     uptime_ms As in `jwt_renewal_next()`.
 */
void jwt_renewal_failed(struct jwt_renewal *renewal,
                        uint32_t uptime_ms);

/**
 * Reports that an MQTT connection that stood was lost: one that CONNACK 0 had opened and that the device did not close
 * itself. As `jwt_renewal_failed()`, and the next connection waits for a random part of `spread_ms` besides. HTTP has no
 * use for it.
 *
 * @param[in,out] renewal   The struct.
 * @param[in]     uptime_ms As in `jwt_renewal_next()`.
 */
void jwt_renewal_lost(struct jwt_renewal *renewal,
                      uint32_t uptime_ms);

/**
 * Reports that the bridge refused the token: CONNACK 4 or 5 (with MQTT 5, 134 or 135), an HTTP status 401 or 403. The next
 * connection or request waits, and uses a new token.
 *
 * @param[in,out] renewal   The struct.
 * @param[in]     uptime_ms As in `jwt_renewal_next()`.
 */
void jwt_renewal_refused(struct jwt_renewal *renewal,
                         uint32_t uptime_ms);

/**
 * Checks at boot that this machine signs as the standard has it: with a published key, a published message comes to the
 * published signature. It takes as long as a signature, and links no more than signing does and the answer. There is one
 * for each algorithm; call those that the program uses.
 *
 * @retval JWT_OK            The answer is that of RFC 6979 appendix A.2.5.
 * @retval JWT_ERR_SIGNATURE It is not: the code or the machine is damaged. Do not use keys on it.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_sign_selftest(void);

/**
 * As `jwt_es256_sign_selftest()`, for the check of signatures: a good one is accepted, one of another message refused. It takes
 * as long as checking two.
 */
JWT_MUST_CHECK
jwt_status jwt_es256_verify_selftest(void);

/**
 * As `jwt_es256_sign_selftest()`, with RFC 7515 appendix A.2: 2048 bits.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_sign_selftest(void);

/**
 * As `jwt_es256_verify_selftest()`, with RFC 7515 appendix A.2: 2048 bits.
 */
JWT_MUST_CHECK
jwt_status jwt_rs256_verify_selftest(void);

/**
 * As `jwt_es256_sign_selftest()`, with RFC 7515 appendix A.1. HS256 signs and verifies by the same code.
 */
JWT_MUST_CHECK
jwt_status jwt_hs256_selftest(void);

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

/** How far IoT Core lets a device's clock be off, in seconds. */
#define JWT_IOT_CORE_LEEWAY 600

/**
 * The rules by which IoT Core accepts a token, and `nbf`, which it ignores. `project`: the `aud` of MQTT tokens; NULL for HTTP
 * tokens, which have none.
 */
static inline jwt_policy jwt_iot_core_policy(jwt_str project, int64_t now)
{
    jwt_policy policy;
    memset(&policy, 0, sizeof policy);
    policy.now = now;
    policy.leeway = JWT_IOT_CORE_LEEWAY;
    policy.lifetime_max = JWT_PROFILE_LIFETIME_MAX;
    policy.audience = project;
    return policy;
}

/** A seed for `jwt_renewal` from a device's id (FNV-1a of 64 bits). */
static inline uint64_t jwt_renewal_seed(jwt_str device)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    size_t i;
    for (i = 0; i < device.len; i++) {
        hash = (hash ^ (uint8_t)device.ptr[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

#endif /* JWT_MINT_H */
