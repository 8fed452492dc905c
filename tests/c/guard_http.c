/* jwt_guard_http() */

#include "verifying.h"

static char value[600];
static jwt_http_request request;
static jwt_http_answer answer;
static size_t len;

static void ask(void)
{
    len = 7777;
    memset(&verified, 0x5a, sizeof verified);
    memset(scratch, 0x5a, sizeof scratch);
    answer = jwt_guard_http(&verified, &request, &verifier, 1, &policy, scratch, sizeof scratch, &len);
}

/** Checks that the request is refused with this answer, and leaves nothing. */
static void expect_refusal(uint32_t code, int32_t status, const char *challenge)
{
    ask();
    CHECK(answer.code == code);
    CHECK_STATUS(status, answer.status);
    CHECK(challenge == NULL ? answer.www_authenticate == NULL
                            : answer.www_authenticate != NULL && strcmp(answer.www_authenticate, challenge) == 0);
    CHECK(len == 0);
    CHECK(harness_all(&verified, sizeof verified, 0));
    CHECK(harness_all(scratch, sizeof scratch, 0));
}

static void expect_let_through(void)
{
    ask();
    CHECK(answer.code == 200);
    CHECK_STATUS(JWT_OK, answer.status);
    CHECK(answer.www_authenticate == NULL);
    CHECK(verified.payload.len == sizeof GOOD_PAYLOAD - 1);
}

/** A request with `before`, the token and `behind` as the value of `Authorization`. */
static void authorize(const char *before, const char *behind)
{
    const size_t before_len = strlen(before);
    memcpy(value, before, before_len);
    memcpy(value + before_len, token, token_len);
    memcpy(value + before_len + token_len, behind, strlen(behind));
    memset(&request, 0, sizeof request);
    request.authorization = text_of(value, before_len + token_len + strlen(behind));
}

static void bearer_is_read_as_rfc_9110_has_it(void)
{
    static const char *const good[] = {"Bearer ",  "bearer ",      "BEARER ",  "bEaReR ",
                                       "Bearer  ", "Bearer      ", " Bearer ", "\t Bearer "};
    static const char *const none[] = {"",         " ",     "Basic ", "Bearer",      "Bearer\t",
                                       "Bearerx ", "Bear ", "Token ", "\"Bearer\" ", "Bearer,"};
    size_t i;
    begin();
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        harness_note(good[i], i);
        authorize(good[i], "");
        expect_let_through();
        authorize(good[i], " \t ");
        expect_let_through();
    }
    for (i = 0; i < sizeof none / sizeof none[0]; i++) {
        harness_note(none[i], i);
        authorize(none[i], "");
        expect_refusal(401, JWT_REJECT_NO_CREDENTIALS, "Bearer");
    }
    harness_note(NULL, 0);
    authorize("Bearer ", ", Bearer x");
    expect_refusal(403, JWT_REJECT_MALFORMED, "Bearer error=\"invalid_token\"");
    authorize("Bearer Bearer ", "");
    expect_refusal(403, JWT_REJECT_MALFORMED, "Bearer error=\"invalid_token\"");
    authorize("Bearer \t", "");
    expect_refusal(403, JWT_REJECT_MALFORMED, "Bearer error=\"invalid_token\"");
}

static void request_without_credentials_is_401(void)
{
    static const char *const values[] = {"", " ", "\t", "Bearer", "Bearer ", "bearer    ", " Bearer \t"};
    size_t i;
    begin();
    memset(&request, 0, sizeof request);
    expect_refusal(401, JWT_REJECT_NO_CREDENTIALS, "Bearer");
    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        harness_note(values[i], i);
        request.authorization = jwt_str_from(values[i]);
        expect_refusal(401, JWT_REJECT_NO_CREDENTIALS, "Bearer");
    }
    memset(&request, 0, sizeof request);
    request.user_token = JWT_STR(" ");
    expect_refusal(401, JWT_REJECT_NO_CREDENTIALS, "Bearer");
}

static void user_token_stands_alone(void)
{
    begin();
    memset(&request, 0, sizeof request);
    request.user_token = text_of(token, token_len);
    expect_let_through();
    /* Another scheme beside it is somebody else's. */
    request.authorization = JWT_STR("Basic YTpi");
    expect_let_through();
    authorize("Bearer ", "");
    request.user_token = request.authorization;
    request.authorization = text_of(NULL, 0);
    expect_refusal(403, JWT_REJECT_MALFORMED, "Bearer error=\"invalid_token\"");
    /* Two tokens: which? */
    request.authorization = request.user_token;
    request.user_token = text_of(token, token_len);
    expect_refusal(403, JWT_REJECT_MALFORMED, "Bearer error=\"invalid_token\"");
}

