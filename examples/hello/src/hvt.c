/*
 * The hvt target: a virtual machine without devices, in 64-bit mode from its first instruction. A
 * hypercall is a 32-bit write to a port, its value the address of the hypercall's structure.
 */
#include "target.h"
#include "traps.h"

/* What the tender passes in the first argument of the entry point; ABI version 2. */
struct boot_info {
    uint64_t memory_bytes;
    uint64_t image_end;
    uint64_t cycles_per_second;
    const char *words;
    const void *manifest;
};

#define HYPERCALL_PORT 0x500

enum { HYPERCALL_PUTS = 2, HYPERCALL_POLL = 3, HYPERCALL_HALT = 8 };

struct puts {
    const char *bytes;
    size_t length;
};

struct poll {
    uint64_t timeout_nanoseconds;
    uint64_t ready_set; /* out */
    int result;         /* out */
};

struct halt {
    const void *cookie; /* where a core dumper finds registers; we give it none */
    int exit_status;
};

const char target_name[] = "hvt";
#ifdef WITH_DEVICES
static const struct manifest *manifest;
#endif

static void hypercall(uint16_t number, const void *structure);

_Noreturn void _start(const struct boot_info *info)
{
    traps_install();
#ifdef WITH_DEVICES
    manifest = info->manifest;
#endif
    hello(info->words);
}

void target_write(const char *bytes, size_t length)
{
    struct puts puts = {bytes, length};

    hypercall(HYPERCALL_PUTS, &puts);
}

#ifndef WITH_DEVICES
void target_sleep(uint64_t milliseconds)
{
    struct poll poll = {.timeout_nanoseconds = milliseconds * 1000000};

    hypercall(HYPERCALL_POLL, &poll);
}
#endif

_Noreturn void target_hang(void)
{
    for (;;)
        target_sleep(3600000);
}

_Noreturn void target_exit(int status)
{
    struct halt halt = {NULL, status};

    for (;;)
        hypercall(HYPERCALL_HALT, &halt);
}

/* The tender gives at most 4 GiB of memory, so an address fits. */
static void hypercall(uint16_t number, const void *structure)
{
    uint32_t address = (uint32_t)(uintptr_t)structure;
    uint16_t port = (uint16_t)(HYPERCALL_PORT + number);

    __asm__ volatile("outl %0, %1" : : "a"(address), "d"(port) : "memory");
}
