/* From reset to main() and back, the same for every board. The outside world is semihosting: the emulator carries out what a
   breakpoint instruction asks for (Semihosting for AArch32 and AArch64, section 5; RISC-V Semihosting). */
#include "board.h"

int main(int argc, char **argv);

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_FOR_WRITING = 4 };
static const uintptr_t APPLICATION_EXIT = 0x20026;

/* Of the linker script. */
extern uint32_t stack_limit[], stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];

__attribute__((noinline)) static intptr_t semihost(intptr_t operation, const void *block)
{
#ifdef __riscv
    register intptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = block;
    /* The three must be uncompressed and on one page. */
    __asm__ volatile(".balign 16\n.option push\n.option norvc\n"
                     "slli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
#else
    register intptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#endif
}

void board_write(const char *bytes, size_t len)
{
    static intptr_t console = -1;
    if (console < 0) {
        const uintptr_t open[] = {(uintptr_t)":tt", OPEN_FOR_WRITING, 3};
        console = semihost(SYS_OPEN, open);
    }
    /* Whoever reads may be slower. */
    size_t rest = len;
    while (rest != 0) {
        const uintptr_t block[] = {(uintptr_t)console, (uintptr_t)(bytes + len - rest), rest};
        const intptr_t unwritten = semihost(SYS_WRITE, block);
        if (unwritten < 0 || (size_t)unwritten > rest) {
            return;
        }
        rest = (size_t)unwritten;
    }
}

void board_exit(int code)
{
    const uintptr_t block[] = {APPLICATION_EXIT, (uintptr_t)code};
    for (;;) {
        semihost(SYS_EXIT_EXTENDED, block);
    }
}

size_t board_stack_peak(void)
{
    const uint32_t *word = stack_limit;
    while (word < stack_top && *word == BOARD_UNUSED_STACK) {
        word++;
    }
    return (size_t)(stack_top - word) * sizeof *word;
}

/* The words of the command line, which single blanks part. */
static int split(char *line, char **words, int words_max)
{
    int count = 0;
    words[count++] = line;
    for (char *end = line; *end != '\0' && count < words_max; end++) {
        if (*end == ' ') {
            *end = '\0';
            words[count++] = end + 1;
        }
    }
    return count;
}

/* Called by the start-up code, on an empty stack. */
__attribute__((noreturn)) void board_run(void)
{
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    const uint32_t *frame = __builtin_frame_address(0);
    for (volatile uint32_t *to = stack_limit; to < frame - 64; to++) {
        *to = BOARD_UNUSED_STACK;
    }

    static char line[128];
    static char *words[4];
    uintptr_t block[] = {(uintptr_t)line, sizeof line};
    int count = 0;
    if (semihost(SYS_GET_CMDLINE, block) == 0) {
        count = split(line, words, 3);
    }
    const int result = main(count, words);
    /* Where memory lies below the stack, an overflow does not fault, and a frame may step over the last words without a
       write: so the last sixteenth must be untouched. */
    const size_t stack_size = (size_t)(stack_top - stack_limit) * sizeof *stack_limit;
    if (board_stack_peak() > stack_size / 16 * 15) {
        static const char text[] = "stack overflow\n";
        board_write(text, sizeof text - 1);
        board_exit(3);
    }
    board_exit(result);
}

/* Called on every exception: none is expected. */
__attribute__((noreturn)) void board_trap(uint32_t cause)
{
    char text[] = "exception 00\n";
    text[10] = (char)('0' + cause / 10 % 10);
    text[11] = (char)('0' + cause % 10);
    board_write(text, sizeof text - 1);
    board_exit(3);
}
