/* What hello does, the same on every target. README.md lists its arguments. */
#include "devices.h"
#include "line.h"
#include "options.h"
#include "target.h"

#define EXIT_BAD_ARGUMENT 64 /* what a MirageOS unikernel answers to arguments it refuses */
#define EXIT_ABORTED 255

static void read_words(struct line *line, struct options *options, const char *words);
static void refuse(struct line *line, const struct options *options);
static void say_number(struct line *line, const char *text, uint64_t number);
static void fault(void);
static _Noreturn void say_abort(struct line *line);
static _Noreturn void say_exit(struct line *line, uint64_t status);

_Noreturn void hello(const char *words)
{
    struct line line;
    struct options options = {.ticks = FOR_EVER};

    line_begin(&line, "hello from ");
    line_text(&line, target_name);
    line_end(&line);
    read_words(&line, &options, words);
    refuse(&line, &options);

    for (uint64_t n = 1; n <= options.lines; n++)
        say_number(&line, "line ", n);
#ifdef WITH_DEVICES
    devices_work(&line, words);
#endif
    if (options.tick_milliseconds > 0)
        for (uint64_t n = 1; n <= options.ticks; n++) {
            target_sleep(options.tick_milliseconds);
            say_number(&line, "tick ", n);
        }
    if (options.floods)
        for (uint64_t n = 1;; n++)
            say_number(&line, "flood ", n);
    if (options.hangs)
        target_hang();
    if (options.faults)
        fault();
    if (options.aborts)
        say_abort(&line);
    say_exit(&line, options.exit_status);
}

static void read_words(struct line *line, struct options *options, const char *words)
{
    while (*words) {
        struct word word = {words, 0};

        while (word.start[word.length] && word.start[word.length] != ' ')
            word.length++;
        words += word.length;
        while (*words == ' ')
            words++;
        if (word.length == 0)
            continue;
        line_begin(line, "argument: ");
        line_bytes(line, word.start, word.length);
        line_end(line);
        options_read(options, word);
    }
}

static void refuse(struct line *line, const struct options *options)
{
    if (options->bad.start) {
        line_begin(line, "bad argument: ");
        line_bytes(line, options->bad.start, options->bad.length);
    } else if (options->named && options->refuses_name) {
        line_begin(line, "name refused");
    } else {
        return;
    }
    line_end(line);
    say_exit(line, EXIT_BAD_ARGUMENT);
}

static void say_number(struct line *line, const char *text, uint64_t number)
{
    line_begin(line, text);
    line_number(line, number, 10);
    line_end(line);
}

/* No target maps the first page. */
static void fault(void)
{
    __asm__ volatile("movb $1, 8");
}

/* The last line is the one Solo5's own bindings end with: on virtio it alone tells the status. */
static _Noreturn void say_abort(struct line *line)
{
    line_begin(line, "Solo5: solo5_abort() called");
    line_end(line);
    target_exit(EXIT_ABORTED);
}

static _Noreturn void say_exit(struct line *line, uint64_t status)
{
    line_begin(line, "Solo5: solo5_exit(");
    line_number(line, status, 10);
    line_text(line, ") called");
    line_end(line);
    target_exit((int)status);
}
