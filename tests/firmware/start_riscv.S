/* RISC-V, machine mode: what comes before C. */
    .option arch, +zicsr
    .section .start, "ax"
    .global start
start:
    la sp, stack_top
    la t0, trap
    csrw mtvec, t0
    call board_run

    .balign 4
trap:
    csrr a0, mcause
    /* The stack may be what was at fault. */
    la sp, stack_top
    call board_trap

    .section .note.GNU-stack, "", %progbits
