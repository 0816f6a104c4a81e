// read-loop COUNT: reads what services/stats reads in one sweep, as the same system calls at the least, and looks
// at nothing of it: what nobody could sample in less.
//
//   input  = COUNT (pid SP tap LF)  *(turn LF)         ; turn: which sixth is read whole
//   output = *(wallNs SP cpuNs SP bytes LF)            ; of the sweep of each turn
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SWEEPS_PER_WHOLE 6

#define FILES_OF_REST 5

struct process {
  int pid;
  int stat;
  int rest[FILES_OF_REST];
  char tap[16];
};

static char buffer[65536];

static long long nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int open_or_die(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    perror(path);
    exit(1);
  }
  return fd;
}

static long read_once(int fd) {
  long bytes = pread(fd, buffer, sizeof buffer, 0);
  if (bytes <= 0) {
    perror("pread");
    exit(1);
  }
  return bytes;
}

// The kernel hands a table over in pieces.
static long read_table(int fd) {
  long all = 0, bytes;
  while ((bytes = pread(fd, buffer, sizeof buffer, all)) > 0) all += bytes;
  return all;
}

static void open_all(struct process *process) {
  static const char *const of_process[] = {"stat", "status", "io"};
  static const char *const of_tap[] = {"mtu", "flags", "operstate"};
  char path[128];
  for (int n = 0; n < 3; n++) {
    snprintf(path, sizeof path, "/proc/%d/%s", process->pid, of_process[n]);
    *(n == 0 ? &process->stat : &process->rest[n - 1]) = open_or_die(path);
    snprintf(path, sizeof path, "/sys/class/net/%s/%s", process->tap, of_tap[n]);
    process->rest[n + 2] = open_or_die(path);
  }
}

static long read_rest(const struct process *process) {
  long bytes = 0;
  for (int n = 0; n < FILES_OF_REST; n++) bytes += read_once(process->rest[n]);
  return bytes;
}

static void list_machines(void) {
  DIR *folder = opendir("/sys/kernel/debug/kvm");
  if (folder == NULL) return;
  while (readdir(folder) != NULL) continue;
  closedir(folder);
}

int main(int argc, char **argv) {
  int count = argc == 2 ? atoi(argv[1]) : 0, turn;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct process *all = calloc(count, sizeof *all);
  for (int n = 0; n < count; n++) {
    if (scanf("%d %15s", &all[n].pid, all[n].tap) != 2) return 2;
    open_all(&all[n]);
  }
  int host = open_or_die("/proc/stat"), nets = open_or_die("/proc/net/dev");
  while (scanf("%d", &turn) == 1) {
    long long wall = nanoseconds(CLOCK_MONOTONIC), cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    long bytes = read_table(host) + read_table(nets);
    list_machines();
    for (int n = 0; n < count; n++) {
      // The first process that stats finds is its number one.
      if ((n + 1) % SWEEPS_PER_WHOLE == turn) bytes += read_rest(&all[n]);
      bytes += read_once(all[n].stat);
    }
    wall = nanoseconds(CLOCK_MONOTONIC) - wall;
    cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%lld %lld %ld\n", wall, cpu, bytes);
    fflush(stdout);
  }
  return 0;
}
