/* The words hello understands; README.md has the table. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOR_EVER UINT64_MAX

/* A word of the command line: a place in it, not a copy. */
struct word {
    const char *start;
    size_t length;
};

struct options {
    uint64_t lines;
    uint64_t tick_milliseconds; /* 0: no ticks */
    uint64_t ticks;
    uint64_t exit_status;
    bool aborts, faults, floods, hangs;
    bool named, refuses_name;
    struct word bad; /* the first malformed word; its start is NULL when there is none */
};

/* Reads one word into `options`; a word it does not know changes nothing. */
void options_read(struct options *options, struct word word);

#endif
