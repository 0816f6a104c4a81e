/*
 * subscriber COUNT : has so many connections to a console of the original, from descriptor 3 on, on each of which
 * was asked for what one unikernel prints. Answers as receipts.h has it.
 *
 *   stream  = *(length content)           ; of content, 4 bytes, big endian
 *   content = <all else> 0x0C length line ; a SEQUENCE, whose very last part is the line as UTF8String
 *
 * Every line has the same length, which one byte tells: what stands before it need not be looked at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/epoll.h>

#include "receipts.h"

#define FIRST_FD 3
#define CONNECTIONS_MAX 4096
#define MEMORY_BYTES 65536
#define LENGTH_BYTES 4
#define UTF8_STRING 0x0c
/* Without its end. */
#define TEXT_BYTES (LINE_BYTES - 1)
/* What stands for stdin among the connections. */
#define STDIN UINT32_MAX

struct connection {
  int fd;
  size_t held;
  uint8_t *memory;
};

static struct connection connections[CONNECTIONS_MAX];

static void die(const char *what) {
  fprintf(stderr, "subscriber: %s\n", what);
  exit(1);
}

static void take_frame(const uint8_t *content, size_t length, int64_t at_ns) {
  if (length < TEXT_BYTES + 2) die("a frame is no line");
  const uint8_t *line = content + length - TEXT_BYTES;
  if (line[-2] != UTF8_STRING || line[-1] != TEXT_BYTES) die("a frame is no line that was printed");
  received.messages++;
  receive_line(line, TEXT_BYTES, at_ns);
}

/* Returns how much of what is held was taken. */
static size_t take_frames(const struct connection *from, int64_t at_ns) {
  size_t taken = 0;
  while (from->held - taken >= LENGTH_BYTES) {
    const uint8_t *frame = from->memory + taken;
    size_t length = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3];
    if (length > MEMORY_BYTES - LENGTH_BYTES) die("a frame is too long for a line");
    if (from->held - taken < LENGTH_BYTES + length) break;
    take_frame(frame + LENGTH_BYTES, length, at_ns);
    taken += LENGTH_BYTES + length;
  }
  return taken;
}

static void take(struct connection *from) {
  ssize_t length = read(from->fd, from->memory + from->held, MEMORY_BYTES - from->held);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) die("the console hung up");
  from->held += (size_t)length;
  size_t taken = take_frames(from, now_ns());
  from->held -= taken;
  memmove(from->memory, from->memory + taken, from->held);
}

int main(int argc, char **argv) {
  int count = argc == 2 ? atoi(argv[1]) : 0;
  if (count < 1 || count > CONNECTIONS_MAX) die("how many connections?");
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = STDIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
  for (int i = 0; i < count; i++) {
    connections[i] = (struct connection){FIRST_FD + i, 0, malloc(MEMORY_BYTES)};
    event.data.u32 = (uint32_t)i;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, FIRST_FD + i, &event) < 0) die(strerror(errno));
  }
  printf("{}\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.u32 == STDIN) answer();
      else take(&connections[events[i].data.u32]);
    }
  }
}
