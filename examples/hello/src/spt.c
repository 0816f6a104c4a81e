/*
 * The spt target: a thread of a Linux process behind a seccomp filter. It may write to descriptor
 * 1, wait on the epoll set and set the timer it is given, and end; anything else kills it.
 */
#include "target.h"

/* What the tender passes in the first argument of the entry point; ABI version 2. */
struct boot_info {
    uint64_t memory_bytes;
    uint64_t image_end;
    const char *words;
    const void *manifest;
    int epoll_fd;
    int timer_fd; /* is in the epoll set */
};

/* Linux' struct epoll_event and struct itimerspec. */
struct epoll_event {
    uint32_t events;
    uint64_t data;
} __attribute__((packed));

struct timer_value {
    int64_t interval_seconds, interval_nanoseconds;
    int64_t seconds, nanoseconds;
};

enum { SYS_WRITE = 1, SYS_EXIT_GROUP = 231, SYS_EPOLL_PWAIT = 281, SYS_TIMERFD_SETTIME = 286 };

#define SIGNAL_SET_BYTES 8

const char target_name[] = "spt";

static int epoll_fd, timer_fd;
#ifdef WITH_DEVICES
static const struct manifest *manifest;
#endif

static long system_call(long number, long a, long b, long c, long d, long e, long f);

_Noreturn void _start(const struct boot_info *info)
{
    epoll_fd = info->epoll_fd;
    timer_fd = info->timer_fd;
#ifdef WITH_DEVICES
    manifest = info->manifest;
#endif
    hello(info->words);
}

void target_write(const char *bytes, size_t length)
{
    system_call(SYS_WRITE, 1, (long)bytes, (long)length, 0, 0, 0);
}

#ifndef WITH_DEVICES
/* The timer, not epoll's own timeout: a stopped and continued process gets EINTR and waits on. */
void target_sleep(uint64_t milliseconds)
{
    struct timer_value value = {
        .seconds = (int64_t)(milliseconds / 1000),
        .nanoseconds = (int64_t)(milliseconds % 1000) * 1000000,
    };
    struct epoll_event event;

    system_call(SYS_TIMERFD_SETTIME, timer_fd, 0, (long)&value, 0, 0, 0);
    while (system_call(SYS_EPOLL_PWAIT, epoll_fd, (long)&event, 1, -1, 0, SIGNAL_SET_BYTES) != 1)
        ;
}
#endif

_Noreturn void target_hang(void)
{
    for (;;)
        target_sleep(3600000);
}

_Noreturn void target_exit(int status)
{
    for (;;)
        system_call(SYS_EXIT_GROUP, status, 0, 0, 0, 0, 0);
}

static long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;

    __asm__ volatile("syscall"
                     : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return number;
}
