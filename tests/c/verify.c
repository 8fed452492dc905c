/* jwt_verify(): the call, its outputs and its keys. What tokens say is for verify_hostile.c and verify_policy.c. */

#include "verifying.h"

static jwt_es256_key es256_key;
static jwt_es256_public_key es256_public_key;
static jwt_rs256_key rs256_key;
static jwt_rs256_public_key rs256_public_key;
static jwt_verifier verifiers[4];

static jwt_status verify(char *out, size_t out_size, size_t *out_len)
{
    return jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, (uint8_t *)(void *)out, out_size,
                      out_len);
}

/** A token of IoT Core by this signer, in `token`. */
static void mint_mqtt(const jwt_signer *signer)
{
    jwt_mqtt_claims claims;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("my-project");
    claims.now = NOW;
    claims.lifetime = 3600;
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, signer, token, sizeof token, &token_len));
    policy = jwt_iot_core_policy(JWT_STR("my-project"), NOW);
}

static void use_es256_public(void)
{
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public_key, BYTES_OF(KEY_EC_PUBLIC_DER)));
    verifier = jwt_es256_verifier(&es256_public_key);
}

static void use_rs256_public(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&rs256_public_key, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    verifier = jwt_rs256_verifier(&rs256_public_key);
}

static void token_of_every_algorithm_is_accepted(void)
{
    static const char payload[] = "{\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700003600}";
    jwt_signer signer = use_es256(&es256_key);
    mint_mqtt(&signer);
    use_es256_public();
    expect(JWT_OK);
    CHECK(verified.payload.len == sizeof payload - 1 && memcmp(verified.payload.ptr, payload, sizeof payload - 1) == 0);
    signer = use_rs256(&rs256_key);
    mint_mqtt(&signer);
    use_rs256_public();
    expect(JWT_OK);
    CHECK(verified.payload.len == sizeof payload - 1 && memcmp(verified.payload.ptr, payload, sizeof payload - 1) == 0);
    begin();
    expect(JWT_OK);
    CHECK(verified.payload.len == sizeof GOOD_PAYLOAD - 1);
    CHECK(memcmp(verified.payload.ptr, GOOD_PAYLOAD, sizeof GOOD_PAYLOAD - 1) == 0);
}

static void claims_stand_in_the_scratch(void)
{
    begin();
    expect(JWT_OK);
    CHECK(verified.payload.ptr == (const char *)(const void *)scratch);
}

static void token_of_another_key_is_refused(void)
{
    static const char other[] = "another secret of 32 bytes or so";
    begin();
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&hs256_key, secret_bytes(other, sizeof other - 1)));
    expect(JWT_REJECT_SIGNATURE);
}

static void algorithm_is_the_keys(void)
{
    jwt_signer signer = use_es256(&es256_key);
    mint_mqtt(&signer);
    use_rs256_public();
    expect(JWT_REJECT_ALGORITHM);
    (void)use_hs256(&hs256_key);
    verifier = jwt_hs256_verifier(&hs256_key);
    expect(JWT_REJECT_ALGORITHM);
    signer = use_rs256(&rs256_key);
    mint_mqtt(&signer);
    use_es256_public();
    expect(JWT_REJECT_ALGORITHM);
    begin();
    expect(JWT_OK);
    use_es256_public();
    expect(JWT_REJECT_ALGORITHM);
    use_rs256_public();
    expect(JWT_REJECT_ALGORITHM);
}

/* CVE-2015-9235 and its descendants: the public key, which everybody has, as HMAC secret. */
static void public_key_is_no_secret(void)
{
    CHECK_STATUS(
        JWT_ERR_KEY_NOT_SECRET,
        jwt_hs256_key_load(&hs256_key, secret_bytes(KEY_RSA_2048_PUBLIC_PEM, sizeof KEY_RSA_2048_PUBLIC_PEM - 1)));
    CHECK_STATUS(JWT_ERR_KEY_NOT_SECRET, jwt_hs256_key_load(&hs256_key, BYTES_OF(KEY_EC_PUBLIC_DER)));
}

static void every_flipped_bit_is_refused(void)
{
    size_t i;
    unsigned bit;
    begin();
    for (i = 0; i < token_len; i++) {
        for (bit = 0; bit < 8; bit++) {
            size_t len;
            harness_note("character", i);
            token[i] = (char)(token[i] ^ (1 << bit));
            CHECK(jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, scratch, sizeof scratch,
                             &len) <= JWT_REJECT_MALFORMED);
            CHECK(len == 0 && verified.payload.ptr == NULL && scratch[0] == 0);
            token[i] = (char)(token[i] ^ (1 << bit));
        }
    }
    expect(JWT_OK);
}

static void every_prefix_is_refused(void)
{
    size_t whole;
    begin();
    whole = token_len;
    for (token_len = 0; token_len < whole; token_len++) {
        size_t len;
        harness_note("length", token_len);
        CHECK(jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, scratch, sizeof scratch, &len) <=
              JWT_REJECT_MALFORMED);
        CHECK(len == 0 && verified.payload.ptr == NULL && scratch[0] == 0);
    }
    expect(JWT_OK);
}

