/* A tender that checks everything and runs nothing.
 *
 * Solo5's tenders cannot be installed from a package, so tests on a machine without them put this
 * program in PATH as `solo5-spt` and `solo5-hvt`. It refuses what the real ones refuse, in the same
 * order, with the same words and exit status; it attaches the taps and opens the block files. Then
 * it plays the guests of examples/hello instead of running the image, whatever the image holds, so
 * it needs neither /dev/kvm nor a sandbox.
 *
 *   solo5-{spt,hvt}[.2] [--mem=MIB] [--net:NAME=TAP] [--net-mac:NAME=MAC] [--block:NAME=PATH]
 *                       [--block-sector-size:NAME=BYTES] [--] KERNEL [ARGS...]
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stand-in.h"

static const size_t DEFAULT_MEMORY_BYTES = 512UL << 20;
static const size_t LARGE_PAGE_BYTES = 2UL << 20;
static const size_t HVT_MEMORY_BYTES_MAX = 4UL << 30;
static const size_t LOWEST_ADDRESS = 1UL << 20;

static const char *prog;
static uint32_t target;

/* Opens with the real ones' first line; the list of options below it is shorter than theirs. */
static _Noreturn void usage(void) {
  fprintf(stderr, "usage: %s [ CORE OPTIONS ] %s[ -- ] KERNEL [ ARGS ]\n", prog,
          target == HVT ? "[ MODULE OPTIONS ] " : "");
  fputs("  --mem=MIB --net:NAME=TAP --net-mac:NAME=MAC --block:NAME=PATH\n"
        "  --block-sector-size:NAME=BYTES --help --version\n", stderr);
  exit(1);
}

static _Noreturn void version(void) {
  fprintf(stderr, "%s tender, version stand-in\nABI version 2\n", prog);
  exit(0);
}

/* A first pass that only looks for the image, since options are checked against its manifest. */
static const char *find_kernel(char **words) {
  for (; *words != NULL && **words == '-'; words++) {
    if (strcmp(*words, "--help") == 0) usage();
    if (strcmp(*words, "--version") == 0) version();
    if (strcmp(*words, "--") == 0) {
      words++;
      break;
    }
  }
  if (*words == NULL) {
    warnx("Missing KERNEL operand");
    usage();
  }
  return *words;
}

static size_t read_memory(const char *option) {
  size_t memory_mib;
  if (sscanf(option, "--mem=%zd", &memory_mib) != 1 || memory_mib << 20 == 0)
    errx(1, "Malformed argument to --mem");
  return memory_mib << 20;
}

static bool take_exec_heap(const char *option) {
  if (target == HVT || !starts(option, "--x-exec-heap")) return false;
  warnx("WARNING: The use of --x-exec-heap is dangerous and not recommended as it makes the heap"
        " and stack executable.");
  return true;
}

/* Returns the words from KERNEL on. */
static char **read_options(char **words, struct image *image, size_t *memory_bytes) {
  while (**words == '-') {
    if (strcmp(*words, "--") == 0) return words + 1;
    bool taken = false;
    if (starts(*words, "--mem=")) {
      *memory_bytes = read_memory(*words++);
      taken = true;
    }
    /* Also tried on the word after a --mem=, as the real ones do: a failure there is said twice. */
    if (take_exec_heap(*words) || attach(*words, image)) {
      words++;
      taken = true;
    }
    if (!taken) {
      warnx("Invalid option: `%s'", *words);
      usage();
    }
  }
  return words;
}

static size_t hvt_memory(size_t memory_bytes) {
  size_t whole = memory_bytes / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES;
  if (whole == 0) whole = LARGE_PAGE_BYTES;
  if (whole != memory_bytes) warnx("adjusting memory to %zu bytes", whole);
  if (whole > HVT_MEMORY_BYTES_MAX)
    errx(1, "guest memory size %zu bytes exceeds the max size %zu bytes", whole,
         HVT_MEMORY_BYTES_MAX);
  return whole;
}

/* The guest's memory is mapped and never touched, so that limits on it show as they would. */
static void reserve_memory(size_t memory_bytes, uint64_t entry, const char *path) {
  if (target == HVT) memory_bytes = hvt_memory(memory_bytes);
  if (memory_bytes > PTRDIFF_MAX) abort(); /* a negative --mem trips an assertion in spt */
  int flags = MAP_ANONYMOUS | (target == HVT ? MAP_SHARED : MAP_PRIVATE);
  if (mmap(NULL, memory_bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED)
    err(1, "Error allocating guest memory");
  if (entry < LOWEST_ADDRESS || entry >= memory_bytes)
    errx(1, "%s: invalid executable: e_entry does not fall within the memory allocation range"
            " (%lu < %lu || %lu >= %lu)", path, entry, LOWEST_ADDRESS, entry, memory_bytes);
}

static void join(char *line, char **words) {
  size_t used = 0;
  for (line[0] = '\0'; *words != NULL; words++) {
    used += snprintf(line + used, COMMAND_LINE_BYTES - used, "%s%s", *words,
                     words[1] == NULL ? "" : " ");
    if (used >= COMMAND_LINE_BYTES)
      errx(1, "Guest command line too long (max=%d characters)", COMMAND_LINE_BYTES - 1);
  }
}

static void exit_on_signal(int signal) {
  dprintf(STDERR_FILENO, "%s: Exiting on signal %d\n", prog, signal);
  _exit(1);
}

int main(int argc, char **argv) {
  prog = program_invocation_short_name;
  if (argc < 1 || !(starts(prog, "solo5-hvt") || starts(prog, "solo5-spt")))
    errx(1, "call this program solo5-spt or solo5-hvt");
  target = starts(prog, "solo5-hvt") ? HVT : SPT;

  const char *path = find_kernel(argv + 1);
  int fd = open(path, O_RDONLY);
  if (fd < 0) err(1, "%s: Could not open", path);
  struct image image = read_image(fd, path, target);

  size_t memory_bytes = DEFAULT_MEMORY_BYTES;
  char **kernel = read_options(argv + 1, &image, &memory_bytes);
  if (target == HVT) {
    signal(SIGTERM, exit_on_signal);
    signal(SIGINT, exit_on_signal);
  }
  reserve_memory(memory_bytes, image.entry, path);
  close(fd);
  check_devices(&image);

  char command_line[COMMAND_LINE_BYTES];
  join(command_line, kernel + 1);
  play_guest(target, command_line, &image);
}
