/*
 * bare-tender BRIDGE TAP TENDER WORD...
 *
 * Starts a tender with nothing around it, as often as it is told, and says how long that took. With a BRIDGE,
 * which may be empty for none, each start first makes the interface TAP and puts it there; only one tender
 * at a time then. One answer for each line of stdin, in nanoseconds:
 *
 *   many N   N tenders at once, until each has written its first byte
 *   end      SIGTERM to all, until each was waited for
 *
 * Its own end, or that of stdin, ends them all.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TENDERS_MAX 1024

extern char **environ;

static struct {
    pid_t pid;
    int out;
} tenders[TENDERS_MAX];
static int count;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void set_tap(const char *tap, int is_kept)
{
    struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    strncpy(request.ifr_name, tap, IFNAMSIZ - 1);
    int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0) fail("/dev/net/tun");
    if (ioctl(tun, TUNSETPERSIST, is_kept) < 0) fail("TUNSETPERSIST");
    close(tun);
}

static void make_tap(const char *bridge, const char *tap)
{
    static int control = -1;
    set_tap(tap, 1);
    if (control < 0) control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq attach = { .ifr_ifindex = if_nametoindex(tap) };
    strncpy(attach.ifr_name, bridge, IFNAMSIZ - 1);
    if (ioctl(control, SIOCBRADDIF, &attach) < 0) fail(bridge);
    struct ifreq up = { .ifr_flags = IFF_UP };
    strncpy(up.ifr_name, tap, IFNAMSIZ - 1);
    if (ioctl(control, SIOCSIFFLAGS, &up) < 0) fail(tap);
}

static void start(char **command)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t interrupt;
    if (count == TENDERS_MAX || pipe2(ends, O_CLOEXEC) < 0) fail("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawnattr_init(&attributes);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    posix_spawnattr_setsigdefault(&attributes, &interrupt);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    if (posix_spawn(&tenders[count].pid, command[0], &actions, &attributes, command, environ) != 0)
        fail(command[0]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    tenders[count++].out = ends[0];
}

/* What it writes later stays in its pipe. */
static void await_first_bytes(void)
{
    struct pollfd waiting[TENDERS_MAX];
    char byte;
    for (int i = 0; i < count; i++) waiting[i] = (struct pollfd){ tenders[i].out, POLLIN, 0 };
    for (int left = count; left > 0;) {
        if (poll(waiting, count, 10000) <= 0) fail("a tender is silent");
        for (int i = 0; i < count; i++) {
            if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
            if (read(waiting[i].fd, &byte, 1) != 1) fail("a tender ended");
            waiting[i].fd = -1;
            left--;
        }
    }
}

static void end(int signal)
{
    for (int i = 0; i < count; i++) kill(tenders[i].pid, signal);
    for (int i = 0; i < count; i++) waitpid(tenders[i].pid, NULL, 0);
}

static void forget(const char *tap)
{
    for (; count > 0; count--) close(tenders[count - 1].out);
    if (*tap != '\0') set_tap(tap, 0);
}

static char *bridge, *tap;

static void end_all(void)
{
    if (count > 0) end(SIGKILL);
    if (if_nametoindex(tap) != 0) set_tap(tap, 0);
}

int main(int argc, char **argv)
{
    char line[64];
    int wanted;
    if (argc < 4) return 2;
    bridge = argv[1], tap = *bridge == '\0' ? "" : argv[2];
    atexit(end_all);
    /* A terminal gives it to all; ours comes as the end of stdin, and leaves no tap behind. */
    signal(SIGINT, SIG_IGN);
    setlinebuf(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        long long from = now();
        if (sscanf(line, "many %d", &wanted) == 1) {
            if (*bridge != '\0') make_tap(bridge, tap);
            while (wanted-- > 0) start(argv + 3);
            await_first_bytes();
            printf("%lld\n", now() - from);
        } else {
            end(SIGTERM);
            long long took = now() - from;
            forget(tap);
            printf("%lld\n", took);
        }
    }
    return 0;
}
