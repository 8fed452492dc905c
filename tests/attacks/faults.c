/* Signs again and again, and each time leaves out one instruction, somewhere between the first and the last, by a timer's
   exception that steps over it. The call runs without privileges, so that it cannot spoil what judges it: code and harness are
   out of its reach, all other memory is not.

   What can be seen of each: no effect, an error with the output empty, a trap, a hang; all else is printed, with the key and
   the digest that the signer got in that case. Where it is asked for, the instruction is instead replaced by a no-op, all the
   time: what signing twice is not made for. */
#include "request.h"

#include <string.h>

#include "board.h"

enum { SKIP_ES256 = 1, SKIP_RS256, SKIP_HS256, REPLACE_ES256 };

enum ending { DONE = 1, TRAP, HANG };

enum {
    INSTRUCTIONS_A_TICK = 40,
    STACK_SIZE = 12 << 10,
    PLAY_SIZE = 16 << 10,
    /* As many stacks after an error are printed. */
    STACKS_MAX = 4,
    NO_STATUS = 77
};

/* Its first word is where fault_run() keeps its stack pointer. */
struct {
    uint32_t *stack;
    uint32_t is_hit;
    uint32_t skips;
    uint32_t hit;
    uint32_t patience;
    uint16_t *replaced;
    uint32_t with;
    /* What on_call() found: the start of the key and the digest that the signer works with. */
    uint8_t key[32];
    uint8_t digest[32];
} harness;

static struct {
    uint8_t signature[JWT_RS256_2048_SIGNATURE_LEN];
    size_t len;
} right;

/* What the call works with: a whole region, so that nothing of the harness lies in it. */
__attribute__((aligned(PLAY_SIZE))) static union {
    struct {
        uint8_t stack[STACK_SIZE];
        jwt_es256_key es256_key;
        jwt_rs256_key rs256_key;
        jwt_hs256_key hs256_key;
        jwt_signer signer;
        uint8_t signature[JWT_RS256_2048_SIGNATURE_LEN];
        size_t signature_len;
        jwt_status status;
    };
    uint8_t region[PLAY_SIZE];
} play;

extern const uint32_t fault_vectors[];
enum ending fault_run(void (*call)(void), void *top, uint32_t ticks, uint32_t nops);
__attribute__((noreturn)) void fault_leave(enum ending ending);
void fault_nops(void);
void on_fault(void);
void on_call(void);
void on_tick(void);

static volatile uint32_t *at(uint32_t address)
{
    return (volatile uint32_t *)(uintptr_t)address;
}

enum { SYST_CSR = 0, SYST_RVR = 4, SYST_CVR = 8 };
static const uint32_t TWO_NOPS = 0xbf00bf00, BREAKPOINT = 0xbf00df01;
static const uint32_t SYST = 0xe000e010, ICSR = 0xe000ed04, VTOR = 0xe000ed08, MPU_CTRL = 0xe000ed94;

/* Region `number` from `start`, of 2^bits bytes; attributes as in Armv7-M ARM, B3.5.9. */
static void protect(uint32_t number, uint32_t start, uint32_t bits, uint32_t attributes)
{
    *at(MPU_CTRL + 4) = number;
    *at(MPU_CTRL + 8) = start;
    *at(MPU_CTRL + 12) = attributes | (bits - 1) << 1 | 1;
}

