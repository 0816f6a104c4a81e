/* Plays the unikernels of examples/hello: the same words, the same lines, the same endings. Words about
 * devices, which echo knows and hello does not, are in work.c.
 *
 *   lines=N    print "line 1" to "line N"              exit=N     end with status N & 0xff
 *   tick=MS    print "tick 1", ... one every MS ms     abort      end by solo5_abort()
 *   ticks=K    stop ticking after K                    fault      touch address 0
 *   flood      print "flood 1", ... without a pause    hang       print nothing, for ever
 *   name=refuse   end with 64 when a word begins with --name=
 *
 * And what only this program knows:
 *
 *   stubborn   ignore SIGTERM and SIGINT
 *   wait       print nothing behind its arguments before SIGUSR1
 *   rate=N     tick N times a second; whoever was held up catches up
 *   blocked    after ticking print "blocked N of M": microseconds of its longest write(2) that had to
 *              wait for a reader, and of its longest, which may have waited for a processor only
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "stand-in.h"

enum { REFUSED = 64, ABORTED = 255, DIGITS_MAX = 9 };

struct script {
  long lines, tick_ms, rate, exit;
  long ticks; /* below 0: for ever */
  bool abort, fault, flood, hang, named, refuses_name, stubborn, wait, blocked;
  const char *bad; /* the first word that should hold a number and does not */
};

static uint32_t target;
static bool measures;
static long longest_write_us, longest_wait_us;

static long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Who is only put aside for another process does not count here. */
static long waits_until_now(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw;
}

/* One write(2) a line, as a unikernel's console does it. Of a console that is gone spt takes no
 * notice and hvt aborts; the real hvt may even stay behind as a zombie until SIGKILL. */
void say(const char *format, ...) {
  char line[COMMAND_LINE_BYTES + 64];
  va_list values;
  va_start(values, format);
  int bytes = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  line[bytes++] = '\n';
  long began_us = now_us(), waits = measures ? waits_until_now() : 0;
  if (write(STDOUT_FILENO, line, bytes) < 0 && target == HVT) abort();
  long took_us = now_us() - began_us;
  if (took_us > longest_write_us) longest_write_us = took_us;
  if (measures && waits_until_now() > waits && took_us > longest_wait_us) longest_wait_us = took_us;
}

static _Noreturn void end(long status) {
  say("Solo5: solo5_exit(%ld) called", status);
  _exit(status & 0xff);
}

static bool number(struct script *script, const char *word, const char *key, long least,
                   long *value) {
  if (!starts(word, key)) return false;
  const char *digits = word + strlen(key);
  size_t count = strspn(digits, "0123456789");
  bool good = count > 0 && count <= DIGITS_MAX && digits[count] == '\0' && atol(digits) >= least;
  if (good) *value = atol(digits);
  if (!good && script->bad == NULL) script->bad = word;
  return true;
}

static void read_word(struct script *script, const char *word) {
  if (number(script, word, "lines=", 0, &script->lines) ||
      number(script, word, "tick=", 1, &script->tick_ms) ||
      number(script, word, "ticks=", 0, &script->ticks) ||
      number(script, word, "rate=", 1, &script->rate) ||
      number(script, word, "exit=", 0, &script->exit))
    return;
  script->named |= starts(word, "--name=");
  script->refuses_name |= strcmp(word, "name=refuse") == 0;
  script->stubborn |= strcmp(word, "stubborn") == 0;
  script->wait |= strcmp(word, "wait") == 0;
  script->blocked |= strcmp(word, "blocked") == 0;
  script->abort |= strcmp(word, "abort") == 0;
  script->fault |= strcmp(word, "fault") == 0;
  script->flood |= strcmp(word, "flood") == 0;
  script->hang |= strcmp(word, "hang") == 0;
}

static void tick(const struct script *script) {
  for (long n = 1; script->ticks < 0 || n <= script->ticks; n++) {
    struct timespec left = {script->tick_ms / 1000, script->tick_ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) continue;
    say("tick %ld", n);
  }
}

/* By the clock, not by pauses: what a busy machine did late is not late for ever. */
static void tick_at_rate(const struct script *script) {
  long began_us = now_us();
  for (long n = 1; script->ticks < 0 || n <= script->ticks; n++) {
    long due_us = began_us + n * 1000000 / script->rate;
    struct timespec due = {due_us / 1000000, due_us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0) continue;
    say("tick %ld", n);
  }
}

static _Noreturn void fault(void) {
  if (target == SPT) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
  }
  say("Solo5: trap: type=#PF ec=0x2 rip=0x0");
  _exit(ABORTED);
}

_Noreturn void play_guest(uint32_t as, const char *command_line, const struct image *image) {
  char copy[COMMAND_LINE_BYTES], *rest = strcpy(copy, command_line);
  const char *words[COMMAND_LINE_BYTES];
  unsigned count = 0;
  struct script script = {.ticks = -1};
  target = as;
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);

  for (const char *word; (word = strsep(&rest, " ")) != NULL;)
    if (*word != '\0') words[count++] = word;
  for (unsigned i = 0; i < count; i++) read_word(&script, words[i]);
  if (script.stubborn) {
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
  }
  measures = script.blocked;
  if (script.wait) sigprocmask(SIG_BLOCK, &usr1, NULL);

  say("hello from %s", target == HVT ? "hvt" : "spt");
  for (unsigned i = 0; i < count; i++) say("argument: %s", words[i]);
  if (script.bad != NULL) {
    say("bad argument: %s", script.bad);
    end(REFUSED);
  }
  if (script.named && script.refuses_name) {
    say("name refused");
    end(REFUSED);
  }
  for (int signal; script.wait && sigwait(&usr1, &signal) != 0;) continue;
  for (long n = 1; n <= script.lines; n++) say("line %ld", n);
  for (unsigned i = 0; i < count; i++) work(image, words[i]);
  if (script.tick_ms > 0) tick(&script);
  if (script.rate > 0) tick_at_rate(&script);
  if (script.blocked) say("blocked %ld of %ld", longest_wait_us, longest_write_us);
  for (unsigned long n = 1; script.flood; n++) say("flood %lu", n);
  while (script.hang) pause();
  if (script.fault) fault();
  if (script.abort) {
    say("Solo5: solo5_abort() called");
    _exit(ABORTED);
  }
  end(script.exit);
}
