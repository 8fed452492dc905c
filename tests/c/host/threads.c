/* Two threads that use one key and one signer at once. */

#include <pthread.h>

#include "fixtures.h"

struct worker {
    const jwt_signer *signer;
    const char *expected;
    unsigned rounds;
    unsigned wrong;
};

static void mint(const jwt_signer *signer, char *out, size_t out_size)
{
    jwt_claims claims;
    size_t len = 0;
    memset(&claims, 0, sizeof claims);
    claims.subject = JWT_STR("device");
    claims.now = NOW;
    claims.lifetime = 60;
    if (jwt_mint(&claims, signer, out, out_size, &len) != JWT_OK) {
        out[0] = '\0';
    }
}

static void *work(void *argument)
{
    struct worker *worker = (struct worker *)argument;
    char out[1024];
    unsigned i;
    for (i = 0; i < worker->rounds; i++) {
        memset(out, 0, sizeof out);
        mint(worker->signer, out, sizeof out);
        if (strcmp(out, worker->expected) != 0) {
            worker->wrong++;
        }
    }
    return NULL;
}

/** Checks that two threads get what one got. */
static void run_two(const jwt_signer *signer, unsigned rounds)
{
    static char expected[1024];
    struct worker workers[2];
    pthread_t threads[2];
    size_t i;
    mint(signer, expected, sizeof expected);
    CHECK(expected[0] != '\0');
    for (i = 0; i < 2; i++) {
        workers[i].signer = signer;
        workers[i].expected = expected;
        workers[i].rounds = rounds;
        workers[i].wrong = 0;
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(workers[i].wrong == 0);
    }
}

static void hs256_in_two_threads_is_as_in_one(void)
{
    jwt_hs256_key key;
    const jwt_signer signer = use_hs256(&key);
    run_two(&signer, 5000);
}

static void es256_in_two_threads_is_as_in_one(void)
{
    jwt_es256_key key;
    const jwt_signer signer = use_es256(&key);
    run_two(&signer, 100);
}

static void rs256_in_two_threads_is_as_in_one(void)
{
    jwt_rs256_key key;
    const jwt_signer signer = use_rs256(&key);
    run_two(&signer, 20);
}

static void key_of_either_kind_in_two_threads_is_as_in_one(void)
{
    jwt_private_key key;
    jwt_signer signer;
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_EC_SEC1_DER)));
    signer = jwt_private_key_signer(&key);
    run_two(&signer, 20);
}

CASES(CASE(hs256_in_two_threads_is_as_in_one), CASE(es256_in_two_threads_is_as_in_one),
      CASE(rs256_in_two_threads_is_as_in_one), CASE(key_of_either_kind_in_two_threads_is_as_in_one));
