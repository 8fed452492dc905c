/* SysTick (Armv6-M ARM, B3.3) in an emulator that takes one nanosecond for each instruction. One tick is many instructions, so
   the clock is read at so many places of a tick that the sum is exact: of floor((t + 7k) / n) for k = 0 to n - 1, where 7 and
   n have no common factor, the sum is t and a constant. */
    .syntax unified
    .thumb

    .equ SYST_CSR, 0xe000e010

    .section .text.clock_start, "ax"
    .thumb_func
    .global clock_start
clock_start:
    ldr r0, =SYST_CSR
    ldr r1, =0xffffff
    str r1, [r0, #4]
    str r1, [r0, #8]
    movs r1, #5
    str r1, [r0]
    /* It shows 0 until its first tick. */
1:
    ldr r1, [r0, #8]
    cmp r1, #0
    beq 1b
    /* To read COUNTFLAG is to clear it. */
    ldr r1, [r0]
    bx lr
    .ltorg

    .section .text.clock_now, "ax"
    .thumb_func
    .global clock_now
clock_now:
    ldr r1, =SYST_CSR
    movs r0, #0
    movs r3, #CLOCK_READS
    /* It counts down. */
1:
    ldr r2, [r1, #8]
    subs r0, r2
    nop
    nop
    nop
    subs r3, #1
    bne 1b
    bx lr
    .ltorg

    .section .text.clock_overflowed, "ax"
    .thumb_func
    .global clock_overflowed
clock_overflowed:
    ldr r1, =SYST_CSR
    ldr r0, [r1]
    lsrs r0, #16
    bx lr
    .ltorg

    .section .text.thousand_instructions, "ax"
    .thumb_func
    .global thousand_instructions
thousand_instructions:
    movs r0, #0
    .rept 1000
    nop
    .endr
    bx lr

    .section .note.GNU-stack, "", %progbits
