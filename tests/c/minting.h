/*
 * Cases that hold for every function that mints. The file that includes this defines before:
 *   CLAIMS, MINT              the struct and the function
 *   TEXT_COUNT                how many texts the struct has
 *   begin_claims()            fills the zeroed `claims` with good ones
 *   text_at(index)            the text of that number in `claims`
 *   write_payload(json)       the payload that `claims` must come to
 *   write_header(json, alg)   and the header
 */

static CLAIMS claims;
static jwt_signer signer;
static jwt_es256_key es256_key;
static jwt_callback callback;
static unsigned calls;
static harness_json header;
static harness_json payload;
static size_t len;

static void begin_claims(void);
static jwt_str *text_at(size_t index);
static void write_payload(harness_json *json);
static void write_header(harness_json *json, const char *algorithm);

/** Good claims and a signer that takes no time. */
static void begin(void)
{
    memset(&claims, 0, sizeof claims);
    begin_claims();
    claims.now = NOW;
    claims.lifetime = 3600;
    signer = use_quick(&callback, &calls);
    len = 7777;
}

static jwt_status mint(char *out, size_t out_size, size_t *out_len)
{
    return MINT(&claims, &signer, out, out_size, out_len);
}

/** Mints with all of the room. */
static jwt_status mint_any(void)
{
    char *out = harness_room(HARNESS_ROOM);
    len = 7777;
    return mint(out, HARNESS_ROOM, &len);
}

/** Checks that minting fails and leaves nothing behind. */
static void expect_failure(int32_t expected)
{
    char *out = harness_room(HARNESS_ROOM);
    const unsigned before = calls;
    len = 7777;
    CHECK_STATUS(expected, mint(out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0');
    CHECK(len == 0);
    CHECK(calls == before);
    CHECK(harness_guards_hold(HARNESS_ROOM));
    /* Asked for the length only, it fails alike. */
    len = 7777;
    CHECK_STATUS(expected, mint(NULL, 0, &len));
    CHECK(len == 0);
}

/** Mints, and checks all that can be known of the token. `key`: NULL, or for the verifier. */
static void expect_token(const char *key, const char *algorithm)
{
    char *out = harness_room(HARNESS_ROOM);
    size_t measured = 7777;
    const unsigned before = calls;
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &measured));
    CHECK(calls == before);
    CHECK(harness_guards_hold(0));
    len = 7777;
    CHECK_STATUS(JWT_OK, mint(out, measured + 1, &len));
    CHECK(len == measured);
    CHECK(harness_guards_hold(measured + 1));
    header.len = 0;
    payload.len = 0;
    write_header(&header, algorithm);
    write_payload(&payload);
    if (len <= HARNESS_ROOM - 1) {
        harness_token(key, header.text, payload.text, out, len);
    }
}

static void es256_token_is_valid(void)
{
    begin();
    signer = use_es256(&es256_key);
    expect_token("ec_public", "ES256");
}

static void es256_token_is_the_same_each_time(void)
{
    char first[320];
    char *out = harness_room(HARNESS_ROOM);
    begin();
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_OK, mint(first, sizeof first, &len));
    CHECK_STATUS(JWT_OK, mint(out, HARNESS_ROOM, &len));
    CHECK(memcmp(first, out, len + 1) == 0);
}

static void rs256_token_is_valid(void)
{
    jwt_rs256_key key;
    begin();
    signer = use_rs256(&key);
    expect_token("rsa_2048_public", "RS256");
}

static void rs256_token_of_3072_bits_is_valid(void)
{
    jwt_rs256_key key;
    begin();
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_3072_PKCS8_DER)));
    signer = jwt_rs256_signer(&key);
    expect_token("rsa_3072_public", "RS256");
}

static void rs256_token_of_4096_bits_is_valid(void)
{
    jwt_rs256_key key;
    begin();
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_4096_PKCS8_DER)));
    signer = jwt_rs256_signer(&key);
    expect_token("rsa_4096_public", "RS256");
}

static void asking_for_the_length_signs_nothing(void)
{
    begin();
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
    CHECK(calls == 0);
    CHECK(len > 36);
}

static void one_token_is_signed_once(void)
{
    begin();
    expect_token(NULL, "ES256");
    CHECK(calls == 1);
}

static void buffer_of_any_size_is_all_or_nothing(void)
{
    begin();
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
    harness_sweep(mint, len, len + 1);
    CHECK(calls == 2);
}

