import type { BlobPurpose } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import { isGateway } from '@albatross/shared/contracts/identities';
import { labelsOf, type UnikernelName } from '@albatross/shared/domain/name';
import { statfsSync } from 'node:fs';

/** Uploads and downloads at a time, those that a command is working on included. */
export const BLOBS_MAX = 1024;
/** Bytes that all images among them may take on the disk. */
export const BLOBS_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/**
 * No caller may have more than a quarter of either, so that there is always something left for the others;
 * and of those who come through a gateway, nobody below the root.
 */
export const BLOBS_PER_CALLER_MAX = BLOBS_MAX / 4;
export const BLOBS_BYTES_PER_CALLER_MAX = BLOBS_BYTES_MAX / 4;
/** Bytes of the disk that none of it may take. */
export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;

/** What one upload or download takes of the room there is. */
export interface BlobShare {
  readonly bytes: number;
  /** Reserves more, up to so many bytes. Throws a `Failure`, and keeps what it had. */
  grow(bytes: number): void;
  /** So many of them are on the disk. */
  arrived(bytes: number): void;
  /** It has exactly so many bytes, all of them on the disk. */
  settle(bytes: number): void;
  /** Again does nothing. */
  release(): void;
}

interface Share {
  readonly caller: string;
  readonly purpose: BlobPurpose;
  bytes: number;
  arrivedBytes: number;
}

/** Everything is asked and reserved in one breath, so that what begins at the same time cannot overshoot. */
export class BlobRoom {
  readonly #folder: string;
  readonly #shares = new Set<Share>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws a `Failure`: `BLOB_LIMIT`, or `DISK_FULL`. */
  admit(caller: string, purpose: BlobPurpose, bytes: number): BlobShare {
    const share: Share = { caller, purpose, bytes: 0, arrivedBytes: 0 };
    const callers = [...this.#shares].filter((one) => one.caller === caller);
    if (this.#shares.size >= BLOBS_MAX || callers.length >= BLOBS_PER_CALLER_MAX) {
      throw new Failure('BLOB_LIMIT', 'too many uploads and downloads are under way; try again');
    }
    this.#reserve(share, bytes);
    this.#shares.add(share);
    return {
      get bytes() {
        return share.bytes;
      },
      grow: (to) => {
        if (to > share.bytes) this.#reserve(share, to);
      },
      arrived: (to) => {
        share.arrivedBytes = Math.max(share.arrivedBytes, to);
      },
      settle: (to) => {
        share.bytes = to;
        share.arrivedBytes = to;
      },
      release: () => void this.#shares.delete(share),
    };
  }

  /** Whether so many bytes more may be written beside what is still to come. Throws a `Failure` `DISK_FULL`. */
  requireRoom(bytes: number): void {
    const toCome = sum(this.#shares, (one) => one.bytes - one.arrivedBytes);
    if (toCome + bytes + DISK_RESERVE_BYTES <= this.#freeBytes()) return;
    throw new Failure('DISK_FULL', `there is no room for ${bytes} bytes on the disk`);
  }

  #reserve(share: Share, bytes: number): void {
    const others = [...this.#shares].filter(
      (one) => one !== share && one.purpose === share.purpose,
    );
    const theirs = sum(others, (one) => one.bytes);
    const callers = sum(others, (one) => (one.caller === share.caller ? one.bytes : 0));
    switch (share.purpose) {
      case 'image':
        if (theirs + bytes <= BLOBS_BYTES_MAX && callers + bytes <= BLOBS_BYTES_PER_CALLER_MAX)
          break;
        throw new Failure('BLOB_LIMIT', 'too many images are under way; try again');
      case 'block':
        this.#checkHalf(callers, bytes);
    }
    this.requireRoom(bytes - share.bytes);
    share.bytes = bytes;
  }

  /** A block device may be as large as the disk; and its content is written once more when it is set. */
  #checkHalf(callers: number, bytes: number): void {
    const arrived = sum(this.#shares, (one) => one.arrivedBytes);
    const half = (this.#freeBytes() + arrived) / 2;
    if (callers + bytes <= half) return;
    throw new Failure(
      'BLOB_LIMIT',
      `the contents of block devices under way may take half of the room on the disk, ${Math.floor(half)} bytes; ${callers} are under way and ${bytes} were requested`,
    );
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }
}

function sum(shares: Iterable<Share>, of: (share: Share) => number): number {
  let total = 0;
  for (const share of shares) total += of(share);
  return total;
}

/** Whose share something is. A gateway asks for many: each label below the root is one of them. */
export function sharerOf(caller: string, name: UnikernelName): string {
  return isGateway(caller) ? `${caller} ${labelsOf(name)[0] ?? ''}` : caller;
}
