/* Attaches what the options name to what the manifest declares.
 *
 * The sscanf formats are the grammar: a real tender takes what they take (a path ends at white
 * space, text after a number is ignored), and a test must not pass here and fail there.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stand-in.h"

#define NAME "%67[A-Za-z0-9]"

static struct device *find(struct image *image, uint32_t type, const char *name) {
  for (unsigned i = 0; i < image->devices; i++) {
    struct device *device = &image->device[i];
    if (device->type == type && strcmp(device->name, name) == 0) return device;
  }
  warnx("Resource not declared in manifest: '%s'", name);
  return NULL;
}

/* Asked first, because TUNSETIFF would create a tap that is not there. */
static bool is_up(const char *tap) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return false;
  struct ifreq request = {0};
  strcpy(request.ifr_name, tap);
  bool exists = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  close(fd);
  errno = exists ? ENETDOWN : ENOENT;
  return exists && (request.ifr_flags & (IFF_UP | IFF_RUNNING)) != 0;
}

/* @FD is understood and fails even so in 0.12.1, which makes an open FD fail with "Success". */
static bool refuse_descriptor(const char *digits) {
  char *end;
  errno = 0;
  long fd = strtol(digits, &end, 10);
  if (end == digits || *end != '\0')
    errno = EINVAL;
  else
    fcntl(fd, F_SETFL, O_NONBLOCK);
  return false;
}

/* Takes the tap as a real tender does, so that the kernel's rules hold: an owner, and one user at a
 * time. The offloads are left alone: the tap of a device is told of none. */
static bool take_tap(const char *tap, struct device *device) {
  if (tap[0] == '@') return refuse_descriptor(tap + 1);
  if (strlen(tap) >= IFNAMSIZ) {
    errno = ENAMETOOLONG;
    return false;
  }
  if (!is_up(tap)) return false;
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  strcpy(request.ifr_name, tap);
  device->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  return device->fd >= 0 && ioctl(device->fd, TUNSETIFF, &request) == 0;
}

static bool attach_net(const char *option, struct image *image) {
  char name[NAME_BYTES], tap[20];
  if (sscanf(option, "--net:" NAME "=%19s", name, tap) != 2) return false;
  struct device *device = find(image, NET_BASIC, name);
  if (device == NULL) return false;
  if (!take_tap(tap, device)) {
    warnx("Could not attach interface: %s: %s", tap, strerror(errno));
    return false;
  }
  return device->attached = true;
}

static bool check_mac(const char *option, struct image *image) {
  char name[NAME_BYTES];
  uint8_t mac[6];
  int got = sscanf(option, "--net-mac:" NAME "=%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", name, &mac[0],
                   &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]);
  return got == 7 && find(image, NET_BASIC, name) != NULL;
}

static bool attach_block(const char *option, struct image *image) {
  char name[NAME_BYTES], path[PATH_MAX + 1];
  if (sscanf(option, "--block:" NAME "=%4096s", name, path) != 2) return false;
  struct device *device = find(image, BLOCK_BASIC, name);
  if (device == NULL) return false;
  device->fd = open(path, O_RDWR);
  if (device->fd < 0) err(1, "Could not open block device: %s", path);
  device->size_bytes = lseek(device->fd, 0, SEEK_END);
  if (device->size_bytes < 0) err(1, "%s: Could not determine capacity", path);
  return device->attached = true;
}

static bool set_sector_size(const char *option, struct image *image) {
  char name[NAME_BYTES];
  uint16_t bytes;
  if (sscanf(option, "--block-sector-size:" NAME "=%hu", name, &bytes) != 2) return false;
  if (bytes < 512 || (bytes & (bytes - 1)) != 0) {
    warnx("Block size must be a multiple of 2 greater than or equal 512");
    return false;
  }
  struct device *device = find(image, BLOCK_BASIC, name);
  if (device != NULL) device->sector_bytes = bytes;
  return device != NULL;
}

bool attach(const char *option, struct image *image) {
  if (starts(option, "--net:")) return attach_net(option, image);
  if (starts(option, "--net-mac:")) return check_mac(option, image);
  if (starts(option, "--block:")) return attach_block(option, image);
  if (starts(option, "--block-sector-size:")) return set_sector_size(option, image);
  return false;
}

static void check_block(const struct device *device) {
  uint16_t sector_bytes = device->sector_bytes == 0 ? 512 : device->sector_bytes;
  if (device->size_bytes % sector_bytes != 0)
    errx(1, "%s: Backing storage size must be block aligned (%hu bytes)", device->name,
         sector_bytes);
  if (device->size_bytes < sector_bytes)
    errx(1, "%s: Backing storage must be at least 1 block (%hu bytes) in size", device->name,
         sector_bytes);
}

void check_devices(const struct image *image) {
  static const char *const type_name[] = {"<undefined type>", "BLOCK_BASIC", "NET_BASIC"};
  bool missing = false;
  for (unsigned i = 0; i < image->devices; i++)
    if (image->device[i].type == BLOCK_BASIC && image->device[i].attached)
      check_block(&image->device[i]);
  for (unsigned i = 0; i < image->devices; i++) {
    const struct device *device = &image->device[i];
    if (device->type >= RESERVED_FIRST || device->attached) continue;
    warnx("Device '%s' of type %s declared but not attached.", device->name,
          type_name[device->type <= NET_BASIC ? device->type : 0]);
    missing = true;
  }
  if (missing) errx(1, "All declared devices must be attached. See --help for syntax.");
}