static void buffer_one_byte_short_leaves_empty_string(void)
{
    char *out;
    size_t told = 7777;
    begin();
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
    out = harness_room(len);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, mint(out, len, &told));
    CHECK(told == len);
    CHECK(out[0] == '\0');
    CHECK(harness_guards_hold(len));
}

static void rs256_buffer_one_byte_short_leaves_empty_string(void)
{
    jwt_rs256_key key;
    char *out;
    size_t told = 7777;
    begin();
    signer = use_rs256(&key);
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
    out = harness_room(len);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, mint(out, len, &told));
    CHECK(told == len);
    CHECK(out[0] == '\0');
    CHECK(harness_guards_hold(len));
}

static void null_pointers_are_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    begin();
    CHECK_STATUS(JWT_ERR_POINTER, MINT(NULL, &signer, out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0' && len == 0);
    out = harness_room(HARNESS_ROOM);
    len = 7777;
    CHECK_STATUS(JWT_ERR_POINTER, MINT(&claims, NULL, out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0' && len == 0);
    out = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_POINTER, MINT(&claims, &signer, out, HARNESS_ROOM, NULL));
    CHECK(out[0] == '\0');
    len = 7777;
    CHECK_STATUS(JWT_ERR_POINTER, MINT(&claims, &signer, NULL, 1, &len));
    CHECK(len == 0);
    CHECK_STATUS(JWT_ERR_POINTER, MINT(NULL, NULL, NULL, 0, NULL));
    CHECK_STATUS(JWT_ERR_POINTER, MINT(NULL, NULL, NULL, SIZE_MAX, NULL));
    CHECK(calls == 0);
}

static void null_text_with_a_length_is_refused(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        harness_note("text", i);
        begin();
        text_at(i)->ptr = NULL;
        text_at(i)->len = 1;
        expect_failure(JWT_ERR_POINTER);
    }
}

static void misaligned_structs_are_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    union {
        int64_t aligned;
        char bytes[sizeof(CLAIMS) + 8];
    } room;
    begin();
    memset(&room, 0, sizeof room);
    memcpy(misaligned(room.bytes), &claims, sizeof claims);
    CHECK_STATUS(JWT_ERR_POINTER,
                 MINT((const CLAIMS *)misaligned(room.bytes), &signer, out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0' && len == 0);
    memcpy(misaligned(room.bytes), &signer, sizeof signer);
    out = harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_ERR_POINTER,
                 MINT(&claims, (const jwt_signer *)misaligned(room.bytes), out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0' && len == 0);
    out = harness_room(HARNESS_ROOM);
    memset(&room, 0x5a, sizeof room);
    CHECK_STATUS(JWT_ERR_POINTER, MINT(&claims, &signer, out, HARNESS_ROOM, (size_t *)misaligned(room.bytes)));
    CHECK(out[0] == '\0');
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0x5a));
    CHECK(calls == 0);
}

static void misaligned_key_is_refused(void)
{
    union {
        int64_t aligned;
        char bytes[sizeof(jwt_es256_key) + 8];
    } room;
    begin();
    (void)use_es256(&es256_key);
    memset(&room, 0, sizeof room);
    memcpy(misaligned(room.bytes), &es256_key, sizeof es256_key);
    signer = jwt_es256_signer((const jwt_es256_key *)misaligned(room.bytes));
    expect_failure(JWT_ERR_POINTER);
}

static void signer_without_a_key_is_refused(void)
{
    begin();
    memset(&signer, 0, sizeof signer);
    expect_failure(JWT_ERR_KEY_NOT_LOADED);
    signer = jwt_es256_signer(NULL);
    expect_failure(JWT_ERR_POINTER);
    memset(&es256_key, 0, sizeof es256_key);
    signer = jwt_es256_signer(&es256_key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED);
    signer = use_es256(&es256_key);
    jwt_es256_key_wipe(&es256_key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED);
}

/** Checks a call whose outputs overlap something. */
static void expect_overlap(const CLAIMS *given, const jwt_signer *with, char *out, size_t out_size, size_t *out_len)
{
    const unsigned before = calls;
    CHECK_STATUS(JWT_ERR_OVERLAP, MINT(given, with, out, out_size, out_len));
    CHECK(*out_len == 0);
    CHECK(calls == before);
}

static void output_over_the_claims_is_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    begin();
    expect_overlap((const CLAIMS *)harness_place(600, &claims, sizeof claims), &signer, out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
}

static void output_over_the_signer_is_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    begin();
    expect_overlap(&claims, (const jwt_signer *)harness_place(600, &signer, sizeof signer), out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
}

static void output_over_the_key_is_refused(void)
{
    char *out;
    begin();
    (void)use_es256(&es256_key);
    out = harness_room(HARNESS_ROOM);
    signer = jwt_es256_signer((const jwt_es256_key *)harness_place(600, &es256_key, sizeof es256_key));
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
}

static void output_over_the_callback_is_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    begin();
    signer = jwt_callback_signer((const jwt_callback *)harness_place(600, &callback, sizeof callback));
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
}

