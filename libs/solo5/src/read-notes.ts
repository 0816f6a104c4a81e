import { readAbi } from './abi-note.ts';
import type { Abi } from './abi-note.ts';
import type { Device } from './device.ts';
import { readElfHeader } from './elf-header.ts';
import { ImageError } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { readManifest } from './manifest-note.ts';
import { readNoteSegments } from './segments.ts';
import { readSolo5Notes } from './solo5-notes.ts';

/** What an image says about itself: the tender it is built for and the devices it asks for. */
export interface ImageNotes extends Abi {
  readonly devices: readonly Device[];
}

/**
 * Reads the Solo5 notes of an image. Reads headers and notes only, in a number of reads and bytes
 * that does not depend on the size of the file.
 *
 * @throws ImageError with any of IMAGE_ERROR_CODES, and whatever `source.read` throws
 */
export function readNotes(source: ImageSource): ImageNotes {
  const segments = readNoteSegments(source, readElfHeader(source));
  const { abi, manifest } = readSolo5Notes(source, segments);
  if (abi === undefined) {
    throw new ImageError(
      'IMAGE_ABI_MISSING',
      'the image is an executable but does not say which Solo5 target it is for (it has no ABI note); ' +
        'build it with the Solo5 or MirageOS toolchain',
    );
  }
  if (manifest === undefined) {
    throw new ImageError(
      'IMAGE_MANIFEST_MISSING',
      'the image does not say which devices it needs (it has no manifest note, which even an image without ' +
        'devices has); link it with the manifest that solo5-elftool generates',
    );
  }
  return { ...readAbi(abi), devices: readManifest(manifest) };
}
