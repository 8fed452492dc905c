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
    call board_trap

    .section .note.GNU-stack, "", %progbits
