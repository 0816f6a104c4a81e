/* Processor traps and interrupts, for the targets that are virtual machines (hvt and virtio). */
#ifndef TRAPS_H
#define TRAPS_H

#include <stdint.h>

/* What the processor pushes before it enters a handler. */
struct interrupt_frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* The value lgdt and lidt read: in 32-bit mode its first six bytes. */
struct table_pointer {
    uint16_t last_byte;
    const void *table;
} __attribute__((packed));

extern const struct table_pointer segments_pointer;

/* Has fatal traps end the guest with a line on the console and status 255. */
void traps_install(void);

void interrupt_install(unsigned vector, void (*handler)(struct interrupt_frame *));

#endif
