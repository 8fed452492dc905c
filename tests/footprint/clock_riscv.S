/* The counter of retired instructions (RISC-V Privileged, 3.1.10). */
    .option arch, +zicsr

    .section .text.clock_start, "ax"
    .global clock_start
clock_start:
    ret

    .section .text.clock_now, "ax"
    .global clock_now
clock_now:
    csrr a0, minstret
    ret

    /* Not in any operation here: it has 32 bits. */
    .section .text.clock_overflowed, "ax"
    .global clock_overflowed
clock_overflowed:
    li a0, 0
    ret

    .section .text.thousand_instructions, "ax"
    .global thousand_instructions
thousand_instructions:
    li a0, 0
    .rept 1000
    nop
    .endr
    ret

    .section .note.GNU-stack, "", %progbits
