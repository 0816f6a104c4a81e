#include "traps.h"

#include "line.h"
#include "target.h"

#define EXIT_TRAPPED 255
#define VECTORS 48 /* 32 of the processor, 16 of the interrupt controllers */
#define GATE_PRESENT_INTERRUPT 0x8e
#define HANDLER __attribute__((interrupt)) static void

/* An entry of the 64-bit interrupt descriptor table. */
struct gate {
    uint16_t offset_0;
    uint16_t selector;
    uint8_t stack;
    uint8_t type;
    uint16_t offset_16;
    uint32_t offset_32;
    uint32_t reserved;
};

/*
 * Null, 64-bit code at selector 8, data at 16. The accessed bits are set, for the table is in
 * memory that cannot be written. hvt needs it too: the tender's own table is out of our sight.
 */
static const uint64_t segments[] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff};
const struct table_pointer segments_pointer = {sizeof segments - 1, segments};
#define CODE_SELECTOR 8

static struct gate gates[VECTORS];

static void set_gate(unsigned vector, uint64_t handler);
static _Noreturn void end(const char *type, uint64_t error_code, const struct interrupt_frame *at);

HANDLER invalid_opcode(struct interrupt_frame *at)
{
    end("#UD", 0, at);
}

HANDLER double_fault(struct interrupt_frame *at, uint64_t error_code)
{
    end("#DF", error_code, at);
}

HANDLER general_protection(struct interrupt_frame *at, uint64_t error_code)
{
    end("#GP", error_code, at);
}

HANDLER page_fault(struct interrupt_frame *at, uint64_t error_code)
{
    end("#PF", error_code, at);
}

void traps_install(void)
{
    const struct table_pointer gates_pointer = {sizeof gates - 1, gates};

    set_gate(6, (uint64_t)invalid_opcode);
    set_gate(8, (uint64_t)double_fault);
    set_gate(13, (uint64_t)general_protection);
    set_gate(14, (uint64_t)page_fault);
    __asm__ volatile("lgdt %0" : : "m"(segments_pointer));
    __asm__ volatile("lidt %0" : : "m"(gates_pointer), "m"(gates));
}

void interrupt_install(unsigned vector, void (*handler)(struct interrupt_frame *))
{
    set_gate(vector, (uint64_t)handler);
}

static void set_gate(unsigned vector, uint64_t handler)
{
    gates[vector] = (struct gate){
        .offset_0 = (uint16_t)handler,
        .selector = CODE_SELECTOR,
        .type = GATE_PRESENT_INTERRUPT,
        .offset_16 = (uint16_t)(handler >> 16),
        .offset_32 = (uint32_t)(handler >> 32),
    };
}

/* The words are those of Solo5's own bindings, so that readers of consoles know them. */
static _Noreturn void end(const char *type, uint64_t error_code, const struct interrupt_frame *at)
{
    struct line line;

    line_begin(&line, "Solo5: trap: type=");
    line_text(&line, type);
    line_text(&line, " ec=0x");
    line_number(&line, error_code, 16);
    line_text(&line, " rip=0x");
    line_number(&line, at->rip, 16);
    line_end(&line);
    target_exit(EXIT_TRAPPED);
}
