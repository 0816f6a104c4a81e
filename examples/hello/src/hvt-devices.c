/*
 * The hvt target with devices: hypercalls for each. Of the ring of frames, which a tender offers in
 * memory, nothing is used.
 */
#include "devices.h"

#include "hvt.c"

enum {
    HYPERCALL_WALLTIME = 1,
    HYPERCALL_BLOCK_WRITE = 4,
    HYPERCALL_BLOCK_READ,
    HYPERCALL_NET_WRITE,
    HYPERCALL_NET_READ,
};

struct walltime {
    uint64_t nanoseconds; /* out */
};

struct block_transfer {
    uint64_t handle, offset;
    const void *bytes;
    size_t length;
    int result; /* out, 0 when it is done */
};

struct net_transfer {
    uint64_t handle;
    const void *bytes;
    size_t length; /* of a read: in the room there is, out the frame's */
    int result;    /* out, 0 when it is done */
};

static bool transfer_sector(uint16_t hypercall_number, const uint8_t *sector);
static size_t try_frame_read(uint8_t *frame);
static void wait(uint64_t nanoseconds);
static uint64_t now(void);

bool target_sector_read(uint8_t *sector)
{
    return transfer_sector(HYPERCALL_BLOCK_READ, sector);
}

bool target_sector_write(const uint8_t *sector)
{
    return transfer_sector(HYPERCALL_BLOCK_WRITE, sector);
}

static bool transfer_sector(uint16_t hypercall_number, const uint8_t *sector)
{
    volatile struct block_transfer transfer = {
        .handle = STORAGE,
        .bytes = sector,
        .length = manifest->entry[STORAGE].sector_bytes,
    };

    hypercall(hypercall_number, (const void *)&transfer);
    return transfer.result == 0;
}

size_t target_frame_read(uint8_t *frame)
{
    for (;;) {
        size_t length = try_frame_read(frame);

        if (length > 0)
            return length;
        wait(3600000000000);
    }
}

/* Returns 0 when none is there. */
static size_t try_frame_read(uint8_t *frame)
{
    volatile struct net_transfer transfer = {
        .handle = SERVICE,
        .bytes = frame,
        .length = FRAME_BYTES_MAX,
    };

    hypercall(HYPERCALL_NET_READ, (const void *)&transfer);
    return transfer.result == 0 ? transfer.length : 0;
}

void target_frame_write(const uint8_t *frame, size_t length)
{
    volatile struct net_transfer transfer = {.handle = SERVICE, .bytes = frame, .length = length};

    hypercall(HYPERCALL_NET_WRITE, (const void *)&transfer);
}

/* Frames that come meanwhile are nobody's: unread, they would not let us sleep. */
void target_sleep(uint64_t milliseconds)
{
    static uint8_t frame[FRAME_BYTES_MAX];
    uint64_t end = now() + milliseconds * 1000000;

    for (uint64_t at = now(); at < end; at = now()) {
        wait(end - at);
        while (try_frame_read(frame) > 0)
            ;
    }
}

/* Until a frame comes, or the time is over. */
static void wait(uint64_t nanoseconds)
{
    volatile struct poll poll = {.timeout_nanoseconds = nanoseconds};

    hypercall(HYPERCALL_POLL, (const void *)&poll);
}

static uint64_t now(void)
{
    volatile struct walltime time = {0};

    hypercall(HYPERCALL_WALLTIME, (const void *)&time);
    return time.nanoseconds;
}
