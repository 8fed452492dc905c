/* Into a call that runs without privileges, on a stack of its own, and out of it in whatever way it ends. Armv7-M ARM, B1.5. */
    .syntax unified
    .thumb

    .equ SYST_CSR, 0xe000e010
    .equ EXC_RETURN_TO_MAIN, 0xfffffff9

    .section .text.vectors, "a"
    .balign 128
    .global fault_vectors
fault_vectors:
    .word stack_top
    .word start
    .word on_fault
    .word on_fault
    .word on_fault
    .word on_fault
    .word on_fault
    .rept 4
    .word on_fault
    .endr
    .word on_call
    .word on_fault
    .word on_fault
    .word on_fault
    .word on_timer

    /* Lends on_tick() what the exception has not put on the process stack: r4 to r11. */
    .section .text.on_timer, "ax"
    .thumb_func
    .global on_timer
on_timer:
    push {r3-r11, lr}
    add r0, sp, #4
    bl on_tick
    pop {r3-r11, pc}

    /* enum ending fault_run(void (*call)(void), void *stack, uint32_t ticks, uint32_t nops): the timer's exception comes at
       the end of `ticks`, of 40 instructions each; the more no-ops before the call, the earlier in it, up to 40. */
    .section .text.fault_run, "ax"
    .thumb_func
    .global fault_run
fault_run:
    push {r3, r4-r11, lr}
    ldr r4, =harness
    str sp, [r4]
    msr psp, r1
    ldr r1, =slide_end
    subs r1, r1, r3, lsl #1
    ldr r4, =SYST_CSR
    str r2, [r4, #4]
    str r2, [r4, #8]
    movs r5, #7
    str r5, [r4]
    orr r1, #1
    bx r1
    .rept 40
    nop
    .endr
slide_end:
    /* Not privileged, and on the process stack. */
    movs r3, #3
    msr control, r3
    isb
    /* What else the caller has in registers is no address, so that a call that is left with it traps. */
    ldr r4, =0xfffffff1
    .irp register, r5, r6, r7, r8, r9, r10, r11, r12
    mov \register, r4
    .endr
    blx r0
    svc 0
    .ltorg

    /* void fault_leave(enum ending ending): from an exception back to who called fault_run(). */
    .section .text.fault_leave, "ax"
    .thumb_func
    .global fault_leave
fault_leave:
    ldr r1, =harness
    ldr r2, [r1]
    subs r2, #32
    str r0, [r2]
    ldr r3, =resume
    bic r3, #1
    str r3, [r2, #24]
    ldr r3, =0x01000000
    str r3, [r2, #28]
    mov sp, r2
    movs r3, #0
    msr control, r3
    isb
    ldr lr, =EXC_RETURN_TO_MAIN
    bx lr
    .ltorg

    .thumb_func
resume:
    pop {r3, r4-r11, pc}

    /* Straight on: to see that the timer hits the instruction that is meant. */
    .section .text.fault_nops, "ax"
    .thumb_func
    .global fault_nops
fault_nops:
    .rept 400
    nop
    .endr
    bx lr

    .section .note.GNU-stack, "", %progbits
