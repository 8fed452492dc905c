/*
 * A plugin for QEMU that models the cycles of a Cortex-M4 without wait states, by the timings of its Technical Reference
 * Manual (Arm DDI 0439, r0p1): tables 3-1 and 3-2, and section 3.3.2 for loads and stores. Where the manual gives a range:
 *
 * - A pipeline refill, 1 to 3 cycles, takes REFILL; two more for TBB and TBH, and one more for a load of the pc, which is what
 *   the manual adds for them at 3.
 * - A division, 2 to 12 cycles, takes 12.
 * - IT takes no cycle after an instruction of 16 bits, onto which it can be folded, and else 1.
 * - An instruction whose condition fails takes 1.
 *
 *     -plugin cycles.so,report=FILE,function=ADDRESS[,function=ADDRESS...]
 *
 * For the first call of each function the report has a line `ADDRESS INSTRUCTIONS CYCLES`, from its first instruction to the
 * return, with those of all that it calls.
 */
#include "../support/qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFILL = 2, DIVISION = 12, SP = 13, PC = 15 };

/* What the manual times differently. */
enum kind {
    PLAIN, /* 1 cycle, and a branch */
    LOAD,
    STORE,
    STORE_INDEXED, /* the address is the sum of two registers */
    MULTIPLE,      /* of as many words as it accesses */
    DIVIDE,
    TABLE_BRANCH,
    IF_THEN,
    MOVE_TWO, /* of two registers, between processor and FPU */
    UNKNOWN,
};

struct instruction {
    enum kind kind;
    uint32_t address, size;
    /* One bit for each register: what it computes or loads, if it is no MULTIPLE; and what makes its address. */
    uint32_t results, address_registers;
};

/* What is being timed, the one before it, and what is known of both by now. */
static const struct instruction *current, *previous;
static uint32_t words, penalty;
static bool previous_was_executed;

static uint64_t instructions, cycles;
static FILE *report;

static struct window {
    uint32_t begin, end;
    bool is_open, is_over;
    uint64_t instructions, cycles;
} windows[16];
static size_t window_count;

static uint32_t bit(unsigned number)
{
    /* The pc is no register that another instruction writes for it. */
    return number == PC ? 0 : UINT32_C(1) << number;
}

static void decode_16(struct instruction *instruction, unsigned code)
{
    const unsigned low = code & 7, middle = code >> 3 & 7, third = code >> 6 & 7, high = code >> 8 & 7;
    switch (code >> 12) {
    case 2:
    case 3: /* MOV, CMP, ADD, SUB with 8 bits */
        instruction->results = (code & 0xf800) == 0x2800 ? 0 : bit(high);
        break;
    case 4:
        if (code >= 0x4800) { /* from between the code */
            instruction->kind = LOAD;
            instruction->results = bit(high);
        } else if (code >= 0x4700) { /* BX, BLX */
        } else if (code >= 0x4400) { /* ADD, CMP, MOV of any register */
            instruction->results = (code & 0xff00) == 0x4500 ? 0 : bit(low | (code >> 4 & 8));
        } else { /* TST, CMP and CMN have no result */
            const unsigned operation = code >> 6 & 15;
            instruction->results = operation == 8 || operation == 10 || operation == 11 ? 0 : bit(low);
        }
        break;
    case 5:
        instruction->kind = (code & 0x0e00) >= 0x0600 ? LOAD : STORE_INDEXED;
        instruction->results = instruction->kind == LOAD ? bit(low) : 0;
        instruction->address_registers = bit(middle) | bit(third);
        break;
    case 6:
    case 7:
    case 8:
        instruction->kind = (code & 0x0800) != 0 ? LOAD : STORE;
        instruction->results = instruction->kind == LOAD ? bit(low) : 0;
        instruction->address_registers = bit(middle);
        break;
    case 9:
        instruction->kind = (code & 0x0800) != 0 ? LOAD : STORE;
        instruction->results = instruction->kind == LOAD ? bit(high) : 0;
        instruction->address_registers = bit(SP);
        break;
    case 10: /* addresses, from the pc or the stack pointer */
        instruction->results = bit(high);
        break;
    case 11:
        if ((code & 0xf600) == 0xb400) { /* PUSH, POP */
            instruction->kind = MULTIPLE;
            instruction->address_registers = bit(SP);
        } else if ((code & 0xff00) == 0xbf00) {
            instruction->kind = (code & 15) != 0 ? IF_THEN : PLAIN;
        } else if ((code & 0xff00) == 0xb000) { /* ADD and SUB to the stack pointer */
            instruction->results = bit(SP);
        } else if ((code & 0xff00) == 0xb200 || (code & 0xff00) == 0xba00) { /* extend, reverse */
            instruction->results = bit(low);
        }
        break;
    case 12:
        instruction->kind = MULTIPLE;
        instruction->address_registers = bit(high);
        break;
    case 13: /* branches */
    case 14:
        break;
    default: /* shifts, ADD and SUB of three registers */
        instruction->results = bit(low);
    }
}