static void output_over_a_text_is_refused(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        char *out = harness_room(HARNESS_ROOM);
        harness_note("text", i);
        begin();
        text_at(i)->ptr = (const char *)harness_place(1000, "text", 4);
        text_at(i)->len = 4;
        expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
        CHECK(out[0] == '\0');
        /* One byte of overlap at the text's end, then one at its start. */
        out = harness_room(HARNESS_ROOM);
        text_at(i)->ptr = out;
        memcpy(out, "text", 4);
        expect_overlap(&claims, &signer, out + 3, HARNESS_ROOM - 3, &len);
        out = harness_room(HARNESS_ROOM);
        text_at(i)->ptr = out + 900;
        memcpy(out + 900, "text", 4);
        expect_overlap(&claims, &signer, out, 901, &len);
    }
}

static void texts_that_touch_the_buffer_are_no_overlap(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        char *out = harness_room(HARNESS_ROOM);
        harness_note("text", i);
        begin();
        text_at(i)->len = 4;
        text_at(i)->ptr = out;
        memcpy(out, "text", 4);
        CHECK_STATUS(JWT_OK, mint(out + 4, HARNESS_ROOM - 4, &len));
        out = harness_room(HARNESS_ROOM);
        text_at(i)->ptr = out + 900;
        memcpy(out + 900, "text", 4);
        CHECK_STATUS(JWT_OK, mint(out, 900, &len));
        CHECK(memcmp(out + 900, "text", 4) == 0);
    }
}

static void length_inside_an_input_or_the_buffer_is_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    size_t *inside;
    size_t zero = 7777;
    begin();
    inside = (size_t *)harness_place(800, &zero, sizeof zero);
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, inside);
    begin();
    expect_overlap(&claims, &signer, NULL, 0, (size_t *)(void *)&claims);
    begin();
    expect_overlap(&claims, &signer, NULL, 0, (size_t *)(void *)&signer);
    begin();
    expect_overlap(&claims, &signer, NULL, 0, (size_t *)(void *)&callback);
    begin();
    text_at(0)->ptr = (const char *)(const void *)&zero;
    text_at(0)->len = 1;
    memset(&zero, 'a', sizeof zero);
    expect_overlap(&claims, &signer, NULL, 0, &zero);
}

static void clock_before_the_floor_is_refused(void)
{
    static const int64_t unset[] = {0, 1, 315532800, 946684800, JWT_CLOCK_FLOOR_DEFAULT - 1};
    size_t i;
    begin();
    for (i = 0; i < sizeof unset / sizeof unset[0]; i++) {
        harness_note("clock", i);
        claims.now = unset[i];
        expect_failure(JWT_ERR_CLOCK);
    }
    claims.now = JWT_CLOCK_FLOOR_DEFAULT;
    expect_token(NULL, "ES256");
}

static void callers_floor_holds_to_the_second(void)
{
    begin();
    claims.clock_floor = NOW;
    expect_token(NULL, "ES256");
    claims.now = NOW - 1;
    expect_failure(JWT_ERR_CLOCK);
    claims.now = NOW + 1;
    expect_token(NULL, "ES256");
    claims.now = 1;
    claims.clock_floor = 1;
    expect_token(NULL, "ES256");
    claims.now = 0;
    expect_failure(JWT_ERR_CLOCK);
    claims.now = INT64_MAX - 1;
    claims.clock_floor = INT64_MAX;
    expect_failure(JWT_ERR_CLOCK);
}

