/* The stand-in tender: tender.c reads the command line, image.c the image's notes, devices.c
 * attaches taps and block files, guest.c plays the unikernel, work.c what it does with devices. */
#ifndef STAND_IN_H
#define STAND_IN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { HVT = 1, SPT = 2 };
enum { BLOCK_BASIC = 1, NET_BASIC = 2, RESERVED_FIRST = 0x40000000 };
enum { DEVICES_MAX = 64, NAME_BYTES = 68, COMMAND_LINE_BYTES = 8192 };

struct device {
  char name[NAME_BYTES];
  uint32_t type;
  bool attached;
  uint16_t sector_bytes; /* of a block device; 0 until an option or the default sets it */
  off_t size_bytes;
  int fd; /* its tap or file, once attached */
};

struct image {
  uint64_t entry;
  unsigned devices;
  struct device device[DEVICES_MAX];
};

/* What does not return a bool ends the process with a message and status 1 on failure, like the
 * real tenders. A failed option has already said why, and the caller adds "Invalid option". */
struct image read_image(int fd, const char *path, uint32_t target);
bool attach(const char *option, struct image *image);
void check_devices(const struct image *image);
_Noreturn void play_guest(uint32_t target, const char *command_line, const struct image *image);
/* Does what a word says that is about devices. */
void work(const struct image *image, const char *word);
/* Prints a line of the guest's. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline bool starts(const char *word, const char *prefix) {
  while (*prefix != '\0')
    if (*word++ != *prefix++) return false;
  return true;
}

#endif