static void decode_32(struct instruction *instruction, unsigned first, unsigned second)
{
    const unsigned base = first & 15, index = second & 15, result = second >> 8 & 15, upper = second >> 12;
    if ((first & 0xfff0) == 0xe8d0 && (second & 0xffe0) == 0xf000) {
        instruction->kind = TABLE_BRANCH;
        instruction->address_registers = bit(base) | bit(index);
    } else if ((first & 0xfe00) == 0xe800) { /* LDM, STM, LDRD, STRD, and the exclusive ones */
        instruction->kind = MULTIPLE;
        instruction->address_registers = bit(base);
    } else if ((first & 0xfe00) == 0xec00 && (first & 0x01e0) != 0x0040) { /* VLDR, VSTR, VLDM, VSTM */
        instruction->kind = MULTIPLE;
        instruction->address_registers = bit(base);
    } else if ((first & 0xffe0) == 0xec40) {
        instruction->kind = MOVE_TWO;
    } else if ((first & 0xec00) == 0xec00) { /* of the FPU's others only VMOV of one register */
        instruction->kind = (first & 0xffe0) == 0xee00 && (second & 0x0f7f) == 0x0a10 ? PLAIN : UNKNOWN;
    } else if ((first & 0xfe00) == 0xea00 || (first & 0xf800) == 0xf000) {
        const bool is_branch = (first & 0xf800) == 0xf000 && (second & 0x8000) != 0;
        instruction->results = is_branch ? 0 : bit(result);
    } else if ((first & 0xfe00) == 0xf800) {
        const bool is_indexed = (first & 0x0080) == 0 && (second & 0x0fc0) == 0 && base != PC;
        instruction->kind = (first & 0x0010) != 0 ? LOAD : is_indexed ? STORE_INDEXED : STORE;
        instruction->results = instruction->kind == LOAD ? bit(upper) : 0;
        instruction->address_registers = bit(base) | (is_indexed ? bit(index) : 0);
    } else if ((first & 0xffd0) == 0xfb90) {
        instruction->kind = DIVIDE;
        instruction->results = bit(result);
    } else if ((first & 0xff80) == 0xfb80) { /* long products have two results */
        instruction->results = bit(result) | bit(upper);
    } else {
        instruction->results = bit(result);
    }
}

static struct instruction *decoded(const struct qemu_plugin_insn *insn)
{
    uint16_t code[2] = {0, 0};
    struct instruction *instruction = calloc(1, sizeof *instruction);
    if (instruction == NULL) {
        abort();
    }
    instruction->address = (uint32_t)qemu_plugin_insn_vaddr(insn);
    /* Not qemu_plugin_insn_size(): at the end of a page it counts the next instruction in, at which the emulator has looked. */
    memcpy(code, qemu_plugin_insn_data(insn), sizeof *code);
    if (code[0] < 0xe800) {
        instruction->size = sizeof *code;
        decode_16(instruction, code[0]);
    } else {
        instruction->size = sizeof code;
        memcpy(code, qemu_plugin_insn_data(insn), sizeof code);
        decode_32(instruction, code[0], code[1]);
    }
    return instruction;
}

