/* Faults that the runner must see. Each case fails in a way of its own. */
#include "harness.h"

static void hangs(void)
{
    for (;;) {
    }
}

static void traps(void)
{
    __builtin_trap();
}

static void fails_a_check(void)
{
    CHECK(1 == 2);
}

static unsigned recurse(unsigned depth)
{
    volatile unsigned char frame[512];
    frame[depth % sizeof frame] = 1;
    return depth == 0 ? 0 : recurse(depth - 1) + frame[depth % sizeof frame];
}

static void overflows_the_stack(void)
{
    CHECK(recurse(200) == 200);
}

static void print_token(const char *signature)
{
    harness_print("TOKEN hs256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "
                  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2FyZCJ9.");
    harness_print(signature);
    harness_print(" {\"sub\":\"board\"}\n");
}

static void prints_another_token_than_the_desk(void)
{
    print_token("ZloaYReTkohR4P88p0lsC5KaVH74HLidYaj7DsumgM4");
}

static void prints_a_forged_token(void)
{
    print_token("AloaYReTkohR4P88p0lsC5KaVH74HLidYaj7DsumgM4");
}

static void needs_the_dsp_extension(void)
{
#if defined __ARM_ARCH_8M_MAIN__
    /* umaal r0, r1, r0, r0 */
    __asm__ volatile(".inst.w 0xfbe00160" ::: "r0", "r1");
#endif
}

CASES(CASE(hangs), CASE(traps), CASE(fails_a_check), CASE(overflows_the_stack),
      CASE(prints_another_token_than_the_desk), CASE(prints_a_forged_token), CASE(needs_the_dsp_extension));
