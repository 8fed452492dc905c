/*
 * A plugin for QEMU that follows what an observer of a processor's timing may learn: between two functions of the program it
 * hashes every address that is executed and every address that is read or written. The stretches between them, one after the
 * other, are held against the first.
 *
 *     -plugin trace.so,begin=ADDRESS,end=ADDRESS,report=FILE[,public=ADDRESS-ADDRESS]...[,window=NUMBER,chunk=NUMBER]
 *
 * What code between the two addresses of a `public` does, the second excluded, is not followed: it works on what anyone may know.
 *
 * For each stretch the report has a line `window NUMBER: INSTRUCTIONS instructions, equal` or `..., differs in chunk NUMBER`.
 * Given that window and chunk in another run, it adds `at ADDRESS: FIRST, then OTHER`: the instruction where they part, and
 * where it went, or what it read or wrote, in the first window and in the other.
 */
#include "../support/qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Events that are compared by one hash. */
enum { CHUNK = 1 << 16 };
#define IS_ACCESS (UINT64_C(1) << 63)

/* What is told of the part of a program that is translated, and run, at once: it has one way in, and its end alone branches. */
struct block {
    uint32_t first, last, instructions;
    bool is_public;
};

static uint64_t begin, end;
static FILE *report;

static struct {
    uint64_t start, end;
} publics[8];
static size_t public_count;

static bool is_on;
static uint64_t window, instructions, events, hash;
static const struct block *current;

/* The hashes of the first window's chunks. */
static uint64_t *first;
static size_t first_chunks;
static uint64_t first_events;
static bool differs;
static uint64_t differs_in;

/* The chunk to look into, and its events in the first window. */
static uint64_t wanted_window = UINT64_MAX, wanted_chunk;
static uint64_t wanted[CHUNK];
static bool is_told;

static bool is_public(uint64_t address)
{
    for (size_t i = 0; i < public_count; i++) {
        if (address >= publics[i].start && address < publics[i].end) {
            return true;
        }
    }
    return false;
}

/* `ADDRESS-ADDRESS` */
static bool read_public(const char *range)
{
    char *rest;
    if (public_count == sizeof publics / sizeof *publics) {
        return false;
    }
    publics[public_count].start = strtoull(range, &rest, 0);
    if (*rest != '-') {
        return false;
    }
    publics[public_count].end = strtoull(rest + 1, NULL, 0);
    public_count++;
    return true;
}

static void end_chunk(uint64_t chunk)
{
    if (window == 0) {
        first = realloc(first, (chunk + 1) * sizeof *first);
        if (first == NULL) {
            abort();
        }
        first[chunk] = hash;
        first_chunks = chunk + 1;
    } else if (!differs && (chunk >= first_chunks || first[chunk] != hash)) {
        differs = true;
        differs_in = chunk;
    }
}

static const char *what(uint64_t event)
{
    return (event & IS_ACCESS) != 0 ? "memory" : "code";
}

static void compare(uint64_t event, uint32_t instruction)
{
    const uint64_t expected = wanted[events % CHUNK];
    if (window == 0) {
        wanted[events % CHUNK] = event;
    } else if (window == wanted_window && !is_told && event != expected) {
        fprintf(report, "at %" PRIx32 ": %s %" PRIx64 ", then %s %" PRIx64 "\n", instruction, what(expected),
                expected & ~IS_ACCESS, what(event), event & ~IS_ACCESS);
        is_told = true;
    }
}

static void observe(uint64_t event, uint32_t instruction)
{
    if (events / CHUNK == wanted_chunk && wanted_window != UINT64_MAX) {
        compare(event, instruction);
    }
    hash = ((hash << 7 | hash >> 57) ^ event) * UINT64_C(0x9e3779b97f4a7c15);
    if (++events % CHUNK == 0) {
        end_chunk(events / CHUNK - 1);
    }
}

static void on_block(unsigned vcpu, void *data)
{
    const struct block *block = data;
    (void)vcpu;
    if (is_on && !block->is_public) {
        observe(block->first | (uint64_t)block->instructions << 32, current->last);
        instructions += block->instructions;
    }
    current = block;
}

static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
    (void)vcpu;
    (void)info;
    if (is_on) {
        observe(address | IS_ACCESS, (uint32_t)(uintptr_t)data);
    }
}

static void on_begin(unsigned vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    is_on = true;
    instructions = events = hash = 0;
    differs = false;
}

static void on_end(unsigned vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (!is_on) {
        return;
    }
    is_on = false;
    end_chunk(events / CHUNK);
    if (window == 0) {
        first_events = events;
    } else if (!differs && events != first_events) {
        differs = true;
        differs_in = events / CHUNK;
    }
    fprintf(report, "window %" PRIu64 ": %" PRIu64 " instructions, ", window, instructions);
    if (differs) {
        fprintf(report, "differs in chunk %" PRIu64 "\n", differs_in);
    } else {
        fprintf(report, "equal\n");
    }
    fflush(report);
    window++;
}

static void on_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    const size_t count = qemu_plugin_tb_n_insns(tb);
    struct block *block = malloc(sizeof *block);
    (void)id;
    if (block == NULL) {
        abort();
    }
    block->instructions = (uint32_t)count;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, block);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint32_t address = (uint32_t)qemu_plugin_insn_vaddr(insn);
        if (i == 0) {
            block->first = address;
            block->is_public = is_public(address);
        }
        block->last = address;
        if (address == begin) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
        }
        if (address == end) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
        }
        if (!is_public(address)) {
            qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
                                             (void *)(uintptr_t)address);
        }
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
        if (strcmp(argv[i], "begin") == 0) {
            begin = strtoull(value, NULL, 0);
        } else if (strcmp(argv[i], "end") == 0) {
            end = strtoull(value, NULL, 0);
        } else if (strcmp(argv[i], "report") == 0) {
            report = fopen(value, "w");
        } else if (strcmp(argv[i], "public") == 0) {
            if (!read_public(value)) {
                return -1;
            }
        } else if (strcmp(argv[i], "window") == 0) {
            wanted_window = strtoull(value, NULL, 0);
        } else if (strcmp(argv[i], "chunk") == 0) {
            wanted_chunk = strtoull(value, NULL, 0);
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
