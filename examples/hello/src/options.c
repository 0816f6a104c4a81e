#include "options.h"

/* Nine digits keep every number, and a tick in nanoseconds, well inside 64 bits. */
#define DIGITS_MAX 9

static bool starts_with(struct word word, const char *text, struct word *rest);
static bool is(struct word word, const char *text);
static bool read_number(struct word digits, uint64_t minimum, uint64_t *number);

void options_read(struct options *options, struct word word)
{
    struct word value;
    bool good = true;

    if (starts_with(word, "lines=", &value))
        good = read_number(value, 0, &options->lines);
    else if (starts_with(word, "tick=", &value))
        good = read_number(value, 1, &options->tick_milliseconds);
    else if (starts_with(word, "ticks=", &value))
        good = read_number(value, 0, &options->ticks);
    else if (starts_with(word, "exit=", &value))
        good = read_number(value, 0, &options->exit_status);
    else if (starts_with(word, "--name=", &value))
        options->named = true;
    else if (is(word, "name=refuse"))
        options->refuses_name = true;
    else if (is(word, "abort"))
        options->aborts = true;
    else if (is(word, "fault"))
        options->faults = true;
    else if (is(word, "flood"))
        options->floods = true;
    else if (is(word, "hang"))
        options->hangs = true;

    if (!good && !options->bad.start)
        options->bad = word;
}

static bool starts_with(struct word word, const char *text, struct word *rest)
{
    size_t length = 0;

    for (; text[length]; length++)
        if (length == word.length || word.start[length] != text[length])
            return false;
    *rest = (struct word){word.start + length, word.length - length};
    return true;
}

static bool is(struct word word, const char *text)
{
    struct word rest;

    return starts_with(word, text, &rest) && rest.length == 0;
}

static bool read_number(struct word digits, uint64_t minimum, uint64_t *number)
{
    uint64_t value = 0;

    if (digits.length == 0 || digits.length > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.start[i] < '0' || digits.start[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(digits.start[i] - '0');
    }
    *number = value;
    return value >= minimum;
}