static void scratch_of_any_size_is_all_or_nothing(void)
{
    jwt_signer signer;
    begin();
    harness_sweep(verify, sizeof GOOD_PAYLOAD - 1, sizeof GOOD_PAYLOAD - 1);
    /* The signature is the longest part of this one. */
    signer = use_es256(&es256_key);
    mint_mqtt(&signer);
    use_es256_public();
    harness_sweep(verify, 64, 64);
    signer = use_rs256(&rs256_key);
    mint_mqtt(&signer);
    use_rs256_public();
    harness_sweep(verify, 256, 256);
    /* And the header of this one. */
    begin();
    forge("{\"alg\":\"HS256\",\"x\":\"0123456789012345678901234567890123456789\"}",
          "{\"iat\":1700000000,\"exp\":1700000001}");
    harness_sweep(verify, 62, 62);
    CHECK(JWT_SCRATCH_SIZE(token_len) >= 62);
}

static void scratch_that_is_missing_is_never_success(void)
{
    size_t len = 7777;
    begin();
    memset(&verified, 0x5a, sizeof verified);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL,
                 jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, NULL, 0, &len));
    CHECK(len == sizeof GOOD_PAYLOAD - 1);
    CHECK(harness_all(&verified, sizeof verified, 0));
    CHECK_STATUS(JWT_ERR_POINTER,
                 jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, NULL, 1, &len));
    CHECK(len == 0);
}

static void scratch_that_the_macro_gives_is_enough(void)
{
    size_t longest;
    for (longest = 30; longest < 60; longest++) {
        static char payload[80];
        size_t len;
        memcpy(payload, GOOD_PAYLOAD, sizeof GOOD_PAYLOAD);
        memset(payload + sizeof GOOD_PAYLOAD - 1, ' ', longest - 30);
        payload[sizeof GOOD_PAYLOAD - 1 + longest - 30] = '\0';
        begin();
        forge("{\"alg\":\"HS256\"}", payload);
        CHECK_STATUS(JWT_OK, jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, scratch,
                                        JWT_SCRATCH_SIZE(token_len), &len));
    }
}

/* Three keys of one device are tried in turn. */
static void token_of_any_of_three_keys_is_accepted(void)
{
    static const char other[] = "another secret of 32 bytes or so";
    static jwt_hs256_key other_key;
    size_t place;
    size_t len;
    begin();
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&other_key, secret_bytes(other, sizeof other - 1)));
    use_es256_public();
    for (place = 0; place < 3; place++) {
        harness_note("place", place);
        verifiers[0] = verifiers[1] = verifiers[2] = verifier;
        verifiers[place == 0 ? 2 : 0] = jwt_hs256_verifier(&other_key);
        verifiers[place] = jwt_hs256_verifier(&hs256_key);
        CHECK_STATUS(JWT_OK, jwt_verify(&verified, text_of(token, token_len), verifiers, 3, &policy, scratch,
                                        sizeof scratch, &len));
        CHECK(verified.verifier == place);
        verifiers[place] = jwt_hs256_verifier(&other_key);
        CHECK_STATUS(JWT_REJECT_SIGNATURE, jwt_verify(&verified, text_of(token, token_len), verifiers, 3, &policy,
                                                      scratch, sizeof scratch, &len));
        verifiers[0] = verifiers[1] = verifiers[2] = verifier;
        CHECK_STATUS(JWT_REJECT_ALGORITHM, jwt_verify(&verified, text_of(token, token_len), verifiers, 3, &policy,
                                                      scratch, sizeof scratch, &len));
    }
}

static void expect_with(int32_t expected, const jwt_verifier *with, size_t count)
{
    size_t len = 7777;
    memset(&verified, 0x5a, sizeof verified);
    memset(scratch, 0x5a, sizeof scratch);
    CHECK_STATUS(expected,
                 jwt_verify(&verified, text_of(token, token_len), with, count, &policy, scratch, sizeof scratch, &len));
    CHECK(len == 0);
    CHECK(harness_all(&verified, sizeof verified, 0));
    CHECK(harness_all(scratch, sizeof scratch, 0));
}

static void keys_that_cannot_be_used_are_refused(void)
{
    begin();
    verifiers[0] = verifiers[1] = verifiers[2] = verifiers[3] = verifier;
    expect_with(JWT_ERR_KEY_NOT_LOADED, verifiers, 0);
    expect_with(JWT_ERR_KEY_NOT_LOADED, NULL, 0);
    expect_with(JWT_ERR_POINTER, NULL, 1);
    expect_with(JWT_ERR_TOO_LONG, verifiers, JWT_VERIFIERS_MAX + 1);
    expect_with(JWT_ERR_TOO_LONG, verifiers, SIZE_MAX);
    /* Also behind one that accepts the token. */
    memset(&verifiers[2], 0, sizeof verifiers[2]);
    expect_with(JWT_ERR_KEY_NOT_LOADED, verifiers, 3);
    verifiers[2] = jwt_hs256_verifier(NULL);
    expect_with(JWT_ERR_POINTER, verifiers, 3);
    memset(&es256_public_key, 0, sizeof es256_public_key);
    verifiers[2] = jwt_es256_verifier(&es256_public_key);
    expect_with(JWT_ERR_KEY_NOT_LOADED, verifiers, 3);
    jwt_hs256_key_wipe(&hs256_key);
    expect_with(JWT_ERR_KEY_NOT_LOADED, verifiers, 1);
}

