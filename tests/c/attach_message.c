/* jwt_attach_message() */

#include "fixtures.h"

/** A token's characters are its own. */
static const char TOKEN[] = "eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJteS1wcm9qZWN0In0.AZaz09-_";
static jwt_str token;

static jwt_status attach(char *out, size_t out_size, size_t *out_len)
{
    return jwt_attach_message(token, out, out_size, out_len);
}

static void expect_failure(int32_t expected)
{
    char *out = harness_room(HARNESS_ROOM);
    size_t len = 7777;
    CHECK_STATUS(expected, attach(out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0');
    CHECK(len == 0);
    CHECK(harness_guards_hold(HARNESS_ROOM));
}

static void message_is_one_object_with_the_token(void)
{
    static const char expected[] =
        "{\"authorization\":\"eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJteS1wcm9qZWN0In0.AZaz09-_\"}";
    char *out = harness_room(JWT_ATTACH_MESSAGE_SIZE(sizeof TOKEN - 1));
    size_t len = 7777;
    token = TEXT_OF(TOKEN);
    CHECK_STATUS(JWT_OK, attach(out, JWT_ATTACH_MESSAGE_SIZE(sizeof TOKEN - 1), &len));
    CHECK(len == sizeof expected - 1);
    CHECK(memcmp(out, expected, sizeof expected) == 0);
    CHECK(harness_guards_hold(sizeof expected));
    CHECK(sizeof expected == JWT_ATTACH_MESSAGE_SIZE(sizeof TOKEN - 1));
}

static void every_size_is_all_or_nothing(void)
{
    token = TEXT_OF(TOKEN);
    harness_sweep(attach, sizeof TOKEN - 1 + 20, sizeof TOKEN + 20);
}

static void length_can_be_asked_for(void)
{
    size_t len = 7777;
    token = TEXT_OF(TOKEN);
    CHECK_STATUS(JWT_OK, attach(NULL, 0, &len));
    CHECK(len == sizeof TOKEN - 1 + 20);
}

static void what_is_no_token_stays_a_text(void)
{
    static const char hostile[] = "a\",\"admin\":true,\"x\":\"\\\n";
    static const char expected[] = "{\"authorization\":\"a\\\",\\\"admin\\\":true,\\\"x\\\":\\\"\\\\\\n\"}";
    char *out = harness_room(HARNESS_ROOM);
    size_t len = 7777;
    token = TEXT_OF(hostile);
    CHECK_STATUS(JWT_OK, attach(out, HARNESS_ROOM, &len));
    CHECK(len == sizeof expected - 1);
    CHECK(memcmp(out, expected, sizeof expected) == 0);
}

static void empty_token_is_an_error(void)
{
    token = jwt_str_from("");
    expect_failure(JWT_ERR_EMPTY_CLAIM);
    token = jwt_str_from(NULL);
    expect_failure(JWT_ERR_EMPTY_CLAIM);
}

static void bytes_that_are_no_text_are_an_error(void)
{
    token = jwt_str_from("abc\xff");
    expect_failure(JWT_ERR_UTF8);
    token = TEXT_OF(TOKEN);
    token.len = 65536;
    expect_failure(JWT_ERR_TOO_LONG);
}

static void pointers_that_are_null_are_errors(void)
{
    char *out = harness_room(HARNESS_ROOM);
    size_t len = 7777;
    token.ptr = NULL;
    token.len = 5;
    expect_failure(JWT_ERR_POINTER);
    token = TEXT_OF(TOKEN);
    CHECK_STATUS(JWT_ERR_POINTER, attach(out, HARNESS_ROOM, NULL));
    CHECK(out[0] == '\0');
    CHECK_STATUS(JWT_ERR_POINTER, attach(NULL, 1, &len));
    CHECK(len == 0);
}

static void token_inside_the_room_is_an_overlap(void)
{
    (void)harness_room(HARNESS_ROOM);
    token.ptr = (const char *)harness_place(100, TOKEN, sizeof TOKEN);
    token.len = sizeof TOKEN - 1;
    {
        char *out = (char *)(size_t)(const void *)token.ptr;
        size_t len = 7777;
        CHECK_STATUS(JWT_ERR_OVERLAP, attach(out, 200, &len));
        CHECK(out[0] == '\0');
        CHECK(len == 0);
    }
}

CASES(CASE(message_is_one_object_with_the_token), CASE(every_size_is_all_or_nothing), CASE(length_can_be_asked_for),
      CASE(what_is_no_token_stays_a_text), CASE(empty_token_is_an_error), CASE(bytes_that_are_no_text_are_an_error),
      CASE(pointers_that_are_null_are_errors), CASE(token_inside_the_room_is_an_overlap));
