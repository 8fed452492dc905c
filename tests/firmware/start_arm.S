/* Cortex-M: the vector table (Armv6-M ARM, B1.5.3) and what comes before C. */
    .syntax unified
    .thumb

    .section .start, "a"
    .word stack_top
    .word start
    /* NMI, HardFault and all other exceptions of the architecture. */
    .rept 14
    .word trap
    .endr

    .text
    .thumb_func
    .global start
start:
#ifdef __ARM_FP
    /* CPACR: full access to coprocessors 10 and 11, the floating point unit. */
    ldr r0, =0xe000ed88
    ldr r1, [r0]
    orr r1, #0xf << 20
    str r1, [r0]
    dsb
    isb
#endif
    bl board_run

    /* The number of the exception stands in IPSR. The stack may be what was at fault. */
    .thumb_func
trap:
    mrs r0, ipsr
    ldr r1, =stack_top
    mov sp, r1
    bl board_trap

    .section .note.GNU-stack, "", %progbits
