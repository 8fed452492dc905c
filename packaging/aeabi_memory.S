/* The memory helpers that LLVM calls on Arm (Run-time ABI for the Arm Architecture, section 4.3.4), by way of the firmware's
   own memcpy, memmove and memset: not every C library for devices has them. */
    .syntax unified
    .thumb

    .macro helper name
    .irp alignment, , 4, 8
    .global \name\alignment
    .thumb_func
\name\alignment:
    .endr
    .endm

    .macro tail_call target
    ldr r3, =\target
    bx r3
    .ltorg
    .endm

    .section .text.__aeabi_memcpy, "ax"
    helper __aeabi_memcpy
    tail_call memcpy

    .section .text.__aeabi_memmove, "ax"
    helper __aeabi_memmove
    tail_call memmove

    /* Destination, length, byte: memset has the last two the other way round. */
    .section .text.__aeabi_memset, "ax"
    helper __aeabi_memset
    mov r3, r1
    mov r1, r2
    mov r2, r3
    tail_call memset

    /* Destination, length. */
    .section .text.__aeabi_memclr, "ax"
    helper __aeabi_memclr
    mov r2, r1
    movs r1, #0
    tail_call memset

    .section .note.GNU-stack, "", %progbits
