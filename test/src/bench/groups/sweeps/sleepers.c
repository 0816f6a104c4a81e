// sleepers COUNT: so many processes that do nothing, and end with this one. Prints their pids, one a line; ends
// when its input does.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = argc == 2 ? atoi(argv[1]) : 0;
  pid_t self = getpid();
  for (int n = 0; n < count; n++) {
    pid_t pid = fork();
    if (pid < 0) {
      perror("fork");
      return 1;
    }
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      // It may have ended before that.
      while (getppid() == self) pause();
      _exit(0);
    }
    // Not through stdio: a child would have a copy of what is not written yet.
    dprintf(STDOUT_FILENO, "%d\n", pid);
  }
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  return 0;
}