static void negative_times_are_refused(void)
{
    begin();
    claims.now = -1;
    expect_failure(JWT_ERR_TIME);
    claims.now = INT64_MIN;
    expect_failure(JWT_ERR_TIME);
    claims.now = NOW;
    claims.clock_floor = -1;
    expect_failure(JWT_ERR_TIME);
    claims.clock_floor = INT64_MIN;
    expect_failure(JWT_ERR_TIME);
}

static void lifetime_under_a_second_is_refused(void)
{
    begin();
    claims.lifetime = 0;
    expect_failure(JWT_ERR_LIFETIME);
    claims.lifetime = -1;
    expect_failure(JWT_ERR_LIFETIME);
    claims.lifetime = INT64_MIN;
    expect_failure(JWT_ERR_LIFETIME);
    claims.lifetime = 1;
    expect_token(NULL, "ES256");
}

static void times_beyond_32_bits_are_written_whole(void)
{
    static const int64_t late[] = {INT32_MAX, (int64_t)INT32_MAX + 1, UINT32_MAX, (int64_t)UINT32_MAX + 1,
                                   253402300800};
    size_t i;
    begin();
    for (i = 0; i < sizeof late / sizeof late[0]; i++) {
        harness_note("time", i);
        claims.now = late[i];
        expect_token(NULL, "ES256");
    }
}

static void expiry_beyond_64_bits_is_refused(void)
{
    begin();
    claims.now = INT64_MAX - 1;
    claims.lifetime = 1;
    expect_token(NULL, "ES256");
    claims.lifetime = 2;
    expect_failure(JWT_ERR_TIME);
    claims.now = INT64_MAX;
    claims.lifetime = 1;
    expect_failure(JWT_ERR_TIME);
}

static void empty_text_is_refused(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        harness_note("text", i);
        begin();
        text_at(i)->ptr = "x";
        text_at(i)->len = 0;
        expect_failure(JWT_ERR_EMPTY_CLAIM);
    }
}

static void text_with_quotes_stays_one_claim(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        harness_note("text", i);
        begin();
        signer = use_es256(&es256_key);
        *text_at(i) = JWT_STR("a\",\"exp\":9999999999,\"x\":\"");
        expect_token("ec_public", "ES256");
        *text_at(i) = JWT_STR("\\\",\"exp\":9999999999,\"x\":\"\\");
        expect_token("ec_public", "ES256");
    }
}

static void every_control_character_is_escaped(void)
{
    char text[3] = {'a', '\0', 'b'};
    size_t i;
    unsigned character;
    for (i = 0; i < TEXT_COUNT; i++) {
        begin();
        *text_at(i) = text_of(text, sizeof text);
        for (character = 0; character < 0x20; character++) {
            harness_note("character", character);
            text[1] = (char)character;
            expect_token(NULL, "ES256");
        }
        text[1] = 0x7f;
        expect_token(NULL, "ES256");
    }
}

static void control_characters_reach_the_reader(void)
{
    char text[34];
    size_t i;
    for (i = 0; i < sizeof text; i++) {
        text[i] = (char)i;
    }
    begin();
    signer = use_es256(&es256_key);
    *text_at(0) = text_of(text, sizeof text);
    expect_token("ec_public", "ES256");
}

static void utf8_of_every_width_is_kept(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        harness_note("text", i);
        begin();
        signer = use_es256(&es256_key);
        /* The first and last character of each width, and around the surrogates. */
        *text_at(i) = JWT_STR("\x01\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
                              "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
        expect_token("ec_public", "ES256");
    }
}

static void text_that_is_not_utf8_is_refused(void)
{
    static const char *const bad[] = {
        "\x80",             /* a continuation alone */
        "a\xbf",            /* and behind something */
        "\xc3",             /* cut off in the second byte */
        "\xe2\x82",         /* in the third */
        "\xf0\x9f\x98",     /* in the fourth */
        "\xc3(",            /* a start without what follows */
        "\xe2\x82(",        /* likewise */
        "\xc0\x80",         /* overlong NUL */
        "\xc1\xbf",         /* overlong, two bytes */
        "\xe0\x9f\xbf",     /* overlong, three bytes */
        "\xf0\x8f\xbf\xbf", /* overlong, four bytes */
        "\xed\xa0\x80",     /* a high surrogate */
        "\xed\xbf\xbf",     /* a low surrogate */
        "\xf4\x90\x80\x80", /* beyond U+10FFFF */
        "\xf5\x80\x80\x80", /* far beyond */
        "\xf8\x88\x80\x80\x80", /* five bytes */
        "\xfe",             /* no UTF-8 at all */
        "\xff",             /* no UTF-8 at all */
    };
    size_t i;
    size_t kind;
    for (i = 0; i < TEXT_COUNT; i++) {
        for (kind = 0; kind < sizeof bad / sizeof bad[0]; kind++) {
            harness_note("kind", kind);
            begin();
            *text_at(i) = jwt_str_from(bad[kind]);
            expect_failure(JWT_ERR_UTF8);
        }
    }
}

