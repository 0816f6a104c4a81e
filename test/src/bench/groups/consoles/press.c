/*
 * press FIFO… : stands for keepers and tenders. Holds the fifos, and prints when it is told to:
 *
 *   print LINES RATE LF     LINES into each; RATE is lines a second over all of them, one write each, or 0:
 *                           as fast as they are taken, many with one write, because a system call for each
 *                           line would take more time than what is measured
 *
 * Answers when all fifos were read empty: {"beganNs":…,"emptyNs":…}
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "line.h"

#define FIFOS_MAX 4096
#define PRINT_SECONDS_MAX 120
#define STAGED_LINES 320
#define STAGED_BYTES (STAGED_LINES * LINE_BYTES)

struct fifo {
  int fd;
  int64_t printed, wanted;
  /* What of `staged` is not written yet. */
  size_t from, to;
  uint8_t *staged;
};

static struct fifo fifos[FIFOS_MAX];
static int count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void put_line(uint8_t *line, int64_t number, int64_t at_ns) {
  put_digits(line, NUMBER_DIGITS, number);
  put_digits(line + TIME_AT, TIME_DIGITS, at_ns);
}

static void stage(struct fifo *fifo) {
  int64_t at_ns = now_ns();
  fifo->from = fifo->to = 0;
  while (fifo->to < STAGED_BYTES && fifo->printed < fifo->wanted) {
    put_line(fifo->staged + fifo->to, ++fifo->printed, at_ns);
    fifo->to += LINE_BYTES;
  }
}

/* False when there is no room, or nothing left. */
static int push(struct fifo *fifo) {
  if (fifo->from == fifo->to) stage(fifo);
  if (fifo->from == fifo->to) return 0;
  ssize_t written = write(fifo->fd, fifo->staged + fifo->from, fifo->to - fifo->from);
  if (written < 0 && errno != EAGAIN) die("write");
  if (written > 0) fifo->from += (size_t)written;
  return written > 0;
}

static int is_done(const struct fifo *fifo) {
  return fifo->from == fifo->to && fifo->printed == fifo->wanted;
}

static void print_fast(void) {
  int epoll = epoll_create1(0), open = count;
  for (int i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fifos[i].fd, &event) < 0) die("epoll_ctl");
  }
  while (open > 0) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      struct fifo *fifo = &fifos[events[i].data.u32];
      push(fifo);
      if (!is_done(fifo)) continue;
      epoll_ctl(epoll, EPOLL_CTL_DEL, fifo->fd, NULL);
      open--;
    }
  }
  close(epoll);
}

/* A line at a time, into one after the other. */
static void print_paced(int64_t rate) {
  int64_t total = 0, began_ns = now_ns();
  for (int i = 0; i < count; i++) total += fifos[i].wanted - fifos[i].printed;
  for (int64_t n = 0; n < total; n++) {
    int64_t due_ns = began_ns + n * 1000000000 / rate;
    struct timespec due = {due_ns / 1000000000, due_ns % 1000000000};
    if (now_ns() < due_ns) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    struct fifo *fifo = &fifos[n % count];
    put_line(fifo->staged, ++fifo->printed, now_ns());
    while (write(fifo->fd, fifo->staged, LINE_BYTES) < 0) {
      if (errno != EAGAIN) die("write");
      struct pollfd room = {fifo->fd, POLLOUT, 0};
      poll(&room, 1, 100);
    }
  }
}

static void await_empty(void) {
  for (int i = 0; i < count; i++) {
    int waiting;
    while (ioctl(fifos[i].fd, FIONREAD, &waiting) == 0 && waiting > 0) usleep(100);
  }
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc && count < FIFOS_MAX; i++) {
    struct fifo *fifo = &fifos[count++];
    fifo->fd = open(argv[i], O_RDWR | O_NONBLOCK);
    if (fifo->fd < 0) die(argv[i]);
    fifo->staged = malloc(STAGED_BYTES);
    memset(fifo->staged, '.', STAGED_BYTES);
    for (size_t at = 0; at < STAGED_BYTES; at += LINE_BYTES) {
      fifo->staged[at + NUMBER_DIGITS] = fifo->staged[at + TIME_AT + TIME_DIGITS] = ' ';
      fifo->staged[at + LINE_BYTES - 1] = '\n';
    }
  }
  printf("{}\n");
  fflush(stdout);
  int64_t lines, rate;
  while (scanf(" print %" SCNd64 " %" SCNd64, &lines, &rate) == 2) {
    for (int i = 0; i < count; i++) fifos[i].wanted += lines;
    int64_t began_ns = now_ns();
    /* Nobody reads the fifos any more: as we hold them open, nothing else would tell us. */
    alarm(PRINT_SECONDS_MAX);
    if (rate > 0) print_paced(rate);
    else print_fast();
    await_empty();
    alarm(0);
    printf("{\"beganNs\":%" PRId64 ",\"emptyNs\":%" PRId64 "}\n", began_ns, now_ns());
    fflush(stdout);
  }
  return 0;
}
