/* Signs or mints again and again, and each time does a fault, somewhere between the first and the last instruction, by a timer's
   exception: an instruction is stepped over, or a bit is flipped in a register, or on the stack or the scratch that is in use. The
   call runs without privileges, so that it cannot spoil what judges it: code and harness are out of its reach, all other memory
   is not.

   What can be seen of each: no effect, an error with the output empty, a trap, a hang; all else is printed, with what tells
   whether the signer worked with something else, or was not met. Where it is asked for, the instruction is instead replaced by
   a no-op, all the time: what signing twice is not made for. Or the check of what was signed is made to approve of all. */
#include "operate.h"

#include <string.h>

#include "board.h"

enum fault { SKIP = 1, FLIP, REPLACE };

/* The argument of the first request is the fault; its key is this. The argument of the second is how many faults. */
static struct {
    /* The signer's method that gets the digest. */
    uint32_t method;
    /* The check that is to approve of all; 0: none. */
    uint32_t check;
    uint32_t fault;
} settings;

enum ending { DONE = 1, TRAP, HANG };

enum {
    INSTRUCTIONS_A_TICK = 40,
    STACK_SIZE = 12 << 10,
    PLAY_SIZE = 16 << 10,
    /* As many stacks after an error are printed. */
    STACKS_MAX = 4,
    NO_STATUS = 77,
    /* A secret that is longer is hashed. */
    NOTED_KEY_MAX = 64
};

/* Its first word is where fault_run() keeps its stack pointer. */
struct {
    uint32_t *stack;
    uint32_t is_hit;
    uint32_t fault;
    uint32_t choice;
    uint32_t hit;
    uint32_t patience;
    uint16_t *replaced;
    uint32_t with;
    uint32_t kept;
    /* Where a breakpoint is put once the fault has come. */
    uint16_t *watched;
    /* What on_call() found: the key, as far as there is room for it, and the digest that the signer works with, whether the fault
       came before, and where the method returns to. */
    uint8_t key[NOTED_KEY_MAX];
    uint32_t key_len;
    uint8_t digest[32];
    uint32_t was_hit;
    uint32_t return_address;
} harness;

static struct {
    uint8_t output[OUTPUT_SIZE];
    size_t len;
} right;

