/* Reads the two Solo5 notes of an image and refuses what a real tender refuses while reading them.
 * No segment is loaded, because nothing is run.
 *
 *   ELF64, little endian, ET_EXEC, EM_X86_64; each note is the first of its own PT_NOTE segment:
 *     u32 namesz = 6 | u32 descsz | u32 type | "Solo5\0\0\0"                      20 bytes
 *   ABI1: u32 target | u32 version | u32 0 | u32 0                                at +20
 *   MFT1: u32 version = 1 | u32 entries (1..64) | entries x 104 bytes             at +24
 *     entry: char name[68] | u32 type | ... | bool attached at +96 | padding      104 bytes
 */
#define _GNU_SOURCE
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stand-in.h"

enum { ABI1 = 0x31494241, MFT1 = 0x3154464d, ABI_VERSION = 2 };
enum { HEADER_BYTES = 20, ABI_OFFSET = 20, MANIFEST_OFFSET = 24 };
enum { ABI_BYTES_MAX = 32, MANIFEST_BYTES_MAX = 6668 };
enum { ENTRY_BYTES = 104, ENTRY_TYPE = 68, ENTRY_ATTACHED = 96 };
#define INVALID "%s: invalid executable: "

struct elf {
  int fd;
  const char *path;
  Elf64_Ehdr header;
  Elf64_Phdr *segment;
};

static uint32_t u32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static size_t read_at(const struct elf *elf, void *to, size_t bytes, off_t at, const char *what) {
  size_t done = 0;
  while (done < bytes) {
    ssize_t got = pread(elf->fd, (char *)to + done, bytes - done, at + done);
    if (got == 0) break;
    if (got < 0 && errno != EINTR) errx(1, "%s: pread_in_full for %s", elf->path, what);
    if (got > 0) done += got;
  }
  return done;
}

static bool is_solo5_elf(const Elf64_Ehdr *header) {
  return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
         header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
         header->e_version == EV_CURRENT && header->e_ehsize == sizeof(Elf64_Ehdr) &&
         header->e_phnum >= 1 && header->e_phentsize == sizeof(Elf64_Phdr) &&
         header->e_type == ET_EXEC && header->e_machine == EM_X86_64;
}

static void read_headers(struct elf *elf) {
  Elf64_Ehdr *header = &elf->header;
  /* The number is their way of printing -1. */
  size_t got = read_at(elf, header, sizeof *header, 0,
                       "elf header while loading note returned 18446744073709551615 < 0");
  if (got != sizeof *header)
    errx(1, INVALID "elf header does not match the expected size (%zu != %zu)", elf->path, got,
         sizeof *header);
  if (!is_solo5_elf(header))
    errx(1, INVALID "invalid or unsupported executable (elf header invalid while loading note)",
         elf->path);
  size_t wanted = header->e_phnum * sizeof *elf->segment;
  elf->segment = malloc(wanted);
  if (elf->segment == NULL) err(1, "malloc");
  got = read_at(elf, elf->segment, wanted, header->e_phoff,
                "ph_size returned 18446744073709551615 < 0 while loading note");
  if (got != wanted)
    errx(1, INVALID "program header does not match the expected size"
            " (%zu != %zu while loading note)", elf->path, got, wanted);
}

/* The description's size without the padding in front of it, or 0 when there is no such note. */
static size_t read_note(const struct elf *elf, uint32_t type, size_t offset, size_t bytes_max,
                        uint8_t *to) {
  for (unsigned i = 0; i < elf->header.e_phnum; i++) {
    const Elf64_Phdr *segment = &elf->segment[i];
    if (segment->p_type != PT_NOTE) continue;
    if (segment->p_filesz < sizeof(Elf64_Nhdr))
      errx(1, INVALID "phdr[%u].p_filesz note does not fall within valid size (%lu < %zu)",
           elf->path, i, segment->p_filesz, sizeof(Elf64_Nhdr));
    if (segment->p_filesz < HEADER_BYTES) continue;

    uint8_t header[HEADER_BYTES];
    size_t got = read_at(elf, header, HEADER_BYTES, segment->p_offset, "a note's header");
    if (got != HEADER_BYTES)
      errx(1, "%s: phdr[%u] bytes read mismatches note size (%zu != %d)", elf->path, i, got,
           HEADER_BYTES);
    if (u32(header) != sizeof "Solo5" || memcmp(header + 12, "Solo5", sizeof "Solo5") != 0 ||
        u32(header + 8) != type)
      continue;

    size_t described = u32(header + 4), padding = offset - HEADER_BYTES;
    if (described < 1 || described > bytes_max)
      errx(1, INVALID "phdr[%u] note does not fall within valid size (%zu < 1 || %zu > %zu)",
           elf->path, i, described, described, bytes_max);
    if (segment->p_filesz < HEADER_BYTES + described)
      errx(1, INVALID "phdr[%u] note does not fall within valid size (%lu < %zu)", elf->path, i,
           segment->p_filesz, HEADER_BYTES + described);
    /* "INV_EXE" and a difference below zero are what the real ones print. */
    if (described <= padding)
      errx(1, "%s: INV_EXE: phdr[%u] note does not fall within valid size (%zu <= 0 || %zu > %zu)",
           elf->path, i, described - padding, described - padding, described);
    got = read_at(elf, to, described - padding, segment->p_offset + offset, "note_data");
    if (got != described - padding)
      errx(1, "%s: phdr[%u] bytes read mismatches note size (%zu != %zu)", elf->path, i, got,
           described - padding);
    return got;
  }
  return 0;
}

static void read_manifest(struct image *image, const char *path, const uint8_t *note,
                          size_t bytes) {
  uint32_t entries = bytes >= 8 ? u32(note + 4) : 0;
  bool valid = entries >= 1 && entries <= DEVICES_MAX && u32(note) == 1 &&
               bytes == 8 + entries * (size_t)ENTRY_BYTES &&
               u32(note + 8 + ENTRY_TYPE) == RESERVED_FIRST && note[8] == 0;
  for (uint32_t i = 0; valid && i < entries; i++) {
    const uint8_t *entry = note + 8 + i * ENTRY_BYTES;
    valid = entry[NAME_BYTES - 1] == 0 && entry[ENTRY_ATTACHED] == 0;
    memcpy(image->device[i].name, entry, NAME_BYTES);
    image->device[i].type = u32(entry + ENTRY_TYPE);
  }
  if (!valid) errx(1, "%s: Solo5 manifest is invalid", path);
  image->devices = entries;
}

struct image read_image(int fd, const char *path, uint32_t target) {
  struct elf elf = {.fd = fd, .path = path};
  read_headers(&elf);

  uint8_t note[MANIFEST_BYTES_MAX] = {0};
  if (read_note(&elf, ABI1, ABI_OFFSET, ABI_BYTES_MAX, note) == 0)
    errx(1, "%s: No Solo5 ABI information found in executable", path);
  if (u32(note) != target)
    errx(1, "%s: Executable is not for the solo5-%s target", path, target == HVT ? "hvt" : "spt");
  if (u32(note + 4) != ABI_VERSION)
    errx(1, "%s: Executable requests unsupported ABI version %u", path, u32(note + 4));

  struct image image = {.entry = elf.header.e_entry};
  size_t bytes = read_note(&elf, MFT1, MANIFEST_OFFSET, MANIFEST_BYTES_MAX, note);
  if (bytes == 0) errx(1, "%s: No Solo5 manifest found in executable", path);
  read_manifest(&image, path, note, bytes);
  free(elf.segment);
  return image;
}
