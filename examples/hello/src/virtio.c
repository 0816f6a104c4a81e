/*
 * The virtio target: a PC as qemu makes it, of which we use the serial port for the console, the
 * interval timer to sleep and the isa-debug-exit device to end.
 */
#include <stdbool.h>

#include "target.h"
#include "traps.h"

/* The beginning of what a multiboot loader leaves in memory. */
struct multiboot_info {
    uint32_t flags;
    uint32_t memory_lower, memory_upper;
    uint32_t boot_device;
    uint32_t words; /* its address, if HAS_WORDS is in flags */
};
#define HAS_WORDS (1u << 2)

/* 16550 serial port */
#define SERIAL_DATA 0x3f8
#define SERIAL_INTERRUPTS 0x3f9
#define SERIAL_FORMAT 0x3fb
#define SERIAL_STATUS 0x3fd
#define DIVISOR_LATCH 0x80
#define EIGHT_BITS 0x03
#define TRANSMITTER_EMPTY 0x20

/* 8259 interrupt controllers */
#define PIC_COMMAND 0x20
#define PIC_DATA 0x21
#define PIC2_COMMAND 0xa0
#define PIC2_DATA 0xa1
#define END_OF_INTERRUPT 0x20
#define FIRST_VECTOR 32 /* the processor owns the vectors before */

/* 8254 interval timer */
#define TIMER_COUNT 0x40
#define TIMER_COMMAND 0x43
#define ONE_SHOT 0x30 /* counter 0, two bytes, an interrupt when it reaches zero */
#define COUNTS_PER_SECOND 1193182
#define COUNTS_MAX 0xffff

/* isa-debug-exit: qemu ends with (value << 1) | 1, and 83 is what Solo5's images end with */
#define EXIT_PORT 0x501
#define EXIT_VALUE 41

const char target_name[] = "virtio";

static volatile bool timer_fired;

static void serial_start(void);
static void timer_start(void);
static const char *after_first_word(const char *words);
static void out8(uint16_t port, uint8_t value);
static uint8_t in8(uint16_t port);

__attribute__((interrupt)) static void timer_interrupt(struct interrupt_frame *at)
{
    (void)at;
    timer_fired = true;
    out8(PIC_COMMAND, END_OF_INTERRUPT);
}

_Noreturn void start(const struct multiboot_info *info)
{
    bool has_words = (info->flags & HAS_WORDS) != 0;

    serial_start();
    traps_install();
    timer_start();
    hello(has_words ? after_first_word((const char *)(uintptr_t)info->words) : "");
}

void target_write(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        while (!(in8(SERIAL_STATUS) & TRANSMITTER_EMPTY))
            ;
        out8(SERIAL_DATA, (uint8_t)bytes[i]);
    }
}

/* The counter has 16 bits, 55 ms; a longer sleep is several. */
void target_sleep(uint64_t milliseconds)
{
    uint64_t counts = milliseconds * COUNTS_PER_SECOND / 1000;

    while (counts > 0) {
        uint64_t part = counts < COUNTS_MAX ? counts : COUNTS_MAX;

        timer_fired = false;
        out8(TIMER_COUNT, (uint8_t)part);
        out8(TIMER_COUNT, (uint8_t)(part >> 8));
        /* Interrupts are open only during hlt: none can slip in between the test and the halt. */
        while (!timer_fired)
            __asm__ volatile("sti; hlt; cli" : : : "memory");
        counts -= part;
    }
}

_Noreturn void target_hang(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

/* Without an isa-debug-exit device nothing is at the port, and we halt. */
_Noreturn void target_exit(int status)
{
    (void)status;
    __asm__ volatile("outw %0, %1" : : "a"((uint16_t)EXIT_VALUE), "d"((uint16_t)EXIT_PORT));
    target_hang();
}

/* 115200 baud, eight bits, no interrupts. */
static void serial_start(void)
{
    out8(SERIAL_INTERRUPTS, 0);
    out8(SERIAL_FORMAT, DIVISOR_LATCH);
    out8(SERIAL_DATA, 1);
    out8(SERIAL_INTERRUPTS, 0);
    out8(SERIAL_FORMAT, EIGHT_BITS);
}

/* The controllers' four initialisation words, then masks that let only the timer through. */
static void timer_start(void)
{
    interrupt_install(FIRST_VECTOR, timer_interrupt);
    out8(TIMER_COMMAND, ONE_SHOT);
    out8(PIC_COMMAND, 0x11);
    out8(PIC2_COMMAND, 0x11);
    out8(PIC_DATA, FIRST_VECTOR);
    out8(PIC2_DATA, FIRST_VECTOR + 8);
    out8(PIC_DATA, 1 << 2); /* the second controller is at the first one's input 2 */
    out8(PIC2_DATA, 2);
    out8(PIC_DATA, 1);
    out8(PIC2_DATA, 1);
    out8(PIC_DATA, 0xff & ~1);
    out8(PIC2_DATA, 0xff);
}

/* The loader puts the image's path in front of the command line. */
static const char *after_first_word(const char *words)
{
    while (*words && *words != ' ')
        words++;
    return words;
}

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"(port));
}

static uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port));
    return value;
}
