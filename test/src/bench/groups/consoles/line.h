/*
 * A line, which says which of its fifo it is and when it was written:
 *
 *   line = 12DIGIT SP 19DIGIT SP *"." LF      ; number from 1, nanoseconds of CLOCK_MONOTONIC
 */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>
#include <time.h>

#define LINE_BYTES 100
#define NUMBER_DIGITS 12
#define TIME_DIGITS 19
/* Where the time stands. */
#define TIME_AT (NUMBER_DIGITS + 1)

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t digits_in(const uint8_t *text, int count) {
  int64_t value = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

static inline void put_digits(uint8_t *text, int count, int64_t value) {
  for (int i = count - 1; i >= 0; i--, value /= 10) text[i] = (uint8_t)('0' + value % 10);
}

#endif
