/*
 * What a Solo5 tender reads from the file before it starts it. build.sh defines ABI_TARGET (1 hvt,
 * 2 spt, 3 virtio) and ABI_VERSION. Each note has a program header of its own (hello.lds).
 *
 * note:     name bytes u32, descriptor bytes u32, type u32, "Solo5" padded to 8, descriptor
 * ABI1:     target u32, version u32, 0 u32, 0 u32
 * MFT1:     4 bytes so that the rest is 8-aligned, version u32, entries u32, entries
 * entry:    name 68 bytes, type u32, 16 bytes, 8 bytes, attached u8, padding to 104
 *
 * The manifest of hello has no devices, only the reserved entry that must come first; that of echo,
 * which is built WITH_DEVICES, has two.
 */
        .set RESERVED_FIRST, 1 << 30
        .set BLOCK_BASIC, 1
        .set NET_BASIC, 2

        .macro note type
        .long 6, 2f - 1f, \type
        .asciz "Solo5"
        .balign 4
        .endm

        .macro entry name type
3:      .asciz "\name"
        .skip 68 - (. - 3b)
        .long \type
        .skip 16 + 8 + 8
        .endm

        .section .note.solo5.abi, "a", @note
        note 0x31494241                 /* "ABI1" */
1:      .long ABI_TARGET, ABI_VERSION, 0, 0
2:
        .section .note.solo5.manifest, "a", @note
        note 0x3154464d                 /* "MFT1" */
1:      .long 0
#ifdef WITH_DEVICES
        .long 1, 3
        entry "", RESERVED_FIRST
        entry "service", NET_BASIC
        entry "storage", BLOCK_BASIC
#else
        .long 1, 1
        entry "", RESERVED_FIRST
#endif
2:
        /* No such interpreter exists: a host that is asked to run the image refuses. */
        .section .interp, "a"
        .asciz "/nonexistent/solo5/"

        .section .note.GNU-stack, "", @progbits
