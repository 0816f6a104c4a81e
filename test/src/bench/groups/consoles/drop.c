/*
 * drop look|count FIFO… : reads fifos and drops what it reads; with `look` it looks first when each line was
 * written, with `count` it counts bytes only. Answers as receipts.h has it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/epoll.h>

#include "receipts.h"

#define READ_BYTES 65536
/* What stands for stdin among the fifos. */
#define STDIN UINT32_MAX

static uint8_t memory[READ_BYTES];

/* Of lines that are written one by one, all of each comes with one read. */
static void look(const uint8_t *at, const uint8_t *end, int64_t at_ns) {
  for (const uint8_t *lf; at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL; at = lf + 1)
    receive_line(at, (size_t)(lf - at), at_ns);
}

static void take(int fd, int is_looking) {
  ssize_t length = read(fd, memory, READ_BYTES);
  if (length <= 0) return;
  received.messages++;
  if (is_looking) {
    look(memory, memory + length, now_ns());
    return;
  }
  received.bytes += length;
  received.lines = received.bytes / LINE_BYTES;
}

int main(int argc, char **argv) {
  int is_looking = argc > 1 && strcmp(argv[1], "look") == 0;
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = STDIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
  int fds[4096];
  for (int i = 2; i < argc && i < 4096; i++) {
    fds[i] = open(argv[i], O_RDONLY | O_NONBLOCK);
    event.data.u32 = (uint32_t)i;
    if (fds[i] < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event) < 0) {
      perror(argv[i]);
      return 1;
    }
  }
  printf("{}\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.u32 == STDIN) answer();
      else take(fds[events[i].data.u32], is_looking);
    }
  }
}
