/*
 * follower : follows the feed of consoles on the connection to nats-server that is its descriptor 3, where
 * everything was said that has to be said. Answers as receipts.h has it.
 *
 *   stream  = *( "MSG" SP subject SP id [SP reply] SP length CRLF payload CRLF / "PING" CRLF / other CRLF )
 *   payload = msgpack of {"name": …, "entries": [{"seq": …, "at": …, "entry": {"kind": …, …}}, …]}
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>

#include "receipts.h"

#define BUS 3
#define MEMORY_BYTES (4 << 20)

static uint8_t memory[MEMORY_BYTES];
static size_t held;

struct cursor {
  const uint8_t *at, *end;
};

static void die(const char *what) {
  fprintf(stderr, "follower: %s\n", what);
  exit(1);
}

static uint64_t big_endian(struct cursor *in, int bytes) {
  uint64_t value = 0;
  if (in->end - in->at < bytes) die("a message ends too early");
  for (int i = 0; i < bytes; i++) value = value << 8 | *in->at++;
  return value;
}

enum kind { OTHER, INTEGER, TEXT, BYTES, ARRAY, MAP };

/* Of text and bytes, `size` of them follow at the cursor; of arrays and maps, so many members. */
struct value {
  enum kind kind;
  uint64_t size;
};

/* msgpack's first byte says what follows, and often its size. */
static struct value next(struct cursor *in) {
  uint8_t head = (uint8_t)big_endian(in, 1);
  if (head <= 0x7f) return (struct value){INTEGER, head};
  if (head <= 0x8f) return (struct value){MAP, head & 0x0f};
  if (head <= 0x9f) return (struct value){ARRAY, head & 0x0f};
  if (head <= 0xbf) return (struct value){TEXT, head & 0x1f};
  switch (head) {
    case 0xc0: case 0xc2: case 0xc3: return (struct value){OTHER, 0};
    case 0xc4: case 0xc5: case 0xc6: return (struct value){BYTES, big_endian(in, 1 << (head - 0xc4))};
    case 0xca: return (struct value){OTHER, big_endian(in, 4)};
    case 0xcb: return (struct value){OTHER, big_endian(in, 8)};
    case 0xcc: case 0xcd: case 0xce: case 0xcf:
      return (struct value){INTEGER, big_endian(in, 1 << (head - 0xcc))};
    case 0xd9: case 0xda: case 0xdb: return (struct value){TEXT, big_endian(in, 1 << (head - 0xd9))};
    case 0xdc: case 0xdd: return (struct value){ARRAY, big_endian(in, 2 << (head - 0xdc))};
    case 0xde: case 0xdf: return (struct value){MAP, big_endian(in, 2 << (head - 0xde))};
    default: die("a message has what no console says");
  }
  return (struct value){OTHER, 0};
}

static const uint8_t *pass(struct cursor *in, uint64_t bytes) {
  const uint8_t *at = in->at;
  if ((uint64_t)(in->end - at) < bytes) die("a message ends too early");
  in->at += bytes;
  return at;
}

static void skip(struct cursor *in) {
  struct value value = next(in);
  uint64_t members = value.kind == ARRAY ? value.size : value.kind == MAP ? 2 * value.size : 0;
  if (value.kind == TEXT || value.kind == BYTES) pass(in, value.size);
  while (members-- > 0) skip(in);
}

static int is_key(struct cursor *in, const char *key) {
  struct cursor ahead = *in;
  struct value value = next(&ahead);
  if (value.kind != TEXT || value.size != strlen(key)) return 0;
  if (memcmp(pass(&ahead, value.size), key, value.size) != 0) return 0;
  *in = ahead;
  return 1;
}

static uint64_t members(struct cursor *in, enum kind kind) {
  struct value value = next(in);
  if (value.kind != kind) die("a message is of another shape");
  return value.size;
}

static void take_content(struct cursor *in, int64_t at_ns) {
  for (uint64_t left = members(in, MAP); left > 0; left--) {
    if (is_key(in, "bytes")) {
      uint64_t length = members(in, BYTES);
      receive_line(pass(in, length), length, at_ns);
    } else if (is_key(in, "lines")) {
      received.dropped += (int64_t)members(in, INTEGER);
    } else {
      skip(in);
      skip(in);
    }
  }
}

static void take_entry(struct cursor *in, int64_t at_ns) {
  for (uint64_t left = members(in, MAP); left > 0; left--) {
    if (is_key(in, "entry")) {
      take_content(in, at_ns);
    } else {
      skip(in);
      skip(in);
    }
  }
}

static void take_message(struct cursor in, int64_t at_ns) {
  received.messages++;
  for (uint64_t left = members(&in, MAP); left > 0; left--) {
    if (is_key(&in, "entries")) {
      for (uint64_t entries = members(&in, ARRAY); entries > 0; entries--) take_entry(&in, at_ns);
    } else {
      skip(&in);
      skip(&in);
    }
  }
}

/* Returns how much of it was taken. */
static size_t take_one(size_t from, int64_t at_ns) {
  uint8_t *line = memory + from;
  uint8_t *lf = memchr(line, '\n', held - from);
  if (lf == NULL) return 0;
  size_t head = (size_t)(lf + 1 - line);
  if (memcmp(line, "MSG ", 4) == 0) {
    uint8_t *digits = lf - 1;
    while (digits[-1] != ' ') digits--;
    size_t length = strtoul((char *)digits, NULL, 10);
    if (held - from < head + length + 2) return 0;
    take_message((struct cursor){lf + 1, lf + 1 + length}, at_ns);
    return head + length + 2;
  }
  if (memcmp(line, "-ERR", 4) == 0) die("the bus hangs up");
  if (memcmp(line, "PING", 4) == 0 && write(BUS, "PONG\r\n", 6) != 6) die("write");
  return head;
}

static void take(void) {
  ssize_t length = read(BUS, memory + held, MEMORY_BYTES - held);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) die("the bus hung up");
  int64_t at_ns = now_ns();
  held += (size_t)length;
  size_t from = 0;
  for (size_t taken; from < held && (taken = take_one(from, at_ns)) > 0;) from += taken;
  memmove(memory, memory + from, held - from);
  held -= from;
}

int main(void) {
  struct pollfd both[] = {{0, POLLIN, 0}, {BUS, POLLIN, 0}};
  printf("{}\n");
  fflush(stdout);
  for (;;) {
    poll(both, 2, -1);
    if (both[1].revents != 0) take();
    if (both[0].revents != 0) answer();
  }
}
