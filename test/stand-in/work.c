/* What the unikernel echo does with its devices, word by word in the order given; the stand-in does it
 * with all that there are, by their names.
 *
 *   block-read         print what the first sector holds:  block storage: "TEXT"
 *   block-write=TEXT   print what it held, and write TEXT: block storage: was "OLD"
 *   net-echo           send every frame back to where it came from, for ever: net service: N bytes
 *   net-echo=K         stop after K frames
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stand-in.h"

enum { SECTOR_BYTES_MAX = 32768, TEXT_MAX = 64, FRAME_BYTES_MAX = 2048, HEADER_BYTES = 14 };

static size_t sector_bytes(const struct device *device) {
  return device->sector_bytes == 0 ? 512 : device->sector_bytes;
}

/* A sector holds a text up to the first byte that cannot be printed. */
static void read_text(const struct device *device, char text[TEXT_MAX + 1]) {
  char sector[SECTOR_BYTES_MAX];
  size_t bytes = sector_bytes(device), length = 0;
  if (pread(device->fd, sector, bytes, 0) != (ssize_t)bytes) abort();
  while (length < TEXT_MAX && sector[length] >= ' ' && sector[length] <= '~') length++;
  memcpy(text, sector, length);
  text[length] = '\0';
}

static void write_text(const struct device *device, const char *text) {
  char sector[SECTOR_BYTES_MAX] = {0};
  size_t bytes = sector_bytes(device);
  memcpy(sector, text, strnlen(text, TEXT_MAX));
  if (pwrite(device->fd, sector, bytes, 0) != (ssize_t)bytes) abort();
}

static void work_with_block(const struct device *device, const char *written) {
  char text[TEXT_MAX + 1];
  read_text(device, text);
  say(written == NULL ? "block %s: \"%s\"" : "block %s: was \"%s\"", device->name, text);
  if (written != NULL) write_text(device, written);
}

/* Addresses swapped, all else as it came. */
static bool echo_frame(const struct device *device) {
  uint8_t frame[FRAME_BYTES_MAX], sender[6];
  ssize_t bytes = read(device->fd, frame, sizeof frame);
  if (bytes < HEADER_BYTES) return false;
  memcpy(sender, frame + 6, 6);
  memcpy(frame + 6, frame, 6);
  memcpy(frame, sender, 6);
  if (write(device->fd, frame, bytes) != bytes) return false;
  say("net %s: %zd bytes", device->name, bytes);
  return true;
}

static void echo_frames(const struct image *image, long count) {
  struct pollfd waiting[DEVICES_MAX];
  const struct device *nets[DEVICES_MAX];
  unsigned amount = 0;
  for (unsigned i = 0; i < image->devices; i++) {
    if (image->device[i].type != NET_BASIC) continue;
    nets[amount] = &image->device[i];
    waiting[amount++] = (struct pollfd){.fd = image->device[i].fd, .events = POLLIN};
  }
  for (long echoed = 0; count < 0 || echoed < count;) {
    if (poll(waiting, amount, -1) < 0) continue;
    for (unsigned i = 0; i < amount && (count < 0 || echoed < count); i++)
      if (waiting[i].revents != 0 && echo_frame(nets[i])) echoed++;
  }
}

void work(const struct image *image, const char *word) {
  const char *written = starts(word, "block-write=") ? word + strlen("block-write=") : NULL;
  for (unsigned i = 0; i < image->devices; i++)
    if (image->device[i].type == BLOCK_BASIC && (written != NULL || strcmp(word, "block-read") == 0))
      work_with_block(&image->device[i], written);
  if (strcmp(word, "net-echo") == 0) echo_frames(image, -1);
  if (starts(word, "net-echo=")) echo_frames(image, atol(word + strlen("net-echo=")));
}
