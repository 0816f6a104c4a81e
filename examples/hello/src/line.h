/* One console line, gathered so that it leaves in one write. */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

/* A line longer than this leaves in pieces; nothing is lost. */
#define LINE_BYTES 512

struct line {
    size_t length;
    char bytes[LINE_BYTES];
};

void line_begin(struct line *line, const char *text);
void line_text(struct line *line, const char *text);
void line_bytes(struct line *line, const char *bytes, size_t length);
void line_number(struct line *line, uint64_t number, unsigned base);
void line_end(struct line *line);

#endif
