#include "line.h"

#include "target.h"

static void line_flush(struct line *line);

void line_begin(struct line *line, const char *text)
{
    line->length = 0;
    line_text(line, text);
}

void line_text(struct line *line, const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    line_bytes(line, text, length);
}

void line_bytes(struct line *line, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line->length == LINE_BYTES)
            line_flush(line);
        line->bytes[line->length++] = bytes[i];
    }
}

void line_number(struct line *line, uint64_t number, unsigned base)
{
    char digits[20]; /* 2^64 has 20 digits */
    size_t first = sizeof digits;

    do {
        digits[--first] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    line_bytes(line, &digits[first], sizeof digits - first);
}

void line_end(struct line *line)
{
    line_bytes(line, "\n", 1);
    line_flush(line);
}

static void line_flush(struct line *line)
{
    target_write(line->bytes, line->length);
    line->length = 0;
}