static void bad_token_is_403_or_401(void)
{
    begin();
    authorize("Bearer ", "");
    policy.subject = JWT_STR("another");
    expect_refusal(403, JWT_REJECT_SUBJECT, "Bearer error=\"invalid_token\"");
    request.unauthorized_for_bad_token = 1;
    expect_refusal(401, JWT_REJECT_SUBJECT, "Bearer error=\"invalid_token\"");
    policy.subject = text_of(NULL, 0);
    policy.now = 1700003600;
    expect_refusal(401, JWT_REJECT_EXPIRED, "Bearer error=\"invalid_token\", error_description=\"The token expired\"");
    request.unauthorized_for_bad_token = 0;
    expect_refusal(403, JWT_REJECT_EXPIRED, "Bearer error=\"invalid_token\", error_description=\"The token expired\"");
    policy.now = NOW;
    value[7 + token_len - 2] ^= 1;
    expect_refusal(403, JWT_REJECT_SIGNATURE, "Bearer error=\"invalid_token\"");
}

static void token_that_is_too_long_is_bad(void)
{
    begin();
    authorize("Bearer ", "");
    answer = jwt_guard_http(&verified, &request, &verifier, 1, &policy, scratch, 20, &len);
    CHECK(answer.code == 403 && verified.payload.ptr == NULL);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, answer.status);
    CHECK(len == sizeof GOOD_PAYLOAD - 1);
    request.authorization.len = 65536;
    expect_refusal(403, JWT_ERR_TOO_LONG, "Bearer error=\"invalid_token\"");
}

static void fault_of_the_server_is_500(void)
{
    begin();
    authorize("Bearer ", "");
    policy.now = 5;
    expect_refusal(500, JWT_ERR_CLOCK, NULL);
    policy.now = NOW;
    memset(&verifier, 0, sizeof verifier);
    expect_refusal(500, JWT_ERR_KEY_NOT_LOADED, NULL);
    begin();
    answer = jwt_guard_http(&verified, &request, &verifier, JWT_VERIFIERS_MAX + 1, &policy, scratch, sizeof scratch, &len);
    CHECK(answer.code == 500 && answer.www_authenticate == NULL);
    CHECK_STATUS(JWT_ERR_TOO_LONG, answer.status);
    answer = jwt_guard_http(&verified, &request, &verifier, 1, &policy, NULL, 0, &len);
    CHECK(answer.code == 500 && answer.www_authenticate == NULL);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, answer.status);
    /* Whatever the request: a server whose clock is not set lets nobody in, and says so. */
    memset(&request, 0, sizeof request);
    policy.now = 5;
    expect_refusal(500, JWT_ERR_CLOCK, NULL);
}

static void expect_pointer(jwt_http_answer refused)
{
    CHECK(refused.code == 500);
    CHECK_STATUS(JWT_ERR_POINTER, refused.status);
    CHECK(refused.www_authenticate == NULL);
}

static void null_pointers_are_refused(void)
{
    begin();
    authorize("Bearer ", "");
    expect_pointer(jwt_guard_http(NULL, &request, &verifier, 1, &policy, scratch, sizeof scratch, &len));
    expect_pointer(jwt_guard_http(&verified, NULL, &verifier, 1, &policy, scratch, sizeof scratch, &len));
    expect_pointer(jwt_guard_http(&verified, &request, NULL, 1, &policy, scratch, sizeof scratch, &len));
    expect_pointer(jwt_guard_http(&verified, &request, &verifier, 1, NULL, scratch, sizeof scratch, &len));
    expect_pointer(jwt_guard_http(&verified, &request, &verifier, 1, &policy, NULL, 1, &len));
    expect_pointer(jwt_guard_http(&verified, &request, &verifier, 1, &policy, scratch, sizeof scratch, NULL));
    request.authorization = text_of(NULL, 1);
    expect_pointer(jwt_guard_http(&verified, &request, &verifier, 1, &policy, scratch, sizeof scratch, &len));
}

CASES(CASE(bearer_is_read_as_rfc_9110_has_it), CASE(request_without_credentials_is_401), CASE(user_token_stands_alone),
      CASE(bad_token_is_403_or_401), CASE(token_that_is_too_long_is_bad), CASE(fault_of_the_server_is_500),
      CASE(null_pointers_are_refused));