static void text_over_65535_bytes_is_refused(void)
{
    size_t i;
    for (i = 0; i < TEXT_COUNT; i++) {
        harness_note("text", i);
        begin();
        text_at(i)->ptr = "x";
        text_at(i)->len = 65536;
        expect_failure(JWT_ERR_TOO_LONG);
        text_at(i)->len = SIZE_MAX / 2 + 1;
        expect_failure(JWT_ERR_TOO_LONG);
        text_at(i)->len = SIZE_MAX;
        expect_failure(JWT_ERR_TOO_LONG);
    }
}

static int32_t break_down(void *context, const uint8_t *digest, size_t message_len, uint8_t *signature,
                          size_t signature_size, size_t *signature_len)
{
    (void)digest;
    (void)message_len;
    *(unsigned *)context += 1;
    memset(signature, 1, signature_size);
    *signature_len = 64;
    return -5;
}

static void signer_that_breaks_down_leaves_no_token(void)
{
    char *out = harness_room(HARNESS_ROOM);
    begin();
    callback.sign = break_down;
    CHECK_STATUS(JWT_ERR_SIGNER, mint(out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0');
    CHECK(len == 0);
    CHECK(calls == 1);
    /* Not even the signing input is left, which somebody could have signed elsewhere. */
    CHECK(memcmp(out + 1, "yJ", 2) != 0);
}

static void callback_described_wrongly_is_refused(void)
{
    begin();
    callback.signature = 0;
    expect_failure(JWT_ERR_CALLBACK);
    callback.signature = 6;
    expect_failure(JWT_ERR_CALLBACK);
    callback.signature = UINT32_MAX;
    expect_failure(JWT_ERR_CALLBACK);
    callback.signature = JWT_SIGNATURE_ES256_RAW;
    callback.sign = NULL;
    expect_failure(JWT_ERR_POINTER);
}

#define MINTING_CASES                                                                                              \
    CASE(es256_token_is_valid), CASE(es256_token_is_the_same_each_time), CASE(rs256_token_is_valid),               \
        CASE(rs256_token_of_3072_bits_is_valid), CASE(rs256_token_of_4096_bits_is_valid),                          \
        CASE(asking_for_the_length_signs_nothing), CASE(one_token_is_signed_once),                                 \
        CASE(buffer_of_any_size_is_all_or_nothing), CASE(buffer_one_byte_short_leaves_empty_string),               \
        CASE(rs256_buffer_one_byte_short_leaves_empty_string), CASE(null_pointers_are_refused),                    \
        CASE(null_text_with_a_length_is_refused), CASE(misaligned_structs_are_refused),                            \
        CASE(misaligned_key_is_refused), CASE(signer_without_a_key_is_refused),                                    \
        CASE(output_over_the_claims_is_refused), CASE(output_over_the_signer_is_refused),                          \
        CASE(output_over_the_key_is_refused), CASE(output_over_the_callback_is_refused),                           \
        CASE(output_over_a_text_is_refused), CASE(texts_that_touch_the_buffer_are_no_overlap),                     \
        CASE(length_inside_an_input_or_the_buffer_is_refused), CASE(clock_before_the_floor_is_refused),            \
        CASE(callers_floor_holds_to_the_second), CASE(negative_times_are_refused),                                 \
        CASE(lifetime_under_a_second_is_refused), CASE(times_beyond_32_bits_are_written_whole),                    \
        CASE(expiry_beyond_64_bits_is_refused), CASE(empty_text_is_refused),                                       \
        CASE(text_with_quotes_stays_one_claim), CASE(every_control_character_is_escaped),                          \
        CASE(control_characters_reach_the_reader), CASE(utf8_of_every_width_is_kept),                              \
        CASE(text_that_is_not_utf8_is_refused), CASE(text_over_65535_bytes_is_refused),                            \
        CASE(signer_that_breaks_down_leaves_no_token), CASE(callback_described_wrongly_is_refused)
