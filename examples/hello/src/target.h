/* What each target gives the shared behaviour in hello.c, and what it calls to start it. */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

/* virtio, spt or hvt, as the banner says it. */
extern const char target_name[];

/* Writes to the console, in one hypercall or system call where the target has such a thing. */
void target_write(const char *bytes, size_t length);

/* Sleeps without burning the processor, at most about eleven days. */
void target_sleep(uint64_t milliseconds);

/* Sleeps until the tender ends us. */
_Noreturn void target_hang(void);

/* Ends the guest. On virtio the tender learns only that it ended. */
_Noreturn void target_exit(int status);

/* Lives a whole life; `words` is the command line, words separated by spaces. */
_Noreturn void hello(const char *words);

#endif
