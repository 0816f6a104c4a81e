/* What was received, for whoever asks on stdin: "begin" forgets it, "report" tells it as one line of JSON. */
#ifndef RECEIPTS_H
#define RECEIPTS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

/* Of more, the later ones are not timed. */
#define SAMPLES 1000000

static struct {
  int64_t lines, bytes, messages, dropped;
  /* Of all numbers: what was received twice, or something else instead, shows in it. */
  int64_t number_sum;
  int64_t malformed;
  int64_t last_at_ns;
  int64_t samples;
} received;

static uint32_t latency_us[SAMPLES];

/* One line, without its end. */
static inline void receive_line(const uint8_t *line, size_t length, int64_t at_ns) {
  int64_t number = length == LINE_BYTES - 1 ? digits_in(line, NUMBER_DIGITS) : -1;
  int64_t written_ns = number < 0 ? -1 : digits_in(line + TIME_AT, TIME_DIGITS);
  received.bytes += (int64_t)length + 1;
  received.lines++;
  received.last_at_ns = at_ns;
  if (written_ns < 0) {
    received.malformed++;
    return;
  }
  received.number_sum += number;
  if (received.samples < SAMPLES)
    latency_us[received.samples++] = (uint32_t)((at_ns - written_ns) / 1000);
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void report(void) {
  int64_t n = received.samples;
  qsort(latency_us, (size_t)n, sizeof *latency_us, ascending);
  printf("{\"lines\":%" PRId64 ",\"bytes\":%" PRId64 ",\"messages\":%" PRId64
         ",\"dropped\":%" PRId64 ",\"numberSum\":%" PRId64 ",\"malformed\":%" PRId64
         ",\"lastAtNs\":%" PRId64 ",\"samples\":%" PRId64 ",\"medianUs\":%u,\"p99Us\":%u}\n",
         received.lines, received.bytes, received.messages, received.dropped,
         received.number_sum, received.malformed, received.last_at_ns, n,
         n == 0 ? 0 : latency_us[(n + 1) / 2 - 1], n == 0 ? 0 : latency_us[(n * 99 + 99) / 100 - 1]);
  fflush(stdout);
}

/* Called when there is something on stdin. */
static void answer(void) {
  char word[16];
  ssize_t length = read(0, word, sizeof word);
  if (length <= 0) exit(0);
  if (word[0] == 'b') {
    memset(&received, 0, sizeof received);
    printf("{}\n");
    fflush(stdout);
  } else {
    report();
  }
}

#endif