static void null_pointers_are_refused(void)
{
    const jwt_str none = {NULL, 1};
    size_t len = 7777;
    jwt_str text;
    begin();
    text = text_of(token, token_len);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(NULL, text, &verifier, 1, &policy, scratch, sizeof scratch, &len));
    CHECK(len == 0 && harness_all(scratch, sizeof scratch, 0));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, none, &verifier, 1, &policy, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, text, &verifier, 1, NULL, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, text, &verifier, 1, &policy, scratch, sizeof scratch, NULL));
    policy.audience = none;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, text, &verifier, 1, &policy, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_REJECT_MALFORMED,
                 jwt_verify(&verified, text_of(NULL, 0), &verifier, 1,
                            (memset(&policy.audience, 0, sizeof none), &policy), scratch, sizeof scratch, &len));
}

static void misaligned_objects_are_refused(void)
{
    static union {
        int64_t aligned;
        uint8_t bytes[sizeof(jwt_policy) + 8];
    } place;
    size_t len = 7777;
    jwt_str text;
    begin();
    text = text_of(token, token_len);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify((jwt_verified *)misaligned(place.bytes), text, &verifier, 1, &policy,
                                             scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, text, (const jwt_verifier *)misaligned(place.bytes), 1, &policy,
                                             scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify(&verified, text, &verifier, 1, (const jwt_policy *)misaligned(place.bytes),
                                             scratch, sizeof scratch, &len));
}

static void overlaps_are_refused(void)
{
    char *room;
    uint8_t *bytes;
    size_t len = 7777;
    begin();
    /* The token inside the scratch. */
    room = harness_room(HARNESS_ROOM);
    bytes = (uint8_t *)(void *)room;
    memcpy(room + 100, token, token_len);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_verify(&verified, text_of(room + 100, token_len), &verifier, 1, &policy, bytes, 101, &len));
    CHECK(len == 0);
    room = harness_room(HARNESS_ROOM);
    memcpy(room + 100, token, token_len);
    CHECK_STATUS(JWT_OK,
                 jwt_verify(&verified, text_of(room + 100, token_len), &verifier, 1, &policy, bytes, 100, &len));
    /* Policy, verifier, key, secret, claims and length inside it. */
    room = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_verify(&verified, text_of(token, token_len), &verifier, 1,
                            (const jwt_policy *)harness_place(50, &policy, sizeof policy), bytes, 100, &len));
    room = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_verify(&verified, text_of(token, token_len),
                                             (const jwt_verifier *)harness_place(50, &verifier, sizeof verifier), 1,
                                             &policy, bytes, 100, &len));
    room = harness_room(HARNESS_ROOM);
    {
        const jwt_verifier inside =
            jwt_hs256_verifier((jwt_hs256_key *)harness_place(50, &hs256_key, sizeof hs256_key));
        CHECK_STATUS(JWT_ERR_OVERLAP,
                     jwt_verify(&verified, text_of(token, token_len), &inside, 1, &policy, bytes, 100, &len));
    }
    room = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_verify((jwt_verified *)harness_place(50, &verified, sizeof verified),
                                             text_of(token, token_len), &verifier, 1, &policy, bytes, 100, &len));
    room = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, bytes, 100,
                                             (size_t *)harness_place(50, &len, sizeof len)));
    room = harness_room(HARNESS_ROOM);
    policy.audience = text_of(room + 99, 1);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, bytes, 100, &len));
}

static void token_over_65535_characters_is_refused(void)
{
    size_t len = 7777;
    begin();
    CHECK_STATUS(JWT_ERR_TOO_LONG,
                 jwt_verify(&verified, text_of(token, 65536), &verifier, 1, &policy, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_TOO_LONG,
                 jwt_verify(&verified, text_of(token, SIZE_MAX), &verifier, 1, &policy, scratch, sizeof scratch, &len));
    CHECK(len == 0);
}

CASES(CASE(token_of_every_algorithm_is_accepted), CASE(claims_stand_in_the_scratch),
      CASE(token_of_another_key_is_refused), CASE(algorithm_is_the_keys), CASE(public_key_is_no_secret),
      CASE(every_flipped_bit_is_refused), CASE(every_prefix_is_refused), CASE(scratch_of_any_size_is_all_or_nothing),
      CASE(scratch_that_is_missing_is_never_success), CASE(scratch_that_the_macro_gives_is_enough),
      CASE(token_of_any_of_three_keys_is_accepted), CASE(keys_that_cannot_be_used_are_refused),
      CASE(null_pointers_are_refused), CASE(misaligned_objects_are_refused), CASE(overlaps_are_refused),
      CASE(token_over_65535_characters_is_refused));
