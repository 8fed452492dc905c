/* A heap in an arena of HEAP_SIZE bytes: first fit, with neighbours joined when memory is asked for. */
#include "heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
    uint32_t size; /* of what follows */
    uint32_t used;
};

static struct block arena[HEAP_SIZE / sizeof(struct block)];
static struct block *const end = arena + sizeof arena / sizeof *arena;

static struct block *next(struct block *block)
{
    return block + 1 + block->size / sizeof *block;
}

void *calloc(size_t count, size_t size)
{
    const size_t wanted = (count * size + sizeof *arena - 1) / sizeof *arena * sizeof *arena;
    if (arena[0].size == 0) {
        arena[0].size = sizeof arena - sizeof *arena;
    }
    for (struct block *block = arena; block < end; block = next(block)) {
        if (block->used) {
            continue;
        }
        while (next(block) < end && !next(block)->used) {
            block->size += sizeof *block + next(block)->size;
        }
        if (block->size < wanted) {
            continue;
        }
        if (block->size > wanted) {
            struct block *const rest = block + 1 + wanted / sizeof *block;
            rest->size = block->size - wanted - sizeof *block;
            rest->used = 0;
            block->size = wanted;
        }
        block->used = 1;
        return memset(block + 1, 0, wanted);
    }
    return NULL;
}

void free(void *memory)
{
    if (memory != NULL) {
        ((struct block *)memory - 1)->used = 0;
    }
}

int no_random(void *state, unsigned char *bytes, size_t len)
{
    (void)state;
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (unsigned char)(i * 29 + 7);
    }
    return 0;
}
