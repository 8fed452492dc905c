/* Short sequences whose cycles can be added up by hand; the sums stand in model.rs. */
    .syntax unified
    .thumb
    .cpu cortex-m4
    .fpu fpv4-sp-d16

    .macro function name
    .balign 4
    .thumb_func
    .global \name
\name:
    .endm

    .section .text.operation, "ax"
    function operation
    push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}
    .irp name, data_processing, products, quotient, loads_in_a_row, loads_of_addresses, loads_and_stores, stores, multiple, \
        computed_addresses, unaligned, branches, calls, jumps, conditions, floating_point
    /* At word, where its own address stands. */
    ldr r0, =word
    str r0, [r0]
    movs r1, #4
    bl \name
    .endr
    movs r0, #0
    pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}

    function data_processing
    movs r2, #1
    adds r2, r2, r1
    lsls r2, r2, #3
    cmp.w r2, #1
    bx lr

    function products
    muls r2, r1, r2
    mla r2, r1, r2, r3
    umull r2, r3, r1, r1
    umlal r2, r3, r1, r1
    umaal r2, r3, r1, r1
    bx lr

    function quotient
    udiv r2, r1, r1
    bx lr

    function loads_in_a_row
    ldr r2, [r0]
    ldr r3, [r0, #4]
    ldr.w r12, [r0, r1]
    bx lr

    function loads_of_addresses
    ldr r2, [r0]
    ldr r3, [r2]
    ldr.w r12, [r3]
    bx lr

    function loads_and_stores
    ldr r2, [r0]
    str r2, [r0, #8]
    ldr.w r12, [r0]
    str.w r12, [r0, #8]
    ldr r2, [r0, r1]
    str r2, [r0, r1]
    bx lr

    function stores
    str r2, [r0, #4]
    str.w r2, [r0, #8]
    str r2, [r0, r1]
    ldr r2, [r0]
    bx lr

    function multiple
    ldr r2, [r0]
    ldmia r0, {r2, r3, r12}
    ldr r2, [r0]
    stmia.w r0, {r4, r5, r6, r7, r8, r9, r10, r11}
    ldrd r2, r3, [r0]
    strd r2, r3, [r0]
    push {r4, r5}
    pop {r4, r5}
    bx lr

    function computed_addresses
    adds r2, r0, #4
    ldr r2, [r2]
    umull r2, r3, r0, r1
    ldr.w r2, [r0, r3]
    adds r2, r0, #4
    nop
    ldr r2, [r2]
    bx lr

    function unaligned
    ldr.w r2, [r0, #2]
    nop
    ldr.w r2, [r0, #1]
    nop
    ldrh.w r2, [r0, #1]
    nop
    str.w r2, [r0, #2]
    bx lr

    function branches
    b 1f
    nop
1:  cmp r0, r0
    beq 2f
    nop
2:  bne 3f
    movs r2, #0
    cbz r2, 3f
    nop
3:  cbz r0, 4f
    bx lr
4:  nop

    function calls
    push {lr}
    bl returns
    movw r2, #:lower16:returns
    movt r2, #:upper16:returns
    blx r2
    pop {pc}

    .thumb_func
returns:
    bx lr

    function jumps
    adr r2, 1f
    orr r2, r2, #1
    str r2, [r0, #4]
    ldr.w pc, [r0, #4]
    nop
    .balign 4
1:  movs r2, #1
    nop
    tbb [pc, r2]
2:  .byte 0
    .byte (3f - 2b) / 2
    nop
3:  bx lr

    function conditions
    cmp r0, r0
    nop
    it ne
    ldrne r2, [r0]
    mov.w r2, #1
    it eq
    ldreq r2, [r0]
    bx lr

    function floating_point
    vpush {d8}
    vpop {d8}
    vldr s0, [r0]
    vmov s0, r0
    vmov s0, s1, r0, r1
    bx lr
    .ltorg

    .section .bss.word, "aw", %nobits
    .balign 4
word:
    .skip 64

    .section .note.GNU-stack, "", %progbits
