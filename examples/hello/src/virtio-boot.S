/*
 * The way of the virtio image from the multiboot loader (32-bit, no paging, %ebx the address of
 * the multiboot information) to start() in virtio.c (64-bit, first GiB mapped onto itself).
 */
        .set MAGIC, 0x1badb002
        .set FLAGS, 1 << 16             /* addresses are given here: loaders refuse 64-bit ELF */

        .section .multiboot, "a"
        .balign 4
header: .long MAGIC, FLAGS, -(MAGIC + FLAGS)
        .long header
        .long image_start               /* the file, from its first byte, is loaded here */
        .long image_end
        .long memory_end                /* zero from image_end to here */
        .long _start

        .set PRESENT, 1 << 0
        .set WRITABLE, 1 << 1
        .set LARGE, 1 << 7              /* 2 MiB in one entry */
        .set ENTRIES, 512

        .text
        .code32
        .globl _start
_start: cld
        movl $stack_top, %esp

        /*
         * One table of each level. Entry 0 of the lowest stays empty, so that the first page is
         * unmapped and a null pointer traps.
         */
        movl $(directories + PRESENT + WRITABLE), root
        movl $(directory + PRESENT + WRITABLE), directories
        movl $(table + PRESENT + WRITABLE), directory
        movl $(ENTRIES - 1), %ecx
1:      movl %ecx, %eax
        shll $12, %eax
        orl $(PRESENT | WRITABLE), %eax
        movl %eax, table(, %ecx, 8)
        movl %ecx, %eax
        shll $21, %eax
        orl $(PRESENT | WRITABLE | LARGE), %eax
        movl %eax, directory(, %ecx, 8)
        loop 1b

        movl %cr4, %eax
        orl $(1 << 5), %eax             /* CR4.PAE: entries of 64 bits */
        movl %eax, %cr4
        movl $root, %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx          /* EFER */
        rdmsr
        orl $(1 << 8), %eax             /* EFER.LME: 64-bit mode once paging is on */
        wrmsr
        movl %cr0, %eax
        orl $(1 << 31), %eax            /* CR0.PG */
        movl %eax, %cr0
        lgdt segments_pointer
        ljmp $8, $1f

        .code64
1:      movl $16, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl %ebx, %edi
        call start

        .bss
        .balign 4096
root:   .skip 4096
directories: .skip 4096
directory: .skip 4096
table:  .skip 4096
        .skip 16384
stack_top:

        .section .note.GNU-stack, "", @progbits
