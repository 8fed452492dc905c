/*
 * mint verify: tokens checked on the desk.
 *
 *     mint mqtt --key ec_private.pem --project my-project | mint verify --key ec_public.pem --audience my-project -
 *
 * The claims alone go to stdout, as JSON; with --jws the payload's bytes.
 */
#define _GNU_SOURCE /* explicit_bzero, getopt_long */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "desk.h"

/* A verifier and all that it refers to. */
struct authority {
    char file[FILE_SIZE_MAX];
    uint8_t der[JWT_RS256_DER_SIZE_4096];
    jwt_es256_public_key ec;
    jwt_rs256_public_key rsa;
    jwt_hs256_key secret;
    jwt_verifier verifier;
};

static int load_authority(const char *key_file, const char *secret_file, struct authority *authority)
{
    const char *path = key_file != NULL ? key_file : secret_file;
    const long len = read_file(path, authority->file, sizeof authority->file);
    if (len < 0) {
        return unreadable(path);
    }
    const jwt_str text = {authority->file, (size_t)len};
    jwt_status status;
    if (key_file == NULL) {
        status = jwt_hs256_key_load(&authority->secret, jwt_bytes_from((const uint8_t *)text.ptr, text.len));
        authority->verifier = jwt_hs256_verifier(&authority->secret);
    } else {
        status = jwt_es256_public_key_load_pem(&authority->ec, text);
        authority->verifier = jwt_es256_verifier(&authority->ec);
        if (status == JWT_ERR_KEY_ALGORITHM) {
            size_t der_len;
            status =
                jwt_rs256_public_key_load_pem(&authority->rsa, text, authority->der, sizeof authority->der, &der_len);
            authority->verifier = jwt_rs256_verifier(&authority->rsa);
        }
    }
    return status == JWT_OK ? DONE : refused(status, path);
}

static int check(jwt_str token, const jwt_verifier *verifier, const jwt_policy *policy, int is_jws)
{
    static uint8_t scratch[JWT_SCRATCH_SIZE(JWT_TOKEN_LEN_MAX)];
    jwt_verified verified;
    jwt_bytes payload;
    size_t len;
    jwt_status status;

    if (is_jws) {
        status = jwt_verify_jws(&payload, token, verifier, 1, scratch, sizeof scratch, &len);
    } else {
        status = jwt_verify(&verified, token, verifier, 1, policy, scratch, sizeof scratch, &len);
        payload = jwt_bytes_from((const uint8_t *)verified.payload.ptr, verified.payload.len);
    }
    if (status != JWT_OK) {
        return refused(status, "verify");
    }
    if (fwrite(payload.ptr, 1, payload.len, stdout) != payload.len || (!is_jws && putchar('\n') == EOF) ||
        fflush(stdout) == EOF) {
        perror("mint");
        return MISUSED;
    }
    return DONE;
}

int verify(int argc, char **argv)
{
    enum { KEY = 1, SECRET, AUDIENCE, ISSUER, SUBJECT, NOW, LEEWAY, LIFETIME_MAX, JWS };
    static const struct option OPTIONS[] = {
        {"key", required_argument, NULL, KEY},
        {"secret", required_argument, NULL, SECRET},
        {"audience", required_argument, NULL, AUDIENCE},
        {"issuer", required_argument, NULL, ISSUER},
        {"subject", required_argument, NULL, SUBJECT},
        {"now", required_argument, NULL, NOW},
        {"leeway", required_argument, NULL, LEEWAY},
        {"lifetime-max", required_argument, NULL, LIFETIME_MAX},
        {"jws", no_argument, NULL, JWS},
        {NULL, 0, NULL, 0},
    };
    static struct authority authority;
    static char input[JWT_TOKEN_LEN_MAX + 2]; /* room for the end of the line */
    const char *key_file = NULL, *secret_file = NULL;
    jwt_policy policy = {0};
    int option, is_jws = 0, good = 1;
    unsigned seen = 0;

    policy.now = (int64_t)time(NULL);
    policy.lifetime_max = JWT_LIFETIME_ANY;
    policy.allow_any_audience = 1;
    while (good && (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option != '?' && (seen & 1U << option) != 0) {
            return misused("given twice: --", OPTIONS[option - 1].name);
        }
        seen |= option != '?' ? 1U << option : 0;
        switch (option) {
        case KEY: key_file = optarg; break;
        case SECRET: secret_file = optarg; break;
        case AUDIENCE: policy.audience = jwt_str_from(optarg); break;
        case ISSUER: policy.issuer = jwt_str_from(optarg); break;
        case SUBJECT: policy.subject = jwt_str_from(optarg); break;
        case NOW: good = parse_number(optarg, &policy.now); break;
        case LEEWAY: good = parse_number(optarg, &policy.leeway); break;
        case LIFETIME_MAX: good = parse_number(optarg, &policy.lifetime_max); break;
        case JWS: is_jws = 1; break;
        default: return misused("cannot use the options", "");
        }
    }
    if (!good) {
        return misused("cannot use the value ", optarg);
    }
    if ((key_file == NULL) == (secret_file == NULL)) {
        return misused("one of --key and --secret is needed", "");
    }
    if (optind + 1 != argc) {
        return misused("one token is needed, or - for stdin", "");
    }
    if (is_jws && (seen & ~(1U << KEY | 1U << SECRET | 1U << JWS)) != 0) {
        return misused("--jws looks at no claims", "");
    }
    const char *path = key_file != NULL ? key_file : secret_file;
    jwt_str token = jwt_str_from(argv[optind]);
    if (strcmp(token.ptr, "-") == 0) {
        if (strcmp(path, "-") == 0) {
            return misused("key and token cannot both be on stdin", "");
        }
        const long len = read_file("-", input, sizeof input);
        if (len < 0) {
            return unreadable("-");
        }
        token.ptr = input;
        token.len = (size_t)len;
        if (token.len > 0 && input[token.len - 1] == '\n') {
            token.len--;
        }
    }
    int result = load_authority(key_file, secret_file, &authority);
    if (result == DONE) {
        result = check(token, &authority.verifier, &policy, is_jws);
    }
    explicit_bzero(&authority, sizeof authority);
    return result;
}