/* 1 where the access overlaps with that of the load before. */
static uint32_t pipelined(void)
{
    const bool follows_load = previous->kind == LOAD && previous_was_executed;
    return follows_load && (previous->results & current->address_registers) == 0 ? 1 : 0;
}

/* What the current instruction took, now that it is known what it accessed and where it went. */
static uint32_t cost(uint32_t next)
{
    const bool is_executed = words > 0, jumps = next != current->address + current->size;
    uint32_t cost = 1;
    switch (current->kind) {
    case LOAD:
        cost = is_executed ? 2 + penalty - pipelined() + (jumps ? 1 : 0) : 1;
        break;
    case STORE_INDEXED:
        cost = is_executed ? 2 - pipelined() : 1;
        break;
    case MULTIPLE:
        cost = 1 + words;
        break;
    case TABLE_BRANCH:
        cost = 4;
        break;
    case DIVIDE:
        cost = DIVISION;
        break;
    case IF_THEN:
        cost = previous->size == 2 && previous->address + 2 == current->address ? 0 : 1;
        break;
    case MOVE_TWO:
        cost = 2;
        break;
    case UNKNOWN:
        fprintf(report, "no timing for the instruction at %" PRIx32 "\n", current->address);
        break;
    case PLAIN:
    case STORE:
        break;
    }
    /* An address that the instruction before has computed is there a cycle later. */
    const bool waits = is_executed && previous->kind != LOAD && (previous->results & current->address_registers) != 0;
    return cost + (waits ? 1 : 0) + (jumps ? REFILL : 0);
}

static void open_or_close_windows(uint32_t address)
{
    for (struct window *window = windows; window < windows + window_count; window++) {
        if (window->is_open && address == window->end) {
            fprintf(report, "%" PRIx32 " %" PRIu64 " %" PRIu64 "\n", window->begin, instructions - window->instructions,
                    cycles - window->cycles);
            fflush(report);
            window->is_open = false;
            window->is_over = true;
        } else if (!window->is_open && !window->is_over && address == window->begin) {
            window->is_open = true;
            window->end = current->address + current->size;
            window->instructions = instructions;
            window->cycles = cycles;
        }
    }
}

static void on_executed(unsigned vcpu, void *data)
{
    static const struct instruction none;
    const struct instruction *next = data;
    (void)vcpu;
    if (current != NULL) {
        cycles += cost(next->address);
        instructions++;
        /* Calls and returns go elsewhere. */
        if (next->address != current->address + current->size) {
            open_or_close_windows(next->address);
        }
    }
    previous = current != NULL ? current : &none;
    previous_was_executed = words > 0;
    current = next;
    words = penalty = 0;
}

static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
    const unsigned size = 1u << qemu_plugin_mem_size_shift(info);
    (void)vcpu;
    (void)data;
    words += size == 8 ? 2 : 1;
    /* Bytes, halfwords and words of which it is made; a store goes through a buffer. */
    if (!qemu_plugin_mem_is_store(info) && address % size != 0) {
        penalty = address % 2 == 0 || size == 2 ? 1 : 2;
    }
}

static void on_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_executed, QEMU_PLUGIN_CB_NO_REGS, decoded(insn));
        qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
    }
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value == NULL) {
            return -1;
        }
        *value++ = '\0';
        if (strcmp(argv[i], "function") == 0 && window_count < sizeof windows / sizeof *windows) {
            windows[window_count++].begin = (uint32_t)strtoul(value, NULL, 0);
        } else if (strcmp(argv[i], "report") == 0) {
            report = fopen(value, "w");
        } else {
            return -1;
        }
    }
    if (report == NULL) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    return 0;
}
