/* When to mint, use and wait: jwt_renewal_next(), ..._minted(), ..._accepted(), ..._failed(), ..._lost(), ..._refused() */

#include "fixtures.h"

#define MINUTE_MS 60000
#define HOUR_MS 3600000
#define DAY 86400

static jwt_renewal renewal;
static jwt_renewal_advice advice;
static int64_t now;
static uint32_t uptime_ms;

/** A device that starts with its clock set. */
static void start(int64_t lifetime)
{
    memset(&renewal, 0, sizeof renewal);
    renewal.seed = 7;
    renewal.lifetime = lifetime;
    now = NOW;
    uptime_ms = 5000;
}

/** Both clocks go on. */
static void pass(int64_t seconds)
{
    now += seconds;
    uptime_ms += (uint32_t)((uint64_t)seconds * 1000);
}

static void expect(uint32_t action)
{
    memset(&advice, 0x5a, sizeof advice);
    CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
    CHECK(advice.action == action);
    CHECK((advice.wait_ms == 0) == (action == JWT_RENEWAL_RENEW));
}

static void expect_status(int32_t status)
{
    memset(&advice, 0x5a, sizeof advice);
    CHECK_STATUS(status, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
    CHECK(harness_all(&advice, sizeof advice, 0));
}

static void mint(void)
{
    expect(JWT_RENEWAL_RENEW);
    jwt_renewal_minted(&renewal, now);
    expect(JWT_RENEWAL_USE);
}

static void connect(void)
{
    mint();
    jwt_renewal_accepted(&renewal, uptime_ms);
}

/** Follows the advice until it is to renew; seconds that took. */
static int64_t follow_to_renewal(void)
{
    const int64_t from = now;
    size_t questions;
    for (questions = 0; questions < 100; questions++) {
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        if (advice.action == JWT_RENEWAL_RENEW) {
            return now - from;
        }
        CHECK(advice.wait_ms >= 1 && advice.wait_ms <= HOUR_MS);
        pass((advice.wait_ms + 999) / 1000);
    }
    CHECK(questions < 100);
    return 0;
}

/** Reports a failure; the wait that it costs, to the millisecond. */
static uint32_t wait_after(void (*report)(jwt_renewal *, uint32_t))
{
    uint32_t wait_ms;
    report(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    wait_ms = advice.wait_ms;
    uptime_ms += wait_ms - 1;
    now += (wait_ms - 1) / 1000;
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms == 1);
    uptime_ms += 1;
    CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
    CHECK(advice.action != JWT_RENEWAL_WAIT);
    return wait_ms;
}

static uint32_t wait_after_failure(void)
{
    return wait_after(jwt_renewal_failed);
}

static void zeroed_struct_has_no_lifetime(void)
{
    start(0);
    expect_status(JWT_ERR_LIFETIME);
    start(-1);
    expect_status(JWT_ERR_LIFETIME);
    start(INT64_MIN);
    expect_status(JWT_ERR_LIFETIME);
}

static void token_is_minted_used_and_renewed_before_it_expires(void)
{
    static const int64_t lifetimes[] = {60, 300, 3600, 20 * 3600, DAY};
    size_t i;
    for (i = 0; i < sizeof lifetimes / sizeof lifetimes[0]; i++) {
        unsigned round;
        start(lifetimes[i]);
        for (round = 0; round < 20; round++) {
            int64_t used;
            harness_note("lifetime", (size_t)lifetimes[i]);
            mint();
            used = follow_to_renewal();
            CHECK(used >= lifetimes[i] * 5 / 8 - 1);
            CHECK(used <= lifetimes[i] * 7 / 8 + 1);
        }
    }
}

static void shortest_lifetimes_let_a_token_be_used(void)
{
    int64_t lifetime;
    for (lifetime = 1; lifetime < 20; lifetime++) {
        start(lifetime);
        mint();
        CHECK(follow_to_renewal() <= lifetime);
    }
}

static void longest_lifetime_does_not_overflow(void)
{
    start(INT64_MAX);
    mint();
    pass(2000000);
    expect(JWT_RENEWAL_USE);
    start(1);
    now = INT64_MAX;
    expect(JWT_RENEWAL_RENEW);
    /* It has no later time to expire at. */
    jwt_renewal_minted(&renewal, now);
    expect(JWT_RENEWAL_WAIT);
}

static void late_question_is_answered_by_renewal(void)
{
    start(3600);
    connect();
    pass(3600 * 7 / 8);
    expect(JWT_RENEWAL_RENEW);
    /* Until it is minted, nothing else is advised. */
    expect(JWT_RENEWAL_RENEW);
}

static void seed_decides_and_decides_again_alike(void)
{
    int64_t ages[8];
    size_t seed;
    size_t i;
    size_t alike = 0;
    for (seed = 0; seed < 8; seed++) {
        start(DAY);
        renewal.seed = seed;
        mint();
        ages[seed] = follow_to_renewal();
        for (i = 0; i < seed; i++) {
            alike += ages[i] == ages[seed] ? 1 : 0;
        }
    }
    CHECK(alike == 0);
    start(DAY);
    renewal.seed = 3;
    mint();
    CHECK(follow_to_renewal() == ages[3]);
    /* Not the same age every time. */
    mint();
    CHECK(follow_to_renewal() != ages[3]);
}

static void seed_of_a_text_is_its_fnv_1a(void)
{
    /* From the test vectors of the FNV authors. */
    CHECK(jwt_renewal_seed(JWT_STR("")) == UINT64_C(0xcbf29ce484222325));
    CHECK(jwt_renewal_seed(JWT_STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(jwt_renewal_seed(JWT_STR("foobar")) == UINT64_C(0x85944171f73967e8));
    CHECK(jwt_renewal_seed(jwt_str_from(NULL)) == jwt_renewal_seed(JWT_STR("")));
}

static void first_connection_is_spread(void)
{
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    uint64_t seed;
    for (seed = 0; seed < 100; seed++) {
        start(3600);
        renewal.seed = seed;
        renewal.spread_ms = 20 * MINUTE_MS;
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        CHECK(advice.wait_ms < renewal.spread_ms);
        least = advice.wait_ms < least ? advice.wait_ms : least;
        most = advice.wait_ms > most ? advice.wait_ms : most;
        if (advice.action == JWT_RENEWAL_WAIT) {
            uptime_ms += advice.wait_ms;
            now += advice.wait_ms / 1000;
        }
        expect(JWT_RENEWAL_RENEW);
    }
    /* 100 devices leave neither end of the 20 minutes empty. */
    CHECK(least < 2 * MINUTE_MS);
    CHECK(most > 18 * MINUTE_MS);
}

static void spread_begins_when_the_clock_is_set(void)
{
    size_t shorter = 0;
    size_t round;
    for (round = 0; round < 60; round++) {
        start(3600);
        renewal.seed = round;
        renewal.spread_ms = 20 * MINUTE_MS;
        now = 12;
        expect_status(JWT_ERR_CLOCK);
        /* Power is back an hour before the time servers are. */
        uptime_ms += HOUR_MS;
        now = NOW;
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        shorter += advice.wait_ms < 2 * MINUTE_MS ? 1 : 0;
    }
    CHECK(shorter <= 12);
}

static void lost_connection_is_spread_however_short_it_stood(void)
{
    static const int64_t stood[] = {1, 64, 600};
    size_t longer = 0;
    size_t round;
    for (round = 0; round < 60; round++) {
        start(3600);
        renewal.seed = round;
        connect();
        renewal.spread_ms = 20 * MINUTE_MS;
        pass(stood[round % 3]);
        longer += wait_after(jwt_renewal_lost) > 2000 ? 1 : 0;
        CHECK(wait_after_failure() <= 3000);
    }
    CHECK(longer >= 54);
}

static void failure_is_not_spread(void)
{
    size_t round;
    for (round = 0; round < 20; round++) {
        start(3600);
        renewal.seed = round;
        connect();
        renewal.spread_ms = 20 * MINUTE_MS;
        /* A request that is answered with 503 after good minutes. */
        pass(600);
        expect(JWT_RENEWAL_USE);
        jwt_renewal_accepted(&renewal, uptime_ms);
        CHECK(wait_after_failure() <= 2000);
        jwt_renewal_accepted(&renewal, uptime_ms);
        /* The first connection after a renewal that was due. */
        (void)follow_to_renewal();
        mint();
        CHECK(wait_after_failure() <= 2000);
    }
}

static void second_report_shortens_no_wait(void)
{
    size_t round;
    for (round = 0; round < 20; round++) {
        uint32_t wait_ms;
        start(3600);
        renewal.seed = round;
        connect();
        renewal.spread_ms = 20 * MINUTE_MS;
        pass(100);
        jwt_renewal_lost(&renewal, uptime_ms);
        expect(JWT_RENEWAL_WAIT);
        wait_ms = advice.wait_ms;
        jwt_renewal_failed(&renewal, uptime_ms);
        expect(JWT_RENEWAL_WAIT);
        CHECK(advice.wait_ms >= wait_ms);
        wait_ms = advice.wait_ms;
        jwt_renewal_lost(&renewal, uptime_ms);
        expect(JWT_RENEWAL_WAIT);
        CHECK(advice.wait_ms >= wait_ms);
    }
}

static void failure_before_the_first_question_does_not_end_the_spread(void)
{
    uint32_t wait_ms;
    start(3600);
    renewal.spread_ms = 20 * MINUTE_MS;
    expect(JWT_RENEWAL_WAIT);
    wait_ms = advice.wait_ms;
    CHECK(wait_ms > 3 * MINUTE_MS);
    start(3600);
    renewal.spread_ms = 20 * MINUTE_MS;
    /* Two draws, one for each. */
    jwt_renewal_refused(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms >= 1000 && advice.wait_ms <= 20 * MINUTE_MS);
    pass(20 * 60);
    mint();
}

static void backoff_is_the_vendors(void)
{
    static const uint32_t settings[] = {0, 64000, 32000};
    static const uint32_t ends[] = {64000, 64000, 32000};
    size_t i;
    for (i = 0; i < 3; i++) {
        uint32_t failures;
        uint32_t jitter[6];
        start(DAY);
        renewal.backoff_max_ms = settings[i];
        mint();
        for (failures = 0; failures < 70; failures++) {
            const uint32_t wait_ms = wait_after_failure();
            const uint32_t power_ms = failures < 10 ? (uint32_t)1000 << failures : ends[i];
            harness_note("failures", failures);
            if (power_ms >= ends[i]) {
                CHECK(wait_ms == ends[i]);
            } else {
                CHECK(wait_ms >= power_ms && wait_ms <= power_ms + 1000);
                jitter[failures] = wait_ms - power_ms;
            }
            if (failures > 0 && failures < 5) {
                CHECK(jitter[failures] != jitter[failures - 1]);
            }
        }
    }
}

static void backoff_starts_anew_after_a_connection_that_held(void)
{
    size_t i;
    start(DAY);
    mint();
    for (i = 0; i < 5; i++) {
        (void)wait_after_failure();
    }
    jwt_renewal_accepted(&renewal, uptime_ms);
    pass(64);
    CHECK(wait_after_failure() <= 2000);
    /* One that is cut at once, as by another device of the same id, ends nothing. */
    for (i = 0; i < 5; i++) {
        jwt_renewal_accepted(&renewal, uptime_ms);
        pass(1);
        (void)wait_after_failure();
    }
    jwt_renewal_accepted(&renewal, uptime_ms);
    CHECK(wait_after_failure() == 64000);
}

static void requests_that_succeed_for_a_while_end_the_backoff(void)
{
    size_t i;
    start(DAY);
    mint();
    for (i = 0; i < 5; i++) {
        (void)wait_after_failure();
    }
    for (i = 0; i < 13; i++) {
        jwt_renewal_accepted(&renewal, uptime_ms);
        pass(5);
    }
    CHECK(wait_after_failure() <= 2000);
}

static void network_fault_keeps_the_token_and_refusal_does_not(void)
{
    start(3600);
    mint();
    (void)wait_after_failure();
    expect(JWT_RENEWAL_USE);
    jwt_renewal_refused(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    uptime_ms += advice.wait_ms;
    now += advice.wait_ms / 1000;
    expect(JWT_RENEWAL_RENEW);
    /* One that cannot be minted waits too. */
    jwt_renewal_failed(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    uptime_ms += advice.wait_ms;
    now += advice.wait_ms / 1000;
    mint();
}

static void token_is_used_while_its_successor_cannot_be_minted(void)
{
    size_t failures;
    start(3600);
    connect();
    (void)follow_to_renewal();
    for (failures = 0; failures < 3; failures++) {
        uint32_t wait_ms;
        jwt_renewal_failed(&renewal, uptime_ms);
        expect(JWT_RENEWAL_USE);
        wait_ms = advice.wait_ms;
        CHECK(wait_ms >= (uint32_t)1000 << failures && wait_ms <= ((uint32_t)1000 << failures) + 1000);
        /* A connection that fails meanwhile waits for itself. */
        if (failures == 2) {
            jwt_renewal_failed(&renewal, uptime_ms);
            expect(JWT_RENEWAL_WAIT);
            wait_ms = advice.wait_ms;
        }
        uptime_ms += wait_ms;
        now += wait_ms / 1000;
        expect(JWT_RENEWAL_RENEW);
    }
    /* Not longer than it lives. */
    jwt_renewal_failed(&renewal, uptime_ms);
    expect(JWT_RENEWAL_USE);
    pass(1350);
    expect(JWT_RENEWAL_RENEW);
    jwt_renewal_failed(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
}

static void token_that_expires_while_waiting_is_not_used(void)
{
    start(60);
    mint();
    pass(50);
    jwt_renewal_failed(&renewal, uptime_ms);
    pass(10);
    expect(JWT_RENEWAL_RENEW);
}

static void clock_that_steps_renews(void)
{
    static const int64_t steps[] = {-3600, -31, 31, 600, -3 * 365 * (int64_t)DAY};
    size_t i;
    for (i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        harness_note("step", i);
        start(DAY);
        connect();
        pass(100);
        expect(JWT_RENEWAL_USE);
        now += steps[i];
        expect(JWT_RENEWAL_RENEW);
        connect();
        pass(100);
        expect(JWT_RENEWAL_USE);
    }
}

static void clock_that_is_trimmed_or_drifts_does_not(void)
{
    int hour;
    start(DAY);
    connect();
    now += 29;
    expect(JWT_RENEWAL_USE);
    now -= 29;
    expect(JWT_RENEWAL_USE);
    now -= 29;
    expect(JWT_RENEWAL_USE);
    for (hour = 0; hour < 14; hour++) {
        uptime_ms += HOUR_MS;
        now += 3600 + 200;
        expect(JWT_RENEWAL_USE);
    }
}

static void clock_below_the_floor_says_so(void)
{
    start(3600);
    now = JWT_CLOCK_FLOOR_DEFAULT - 1;
    expect_status(JWT_ERR_CLOCK);
    renewal.clock_floor = NOW;
    now = NOW - 1;
    expect_status(JWT_ERR_CLOCK);
    now = NOW;
    connect();
    /* It falls back to 1970, and is set again. */
    uptime_ms += 10000;
    now = 10;
    expect_status(JWT_ERR_CLOCK);
    uptime_ms += 10000;
    now = NOW + 20;
    expect(JWT_RENEWAL_USE);
    now = -1;
    expect_status(JWT_ERR_TIME);
    now = INT64_MIN;
    expect_status(JWT_ERR_TIME);
    now = NOW;
    renewal.clock_floor = -1;
    expect_status(JWT_ERR_TIME);
}

static void clock_that_is_set_late_renews(void)
{
    start(3600);
    /* The clock kept the time of the last shutdown: above the floor, and days behind. */
    now -= 9 * DAY;
    connect();
    pass(3);
    now += 9 * DAY;
    expect(JWT_RENEWAL_RENEW);
    CHECK(now > NOW);
    connect();
}

static void year_2038_is_a_year(void)
{
    start(DAY);
    now = INT64_C(2147483647) - 600;
    mint();
    CHECK(follow_to_renewal() >= DAY * 5 / 8 - 1);
    CHECK(now > INT64_C(2147483647));
    mint();
    CHECK(follow_to_renewal() >= DAY * 5 / 8 - 1);
    start(DAY);
    now = INT64_C(4294967296) - 600;
    mint();
    CHECK(follow_to_renewal() >= DAY * 5 / 8 - 1);
}

static void uptime_that_wraps_is_not_noticed(void)
{
    start(DAY);
    uptime_ms = UINT32_MAX - 600000;
    connect();
    CHECK(follow_to_renewal() >= DAY * 5 / 8 - 1);
    CHECK(uptime_ms < UINT32_MAX - 600000);
    /* In the middle of a wait. */
    start(DAY);
    uptime_ms = UINT32_MAX - 700;
    mint();
    CHECK(wait_after_failure() >= 1000);
    expect(JWT_RENEWAL_USE);
}

static void sleep_longer_than_the_lifetime_renews(void)
{
    /* Hours, days, and 49 days and 17 hours: exactly one turn of the uptime, and more than one. */
    static const int64_t sleeps[] = {3601, 2 * DAY, 4294967, 4294968, 50 * DAY, 500 * DAY};
    size_t i;
    for (i = 0; i < sizeof sleeps / sizeof sleeps[0]; i++) {
        harness_note("sleep", i);
        start(3600);
        connect();
        pass(sleeps[i]);
        expect(JWT_RENEWAL_RENEW);
        connect();
        /* In the middle of a wait. */
        jwt_renewal_failed(&renewal, uptime_ms);
        pass(sleeps[i]);
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        if (advice.action == JWT_RENEWAL_WAIT) {
            /* By chance the uptime is where it was. */
            CHECK(advice.wait_ms <= 2000);
            pass(2);
        }
        expect(JWT_RENEWAL_RENEW);
    }
    /* A token that lives longer than the uptime counts. */
    start(200 * (int64_t)DAY);
    connect();
    pass(50 * DAY);
    expect(JWT_RENEWAL_RENEW);
}

static void uptime_that_stands_still_or_starts_anew_renews(void)
{
    start(3600);
    connect();
    now += 300;
    expect(JWT_RENEWAL_RENEW);
    connect();
    pass(300);
    expect(JWT_RENEWAL_USE);
    now += 60;
    uptime_ms = 0;
    expect(JWT_RENEWAL_RENEW);
}

static void wait_ends_though_the_uptime_does_not_go_on(void)
{
    unsigned questions;
    /* The device sleeps for as long as it was told, or a third of it, and its uptime stands still or starts anew. */
    start(3600);
    renewal.spread_ms = 20 * MINUTE_MS;
    uptime_ms = 700000;
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms > MINUTE_MS);
    now += advice.wait_ms / 1000 + 2;
    uptime_ms = 0;
    mint();
    jwt_renewal_lost(&renewal, uptime_ms);
    for (questions = 0; questions < 60 && advice.action != JWT_RENEWAL_RENEW; questions++) {
        now += advice.wait_ms / 3000 + 2;
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
    }
    CHECK(questions < 60);
    /* A clock that is set back ends nothing. */
    connect();
    jwt_renewal_failed(&renewal, uptime_ms);
    now -= 4000;
    expect(JWT_RENEWAL_WAIT);
    uptime_ms += advice.wait_ms;
    expect(JWT_RENEWAL_RENEW);
}

static void clock_that_is_set_first_does_not_end_the_spread(void)
{
    uint32_t wait_ms;
    start(3600);
    renewal.spread_ms = 20 * MINUTE_MS;
    now = 3;
    expect_status(JWT_ERR_CLOCK);
    now = NOW;
    expect(JWT_RENEWAL_WAIT);
    wait_ms = advice.wait_ms;
    CHECK(wait_ms > MINUTE_MS);
    pass(60);
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms == wait_ms - MINUTE_MS);
}

static void uptime_older_than_the_last_counts_as_no_time(void)
{
    uint32_t wait_ms;
    start(DAY);
    connect();
    uptime_ms -= 1;
    expect(JWT_RENEWAL_USE);
    jwt_renewal_failed(&renewal, uptime_ms);
    uptime_ms -= 1;
    expect(JWT_RENEWAL_WAIT);
    wait_ms = advice.wait_ms;
    CHECK(wait_ms >= 1000 && wait_ms <= 2000);
    uptime_ms += wait_ms;
    expect(JWT_RENEWAL_USE);
}

static void clock_that_stands_still_keeps_no_token_past_its_age(void)
{
    int minute;
    start(3600);
    connect();
    for (minute = 0; minute < 53; minute++) {
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        if (advice.action != JWT_RENEWAL_USE) {
            break;
        }
        /* Half as fast as it is. */
        uptime_ms += MINUTE_MS;
        now += 30;
    }
    CHECK(minute < 53);
    expect(JWT_RENEWAL_RENEW);
    /* Not at all, and asked too often for that to be seen. */
    connect();
    for (minute = 0; minute < 53 * 3; minute++) {
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        if (advice.action != JWT_RENEWAL_USE) {
            break;
        }
        uptime_ms += MINUTE_MS / 3;
    }
    CHECK(minute < 53 * 3);
    expect(JWT_RENEWAL_RENEW);
}

static void clock_that_is_set_before_the_mint_costs_one_token(void)
{
    start(DAY);
    expect(JWT_RENEWAL_RENEW);
    now += 9 * DAY;
    jwt_renewal_minted(&renewal, now);
    expect(JWT_RENEWAL_USE);
    pass(100);
    expect(JWT_RENEWAL_USE);
}

static void mint_may_take_its_time(void)
{
    int64_t took;
    for (took = 0; took < 600; took += 10) {
        start(DAY);
        expect(JWT_RENEWAL_RENEW);
        pass(took);
        jwt_renewal_minted(&renewal, now);
        expect(JWT_RENEWAL_USE);
        /* Or with the time before it. */
        start(DAY);
        expect(JWT_RENEWAL_RENEW);
        pass(took);
        jwt_renewal_minted(&renewal, now - took);
        expect(JWT_RENEWAL_USE);
    }
}

static void mint_by_another_clock_is_backed_off(void)
{
    static const int64_t apart[] = {31, 3600, DAY, -3600, -DAY};
    size_t i;
    for (i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        const uint32_t limits_ms[] = {2000, 3000, 5000, 9000, 17000, 33000, 64000, 64000};
        size_t round;
        harness_note("clock", i);
        start(3600);
        for (round = 0; round < 8; round++) {
            expect(JWT_RENEWAL_RENEW);
            jwt_renewal_minted(&renewal, now + apart[i]);
            expect(JWT_RENEWAL_WAIT);
            CHECK(advice.wait_ms >= limits_ms[round] - 1000 && advice.wait_ms <= limits_ms[round]);
            pass((advice.wait_ms + 999) / 1000);
        }
        /* By the right one, it is used. */
        mint();
    }
}

static void token_that_was_used_is_renewed_without_a_wait(void)
{
    start(3600);
    mint();
    now += 7 * DAY;
    mint();
    jwt_renewal_accepted(&renewal, uptime_ms);
    now -= DAY;
    mint();
    /* Reported on before it was asked for: it was used too. */
    pass(3600);
    expect(JWT_RENEWAL_RENEW);
    jwt_renewal_minted(&renewal, now);
    jwt_renewal_accepted(&renewal, uptime_ms);
    pass(DAY);
    expect(JWT_RENEWAL_RENEW);
    jwt_renewal_minted(&renewal, now);
    jwt_renewal_failed(&renewal, uptime_ms);
    pass(DAY);
    expect(JWT_RENEWAL_RENEW);
}

static void lost_connection_waits_for_the_backoff_and_the_spread(void)
{
    size_t longer = 0;
    size_t round;
    for (round = 0; round < 20; round++) {
        size_t i;
        start(DAY);
        renewal.seed = round;
        mint();
        for (i = 0; i < 7; i++) {
            (void)wait_after_failure();
        }
        jwt_renewal_accepted(&renewal, uptime_ms);
        renewal.spread_ms = 1000;
        longer += wait_after(jwt_renewal_lost) > 64000 ? 1 : 0;
    }
    CHECK(longer >= 19);
}

static void old_token_is_asked_about_again_before_it_expires(void)
{
    size_t failures;
    start(3600);
    renewal.backoff_max_ms = 2 * HOUR_MS;
    connect();
    (void)follow_to_renewal();
    for (failures = 0; failures < 20; failures++) {
        const uint32_t left_ms = (uint32_t)(NOW + 3600 - now) * 1000;
        jwt_renewal_failed(&renewal, uptime_ms);
        CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
        CHECK(advice.action == JWT_RENEWAL_USE && advice.wait_ms <= left_ms);
        if (advice.wait_ms == left_ms) {
            break;
        }
        pass((advice.wait_ms + 999) / 1000);
        expect(JWT_RENEWAL_RENEW);
    }
    CHECK(failures < 20);
}

static void failure_after_a_wait_is_not_the_mints(void)
{
    start(3600);
    connect();
    (void)follow_to_renewal();
    jwt_renewal_lost(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    jwt_renewal_failed(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms >= 2000);
}

static void clock_that_creeps_back_renews(void)
{
    start(DAY);
    connect();
    now -= 29;
    uptime_ms += 1000;
    expect(JWT_RENEWAL_USE);
    now -= 29;
    uptime_ms += 1000;
    expect(JWT_RENEWAL_RENEW);
}

static void clock_may_drift_by_a_sixteenth(void)
{
    /* 30 s, and a sixteenth of 1600. */
    start(DAY);
    connect();
    expect(JWT_RENEWAL_USE);
    uptime_ms += 1600 * 1000;
    now += 1600 + 130;
    expect(JWT_RENEWAL_USE);
    uptime_ms += 1600 * 1000;
    now += 1600 - 130;
    expect(JWT_RENEWAL_USE);
    uptime_ms += 1600 * 1000;
    now += 1600 + 131;
    expect(JWT_RENEWAL_RENEW);
}

static void second_that_turns_over_ends_no_wait(void)
{
    uint32_t wait_ms;
    start(DAY);
    connect();
    jwt_renewal_failed(&renewal, uptime_ms);
    expect(JWT_RENEWAL_WAIT);
    wait_ms = advice.wait_ms;
    now += 1;
    expect(JWT_RENEWAL_WAIT);
    CHECK(advice.wait_ms == wait_ms);
}

static void sleep_with_a_connection_ends_the_backoff(void)
{
    size_t i;
    start(DAY);
    mint();
    for (i = 0; i < 5; i++) {
        (void)wait_after_failure();
    }
    jwt_renewal_accepted(&renewal, uptime_ms);
    now += 600;
    CHECK_STATUS(JWT_OK, jwt_renewal_next(&renewal, now, uptime_ms, &advice));
    jwt_renewal_minted(&renewal, now);
    CHECK(wait_after_failure() <= 2000);
}

static void pointers_that_are_null_are_errors(void)
{
    start(3600);
    memset(&advice, 0x5a, sizeof advice);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_renewal_next(NULL, now, uptime_ms, &advice));
    CHECK(harness_all(&advice, sizeof advice, 0));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_renewal_next(&renewal, now, uptime_ms, NULL));
    jwt_renewal_minted(NULL, now);
    jwt_renewal_accepted(NULL, uptime_ms);
    jwt_renewal_failed(NULL, uptime_ms);
    jwt_renewal_lost(NULL, uptime_ms);
    jwt_renewal_refused(NULL, uptime_ms);
}

static void advice_inside_the_struct_is_an_overlap(void)
{
    jwt_status status;
    start(3600);
    status = jwt_renewal_next(&renewal, now, uptime_ms, (jwt_renewal_advice *)(void *)&renewal.asked_ms);
    CHECK_STATUS(JWT_ERR_OVERLAP, status);
}

CASES(CASE(zeroed_struct_has_no_lifetime), CASE(token_is_minted_used_and_renewed_before_it_expires),
      CASE(shortest_lifetimes_let_a_token_be_used), CASE(longest_lifetime_does_not_overflow),
      CASE(late_question_is_answered_by_renewal), CASE(seed_decides_and_decides_again_alike),
      CASE(seed_of_a_text_is_its_fnv_1a), CASE(first_connection_is_spread),
      CASE(spread_begins_when_the_clock_is_set), CASE(lost_connection_is_spread_however_short_it_stood), CASE(failure_is_not_spread),
      CASE(second_report_shortens_no_wait), CASE(failure_before_the_first_question_does_not_end_the_spread),
      CASE(backoff_is_the_vendors), CASE(backoff_starts_anew_after_a_connection_that_held),
      CASE(requests_that_succeed_for_a_while_end_the_backoff),
      CASE(network_fault_keeps_the_token_and_refusal_does_not), CASE(token_is_used_while_its_successor_cannot_be_minted),
      CASE(token_that_expires_while_waiting_is_not_used),
      CASE(clock_that_steps_renews), CASE(clock_that_is_trimmed_or_drifts_does_not),
      CASE(clock_below_the_floor_says_so), CASE(clock_that_is_set_late_renews), CASE(year_2038_is_a_year),
      CASE(uptime_that_wraps_is_not_noticed), CASE(sleep_longer_than_the_lifetime_renews),
      CASE(uptime_that_stands_still_or_starts_anew_renews), CASE(wait_ends_though_the_uptime_does_not_go_on),
      CASE(clock_that_is_set_first_does_not_end_the_spread), CASE(uptime_older_than_the_last_counts_as_no_time),
      CASE(clock_that_stands_still_keeps_no_token_past_its_age),
      CASE(clock_that_is_set_before_the_mint_costs_one_token), CASE(mint_by_another_clock_is_backed_off), CASE(mint_may_take_its_time),
      CASE(lost_connection_waits_for_the_backoff_and_the_spread), CASE(old_token_is_asked_about_again_before_it_expires),
      CASE(failure_after_a_wait_is_not_the_mints), CASE(clock_that_creeps_back_renews),
      CASE(clock_may_drift_by_a_sixteenth), CASE(second_that_turns_over_ends_no_wait),
      CASE(token_that_was_used_is_renewed_without_a_wait), CASE(sleep_with_a_connection_ends_the_backoff),
      CASE(pointers_that_are_null_are_errors), CASE(advice_inside_the_struct_is_an_overlap));
