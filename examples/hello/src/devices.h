/* What the unikernel echo is beyond hello: a network device "service" and a block device "storage". */
#ifndef DEVICES_H
#define DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"

/* The manifest in memory, once the tender has filled it in; notes.S has its layout in the file. */
struct manifest {
    uint32_t version, entries;
    struct {
        char name[68];
        uint32_t type;
        uint64_t capacity;    /* of a block device, in bytes */
        uint16_t sector_bytes;
        uint8_t padding[6];
        int descriptor;       /* on spt; frames and sectors go through it */
        int padding_2;
        uint64_t attached;
    } entry[];
};

/* Entries of our manifest; the first is reserved. */
enum { SERVICE = 1, STORAGE = 2 };

#define SECTOR_BYTES_MAX 32768
#define FRAME_BYTES_MAX 2048

/* Does what the words say that are about devices, in their order; README.md lists them. */
void devices_work(struct line *line, const char *words);

/* A whole first sector; the return value tells whether that worked. */
bool target_sector_read(uint8_t *sector);
bool target_sector_write(const uint8_t *sector);

/* Waits for a frame, and returns its length. */
size_t target_frame_read(uint8_t *frame);
void target_frame_write(const uint8_t *frame, size_t length);

#endif