static void protect_all(void)
{
    static const uint32_t NEVER_EXECUTED = 1u << 28, OTHERS_READ = 2u << 24, ALL = 3u << 24;
    protect(0, 0, 22, OTHERS_READ);
    protect(1, 0x20000000, 22, ALL | NEVER_EXECUTED);
    protect(2, 0x20000000, 17, OTHERS_READ | NEVER_EXECUTED);
    protect(3, (uint32_t)(uintptr_t)&play, 14, ALL | NEVER_EXECUTED);
    *at(MPU_CTRL) = 5;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

static void stop_timer(void)
{
    /* It stays with the processor's clock. */
    *at(SYST + SYST_CSR) = 4;
    *at(ICSR) = 1u << 25;
}

static void start_timer(uint32_t ticks)
{
    *at(SYST + SYST_RVR) = ticks;
    *at(SYST + SYST_CVR) = 0;
    *at(SYST + SYST_CSR) = 7;
}

__attribute__((noreturn)) static void leave(enum ending ending)
{
    stop_timer();
    fault_leave(ending);
}

void on_fault(void)
{
    leave(TRAP);
}

static void copy_from(uint8_t to[32], uint32_t address)
{
    if (address < (4 << 20) - 32 || (address >= 0x20000000 && address < 0x20000000 + (4 << 20) - 32)) {
        memcpy(to, (const void *)(uintptr_t)address, 32);
    }
}

/* At the end, or at a breakpoint: the first instruction of the signer's method, whose first argument points to the pointer to
   the key, whose second is the digest. */
void on_call(void)
{
    uint32_t *frame;
    uint8_t words[32];
    __asm__ volatile("mrs %0, psp" : "=r"(frame));
    if (harness.replaced != NULL && frame[6] == (uint32_t)(uintptr_t)harness.replaced + 2) {
        uint32_t key;
        memset(words, 0xff, sizeof words);
        copy_from(words, frame[0]);
        memcpy(&key, words, sizeof key);
        copy_from(harness.key, key);
        copy_from(harness.digest, frame[1]);
    }
    leave(DONE);
}

/* Steps the interrupted program over the instruction that comes next (Armv7-M ARM, A5.1, B1.4.2 and A7.3.3). */
static void skip(uint32_t *frame)
{
    const uint32_t first = *(const uint16_t *)(uintptr_t)frame[6] >> 11;
    uint32_t state = frame[7];
    uint32_t condition = (state >> 8 & 0xfc) | (state >> 25 & 3);
    if ((condition & 7) == 0) {
        condition = 0;
    } else {
        condition = (condition & 0xe0) | (condition << 1 & 0x1f);
    }
    state &= ~(0xfcu << 8 | 3u << 25);
    frame[6] += first >= 0x1d ? 4 : 2;
    frame[7] = state | (condition & 0xfc) << 8 | (condition & 3) << 25;
}

void on_tick(void)
{
    uint32_t control, *frame;
    __asm__ volatile("mrs %0, control\n mrs %1, psp" : "=r"(control), "=r"(frame));
    if ((control & 1) != 0) {
        if (harness.is_hit) {
            leave(HANG);
        }
        harness.is_hit = 1;
        harness.hit = frame[6];
        if (harness.skips) {
            skip(frame);
        }
        start_timer(harness.patience);
    }
}

static void sign(void)
{
    const jwt_bytes message = jwt_bytes_from(request.message, request.message_len);
    play.status = jwt_sign(&play.signer, message, play.signature, sizeof play.signature, &play.signature_len);
}

static void load(void)
{
    const jwt_bytes key = jwt_bytes_from(request.key, request.key_len);
    jwt_status status;
    memset(&play, 0xa5, sizeof play);
    play.status = NO_STATUS;
    if (request.operation == SKIP_RS256) {
        status = jwt_rs256_key_load_der(&play.rs256_key, key);
        play.signer = jwt_rs256_signer(&play.rs256_key);
    } else if (request.operation == SKIP_HS256) {
        status = jwt_hs256_key_load(&play.hs256_key, key);
        play.signer = jwt_hs256_signer(&play.hs256_key);
    } else {
        status = jwt_es256_key_load_raw(&play.es256_key, key);
        play.signer = jwt_es256_signer(&play.es256_key);
    }
    if (status != JWT_OK) {
        print("no key\n");
        board_exit(1);
    }
}

/* Puts something in the place of an instruction; what was there. */
static uint32_t replace(uint16_t *code, uint32_t with)
{
    const uint32_t kept = code[0] | (uint32_t)code[1] << 16;
    const int is_long = (kept & 0xffff) >> 11 >= 0x1d || (with & 0xffff) >> 11 >= 0x1d;
    code[0] = (uint16_t)with;
    if (is_long) {
        code[1] = (uint16_t)(with >> 16);
    }
    __asm__ volatile("dsb\n isb" ::: "memory");
    return kept;
}

static enum ending run(void (*call)(void), uint32_t ticks, uint32_t nops)
{
    uint32_t kept = 0;
    load();
    harness.hit = 0;
    if (harness.replaced != NULL) {
        kept = replace(harness.replaced, harness.with);
    }
    const enum ending ending = fault_run(call, play.stack + sizeof play.stack, ticks, nops);
    if (harness.replaced != NULL) {
        replace(harness.replaced, kept);
    }
    return ending;
}

/* Runs with the timer's exception at a place that goes up with `position`, one by one. */
static enum ending run_until(void (*call)(void), uint32_t position, int skips)
{
    const uint32_t ticks = position / INSTRUCTIONS_A_TICK + 2;
    harness.skips = (uint32_t)skips;
    harness.is_hit = 0;
    return run(call, ticks, INSTRUCTIONS_A_TICK - 1 - position % INSTRUCTIONS_A_TICK);
}

/* Whether consecutive positions are consecutive instructions. */
static int hits_what_is_meant(void)
{
    uint32_t last = 0;
    for (uint32_t position = 100; position < 300; position++) {
        if (run_until(fault_nops, position, 0) != DONE || (last != 0 && harness.hit != last + 2)) {
            return 0;
        }
        last = harness.hit;
    }
    return last != 0;
}

static int is_empty(void)
{
    for (size_t i = 0; i < sizeof play.signature; i++) {
        if (play.signature[i] != 0) {
            return 0;
        }
    }
    return play.signature_len == 0;
}

static int is_right(void)
{
    return play.status == JWT_OK && play.signature_len == right.len &&
           memcmp(play.signature, right.signature, right.len) == 0;
}

/* Signs without a fault; the number of instructions, in ticks. */
static uint32_t sign_well(void)
{
    static const uint32_t MOST = 0xffffff;
    harness.is_hit = 1;
    const enum ending ending = run(sign, MOST, 0);
    const uint32_t rest = *at(SYST + SYST_CVR);
    return ending == DONE && play.status == JWT_OK ? MOST - rest : 0;
}

static struct {
    int32_t missed, same, error, trap, hang, wrong;
} counts;

/* Whether it is as it should be. */
static int judge(enum ending ending)
{
    static int stacks;
    if (ending == TRAP || (ending == DONE && play.status == NO_STATUS)) {
        counts.trap++;
    } else if (ending == HANG) {
        counts.hang++;
    } else if (is_right()) {
        counts.same++;
    } else if (play.status != JWT_OK && is_empty()) {
        counts.error++;
        if (stacks++ < STACKS_MAX) {
            print("stack ");
            print_hex(play.stack, sizeof play.stack);
            print("\n");
        }
    } else {
        counts.wrong++;
        return 0;
    }
    return 1;
}

/* Signs with the instruction left out that was hit, wherever it comes. */
static enum ending run_without(uint32_t hit)
{
    harness.replaced = (uint16_t *)(uintptr_t)hit;
    harness.with = TWO_NOPS;
    harness.is_hit = 1;
    const enum ending ending = run(sign, harness.patience, 0);
    harness.replaced = NULL;
    harness.hit = hit;
    return ending;
}

static void print_output(void)
{
    print_number((int32_t)harness.hit);
    print_number(play.status);
    print_hex(play.signature, right.len);
    print(" ");
    print_hex(harness.key, sizeof harness.key);
    print(" ");
    print_hex(harness.digest, sizeof harness.digest);
    print("\n");
}

/* Finds out what the signer works with, and runs again, with nothing changed in between, even where nobody should look. */
static void run_again(uint32_t signer_method, uint32_t position)
{
    memset(harness.key, 0, sizeof harness.key);
    memset(harness.digest, 0, sizeof harness.digest);
    harness.replaced = (uint16_t *)(uintptr_t)signer_method;
    harness.with = BREAKPOINT;
    run_until(sign, position, 1);
    harness.replaced = NULL;
    run_until(sign, position, 1);
}

static uint32_t random_number(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

/* One fault in each of as many stretches as there are faults; but every fourth at the start or the end, where nothing is done
   twice. */
static uint64_t position_of(uint32_t fault, uint64_t instructions)
{
    static const uint64_t EDGES = 4096;
    if (fault % 4 == 3) {
        const uint64_t position = random_number() % EDGES;
        return position < EDGES / 2 ? position : instructions - EDGES + position;
    }
    const uint64_t start = instructions * fault / request.argument;
    const uint64_t len = instructions * (fault + 1) / request.argument - start;
    return start + (random_number() * len >> 32);
}

int main(void)
{
    /* Its argument is where the signer's method is. */
    request_next();
    const uint32_t signer_method = request.argument;
    request_next();
    *at(VTOR) = (uint32_t)(uintptr_t)fault_vectors;
    protect_all();
    harness.patience = 1000;
    if (!hits_what_is_meant()) {
        print("the timer does not count instructions\n");
        return 1;
    }
    stop_timer();
    const uint32_t ticks = sign_well();
    memcpy(right.signature, play.signature, play.signature_len);
    right.len = play.signature_len;
    harness.patience = 3 * ticks;
    /* Behind the end is no fault. */
    run_again(signer_method, 3 * ticks * INSTRUCTIONS_A_TICK);
    print("right ");
    print_output();

    const uint64_t instructions = (uint64_t)ticks * INSTRUCTIONS_A_TICK;
    for (uint32_t fault = 0; fault < request.argument; fault++) {
        const uint32_t position = (uint32_t)position_of(fault, instructions);
        const enum ending ending = run_until(sign, position, request.operation != REPLACE_ES256);
        if (!harness.is_hit) {
            counts.missed++;
        } else if (request.operation == REPLACE_ES256) {
            if (!judge(run_without(harness.hit))) {
                print("wrong ");
                print_output();
            }
        } else if (!judge(ending)) {
            run_again(signer_method, position);
            print("wrong ");
            print_output();
        }
    }
    sign_well();
    print(is_right() ? "sound " : "spoiled ");
    print_number((int32_t)instructions);
    print_number(counts.missed);
    print_number(counts.same);
    print_number(counts.error);
    print_number(counts.trap);
    print_number(counts.hang);
    print_number(counts.wrong);
    print("\n");
    return 0;
}