/* What the call works with: a whole region, so that nothing of the harness lies in it. */
__attribute__((aligned(PLAY_SIZE))) static union {
    struct {
        uint8_t stack[STACK_SIZE];
        jwt_es256_key es256_key;
        jwt_rs256_key rs256_key;
        jwt_hs256_key hs256_key;
        jwt_es256_hedged hedged;
        jwt_rs256_scratch scratch;
        uint32_t scratch_words[JWT_RS256_SCRATCH_WORDS_2048];
        jwt_signer signer;
        uint8_t output[OUTPUT_SIZE];
        size_t output_len;
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
void on_tick(uint32_t *r4_to_r11);

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

static void copy_from(void *to, uint32_t address, uint32_t len)
{
    if (address < (4 << 20) - len || (address >= 0x20000000 && address < 0x20000000 + (4 << 20) - len)) {
        memcpy(to, (const void *)(uintptr_t)address, len);
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

/* At the end, or at a breakpoint. At the first instruction of the signer's method, its first argument points to the pointer to
   the key, behind which HS256 has the length, its second is the digest. A call whose fault lies behind it goes on from there:
   with what was found. */
void on_call(void)
{
    uint32_t *frame;
    uint32_t key[2] = {0xffffffff, 0xffffffff};
    __asm__ volatile("mrs %0, psp" : "=r"(frame));
    if (harness.replaced == NULL || frame[6] != (uint32_t)(uintptr_t)harness.replaced + 2) {
        leave(DONE);
    }
    copy_from(key, frame[0], sizeof key);
    harness.key_len = request.signer == HS256 ? key[1] : SCALAR_LEN;
    copy_from(harness.key, key[0], harness.key_len < NOTED_KEY_MAX ? harness.key_len : NOTED_KEY_MAX);
    copy_from(harness.digest, frame[1], sizeof harness.digest);
    harness.return_address = frame[5] & ~1u;
    harness.was_hit = harness.is_hit;
    if (!harness.is_hit) {
        leave(DONE);
    }
    replace(harness.replaced, harness.kept);
    harness.replaced = NULL;
    frame[6] -= 2;
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

/* A bit of a register, or of memory that is in use. */
static void flip(uint32_t *frame, uint32_t *r4_to_r11)
{
    /* Of the exception's frame, r0 to r3, r12 and lr; behind it is the stack. */
    enum { STACKED = 6, SAVED = 8, FRAME = 8 };
    const uint32_t bit = 1u << (harness.choice & 31);
    const uint32_t place = harness.choice >> 6;
    uint32_t *const stack = frame + FRAME;
    const uint32_t stack_len = (uint32_t)((uint32_t *)(void *)(play.stack + sizeof play.stack) - stack);
    const uint32_t scratch_len = request.signer == RS256_IN_SCRATCH ? JWT_RS256_SCRATCH_WORDS_2048 : 0;
    /* At the first instruction no stack is in use. */
    if ((harness.choice & 32) == 0 || stack_len + scratch_len == 0) {
        const uint32_t index = place % (STACKED + SAVED);
        *(index < STACKED ? &frame[index] : &r4_to_r11[index - STACKED]) ^= bit;
    } else {
        const uint32_t index = place % (stack_len + scratch_len);
        *(index < stack_len ? &stack[index] : &play.scratch_words[index - stack_len]) ^= bit;
    }
}

void on_tick(uint32_t *r4_to_r11)
{
    uint32_t control, *frame;
    __asm__ volatile("mrs %0, control\n mrs %1, psp" : "=r"(control), "=r"(frame));
    if ((control & 1) != 0) {
        if (harness.is_hit) {
            leave(HANG);
        }
        harness.is_hit = 1;
        harness.hit = frame[6];
        if (harness.watched != NULL) {
            harness.replaced = harness.watched;
            harness.kept = replace(harness.watched, BREAKPOINT);
        }
        if (harness.fault == SKIP) {
            skip(frame);
        } else if (harness.fault == FLIP) {
            flip(frame, r4_to_r11);
        }
        start_timer(harness.patience);
    }
}

static void use(void)
{
    play.status = use_as_asked(&play.signer, play.output, sizeof play.output, &play.output_len);
}

static void load(void)
{
    jwt_status status;
    memset(&play, 0xa5, sizeof play);
    play.status = NO_STATUS;
    switch (request.signer) {
    case RS256:
    case RS256_IN_SCRATCH:
        status = jwt_rs256_key_load_der(&play.rs256_key, key_bytes());
        play.scratch = (jwt_rs256_scratch){&play.rs256_key, play.scratch_words, JWT_RS256_SCRATCH_WORDS_2048};
        play.signer = request.signer == RS256 ? jwt_rs256_signer(&play.rs256_key)
                                              : jwt_rs256_scratch_signer(&play.scratch);
        break;
    case HS256:
        status = jwt_hs256_key_load(&play.hs256_key, key_bytes());
        play.signer = jwt_hs256_signer(&play.hs256_key);
        break;
    default:
        status = jwt_es256_key_load_raw(&play.es256_key, scalar_bytes());
        play.hedged = (jwt_es256_hedged){&play.es256_key, entropy_bytes()};
        play.signer = request.signer == ES256 ? jwt_es256_signer(&play.es256_key)
                                              : jwt_es256_hedged_signer(&play.hedged);
    }
    if (status != JWT_OK) {
        print("no key\n");
        board_exit(1);
    }
}

static enum ending run(void (*call)(void), uint32_t ticks, uint32_t nops)
{
    load();
    harness.hit = 0;
    if (harness.replaced != NULL) {
        harness.kept = replace(harness.replaced, harness.with);
    }
    const enum ending ending = fault_run(call, play.stack + sizeof play.stack, ticks, nops);
    if (harness.replaced != NULL) {
        replace(harness.replaced, harness.kept);
    }
    return ending;
}

/* Runs with the timer's exception at a place that goes up with `position`, one by one. */
static enum ending run_until(void (*call)(void), uint32_t position, uint32_t fault)
{
    const uint32_t ticks = position / INSTRUCTIONS_A_TICK + 2;
    harness.fault = fault;
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

/* Zeros where the signature would stand; of a token, an empty string, with nothing behind it. */
static int is_empty(void)
{
    for (size_t i = 0; i < right.len; i++) {
        const int may_be_untouched = i > 0 && request.operation != SIGN;
        if (play.output[i] != 0 && !(may_be_untouched && play.output[i] == 0xa5)) {
            return 0;
        }
    }
    return play.output_len == 0;
}

static int is_right(void)
{
    const size_t nul = request.operation != SIGN;
    return play.status == JWT_OK && play.output_len == right.len &&
           memcmp(play.output, right.output, right.len + nul) == 0;
}

/* Without a fault; the number of instructions, in ticks. */
static uint32_t use_well(void)
{
    static const uint32_t MOST = 0xffffff;
    harness.is_hit = 1;
    const enum ending ending = run(use, MOST, 0);
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

/* With the instruction left out that was hit, wherever it comes. */
static enum ending run_without(uint32_t hit)
{
    harness.replaced = (uint16_t *)(uintptr_t)hit;
    harness.with = TWO_NOPS;
    harness.is_hit = 1;
    const enum ending ending = run(use, harness.patience, 0);
    harness.replaced = NULL;
    harness.hit = hit;
    return ending;
}

static void print_output(void)
{
    print_number((int32_t)harness.hit);
    print_number((int32_t)play.output_len);
    print_hex(play.output, sizeof play.output);
    print(" ");
    print_hex(harness.key, sizeof harness.key);
    print(" ");
    print_number((int32_t)harness.key_len);
    print_hex(harness.digest, sizeof harness.digest);
    print(" ");
}

/* Where the fault lies, seen from an instruction, if that is come to. */
enum { BEHIND, BEFORE, NEVER };

static uint32_t run_by_way_of(uint32_t address, uint32_t position)
{
    harness.replaced = (uint16_t *)(uintptr_t)address;
    harness.with = BREAKPOINT;
    harness.was_hit = NEVER;
    run_until(use, position, settings.fault);
    harness.replaced = NULL;
    return harness.was_hit;
}

/* Whether the signer starts once the fault has come, for the second time even, as where a return address was spoiled. */
static int starts_behind(uint32_t position)
{
    harness.watched = (uint16_t *)(uintptr_t)settings.method;
    harness.was_hit = NEVER;
    run_until(use, position, settings.fault);
    harness.watched = NULL;
    harness.replaced = NULL;
    return harness.was_hit == BEFORE;
}

/* Runs again, with nothing changed in between, even where nobody should look, and finds out what the signer works with, and
   when the fault comes. */
static void print_again(uint32_t position)
{
    memset(harness.key, 0, sizeof harness.key);
    memset(harness.digest, 0, sizeof harness.digest);
    uint32_t method = run_by_way_of(settings.method, position);
    uint32_t method_end = NEVER;
    if (method == BEHIND && starts_behind(position)) {
        method = BEFORE;
    } else if (method == BEHIND) {
        uint8_t key[sizeof harness.key], digest[sizeof harness.digest];
        const uint32_t key_len = harness.key_len;
        memcpy(key, harness.key, sizeof key);
        memcpy(digest, harness.digest, sizeof digest);
        method_end = run_by_way_of(harness.return_address, position);
        harness.key_len = key_len;
        memcpy(harness.key, key, sizeof key);
        memcpy(harness.digest, digest, sizeof digest);
    }
    if (method != BEFORE) {
        run_until(use, position, settings.fault);
    }
    print_output();
    print(method == BEFORE ? "before\n" : method_end == BEHIND ? "behind\n" : "within\n");
}

static uint32_t random_number(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

/* One fault in each of as many stretches as there are faults; but every fourth at the start or the end, where nothing is done
   twice: in turn at each instruction there. */
static uint64_t position_of(uint32_t fault, uint64_t instructions)
{
    static const uint64_t EDGES = 4096, ODD = 1597;
    if (fault % 4 == 3) {
        const uint64_t position = fault / 4 * ODD % EDGES;
        return position < EDGES / 2 ? position : instructions - EDGES + position;
    }
    const uint64_t start = instructions * fault / request.argument;
    const uint64_t len = instructions * (fault + 1) / request.argument - start;
    return start + (random_number() * len >> 32);
}

int main(void)
{
    request_next();
    memcpy(&settings, request.key, sizeof settings);
    request_next();
    *at(VTOR) = (uint32_t)(uintptr_t)fault_vectors;
    harness.patience = 1000;
    if (settings.check != 0) {
        uint16_t *const code = (uint16_t *)(uintptr_t)settings.check;
        code[0] = 0x2001; /* movs r0, #1 */
        code[1] = 0x4770; /* bx lr */
    }
    protect_all();
    if (!hits_what_is_meant()) {
        print("the timer does not count instructions\n");
        return 1;
    }
    stop_timer();
    const uint32_t ticks = use_well();
    memcpy(right.output, play.output, sizeof right.output);
    right.len = play.output_len;
    harness.patience = 3 * ticks;
    /* Behind the end is no fault. */
    print("right ");
    print_again(3 * ticks * INSTRUCTIONS_A_TICK);

    const uint64_t instructions = (uint64_t)ticks * INSTRUCTIONS_A_TICK;
    for (uint32_t fault = 0; fault < request.argument; fault++) {
        const uint32_t position = (uint32_t)position_of(fault, instructions);
        harness.choice = random_number();
        const enum ending ending = run_until(use, position, settings.fault);
        if (!harness.is_hit) {
            counts.missed++;
        } else if (settings.fault == REPLACE) {
            if (!judge(run_without(harness.hit))) {
                print("wrong ");
                print_output();
                print("within\n");
            }
        } else if (!judge(ending)) {
            print("wrong ");
            print_again(position);
        }
    }
    use_well();
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
