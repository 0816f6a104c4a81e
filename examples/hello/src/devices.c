#include "devices.h"

#include "options.h"
#include "target.h"

#define TEXT_MAX 64
#define ADDRESS_BYTES 6
#define HEADER_BYTES 14 /* two addresses and a type */

static uint8_t sector[SECTOR_BYTES_MAX];
static uint8_t frame[FRAME_BYTES_MAX];

static bool starts_with(struct word word, const char *text, struct word *rest);
static void say_sector(struct line *line, const char *before);
static void write_text(struct word text);
static void echo(struct line *line, uint64_t count);
static uint64_t number_in(struct word digits);

void devices_work(struct line *line, const char *words)
{
    while (*words) {
        struct word word = {words, 0}, rest;

        while (word.start[word.length] && word.start[word.length] != ' ')
            word.length++;
        words += word.length;
        while (*words == ' ')
            words++;
        if (starts_with(word, "block-read", &rest)) {
            say_sector(line, "block storage: \"");
        } else if (starts_with(word, "block-write=", &rest)) {
            say_sector(line, "block storage: was \"");
            write_text(rest);
        } else if (starts_with(word, "net-echo=", &rest)) {
            echo(line, number_in(rest));
        } else if (starts_with(word, "net-echo", &rest)) {
            echo(line, FOR_EVER);
        }
    }
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

/* A sector holds a text up to the first byte that cannot be printed. */
static void say_sector(struct line *line, const char *before)
{
    size_t length = 0;

    line_begin(line, before);
    if (!target_sector_read(sector))
        target_exit(255);
    while (length < TEXT_MAX && sector[length] >= ' ' && sector[length] <= '~')
        length++;
    line_bytes(line, (const char *)sector, length);
    line_text(line, "\"");
    line_end(line);
}

static void write_text(struct word text)
{
    for (size_t i = 0; i < SECTOR_BYTES_MAX; i++)
        sector[i] = i < text.length && i < TEXT_MAX ? (uint8_t)text.start[i] : 0;
    if (!target_sector_write(sector))
        target_exit(255);
}

/* Addresses swapped, all else as it came. */
static void echo(struct line *line, uint64_t count)
{
    for (uint64_t echoed = 0; echoed < count;) {
        size_t length = target_frame_read(frame);

        if (length < HEADER_BYTES)
            continue;
        for (size_t i = 0; i < ADDRESS_BYTES; i++) {
            uint8_t sender = frame[ADDRESS_BYTES + i];

            frame[ADDRESS_BYTES + i] = frame[i];
            frame[i] = sender;
        }
        target_frame_write(frame, length);
        line_begin(line, "net service: ");
        line_number(line, length, 10);
        line_text(line, " bytes");
        line_end(line);
        echoed++;
    }
}

static uint64_t number_in(struct word digits)
{
    uint64_t value = 0;

    for (size_t i = 0; i < digits.length && digits.start[i] >= '0' && digits.start[i] <= '9'; i++)
        value = value * 10 + (uint64_t)(digits.start[i] - '0');
    return value;
}
