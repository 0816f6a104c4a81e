/*
 * The spt target with devices: each is a descriptor that the filter lets us read and write, a block
 * device by whole sectors only, and those of networks are in the epoll set.
 */
#include "devices.h"

#include "spt.c"

enum { SYS_READ = 0, SYS_PREAD = 17, SYS_PWRITE = 18 };

#define TIMER_EVENT 0xfffffffe /* all others are entries of the manifest */

static long wait(void);

bool target_sector_read(uint8_t *sector)
{
    long bytes = manifest->entry[STORAGE].sector_bytes;
    int fd = manifest->entry[STORAGE].descriptor;

    return system_call(SYS_PREAD, fd, (long)sector, bytes, 0, 0, 0) == bytes;
}

bool target_sector_write(const uint8_t *sector)
{
    long bytes = manifest->entry[STORAGE].sector_bytes;
    int fd = manifest->entry[STORAGE].descriptor;

    return system_call(SYS_PWRITE, fd, (long)sector, bytes, 0, 0, 0) == bytes;
}

size_t target_frame_read(uint8_t *frame)
{
    for (;;) {
        int fd = manifest->entry[SERVICE].descriptor;
        long bytes = system_call(SYS_READ, fd, (long)frame, FRAME_BYTES_MAX, 0, 0, 0);

        if (bytes > 0)
            return (size_t)bytes;
        wait();
    }
}

void target_frame_write(const uint8_t *frame, size_t length)
{
    int fd = manifest->entry[SERVICE].descriptor;

    system_call(SYS_WRITE, fd, (long)frame, (long)length, 0, 0, 0);
}

/* Frames that come meanwhile are nobody's: unread, they would not let us sleep. */
void target_sleep(uint64_t milliseconds)
{
    static uint8_t frame[FRAME_BYTES_MAX];
    struct timer_value value = {
        .seconds = (int64_t)(milliseconds / 1000),
        .nanoseconds = (int64_t)(milliseconds % 1000) * 1000000,
    };

    system_call(SYS_TIMERFD_SETTIME, timer_fd, 0, (long)&value, 0, 0, 0);
    while (wait() != TIMER_EVENT)
        system_call(SYS_READ, manifest->entry[SERVICE].descriptor, (long)frame, sizeof frame, 0, 0, 0);
}

/* Returns what is ready; one at a time, the kernel takes them in turn. */
static long wait(void)
{
    struct epoll_event event;

    while (system_call(SYS_EPOLL_PWAIT, epoll_fd, (long)&event, 1, -1, 0, SIGNAL_SET_BYTES) != 1)
        ;
    return (long)event.data;
}
