import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { getUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Bars } from '../progress.ts';
import { openFile, type OpenFile } from '../read-file.ts';
import { receive } from '../receive.ts';
import { downloadImage, type DownloadedImage } from '../update/downloaded-image.ts';
import { imagesNeeded, wayOf, type Change, type UnikernelChange } from './change.ts';
import type { MeasuredImages } from './images.ts';
import type { RunningTree } from './read-tree.ts';

/**
 * Every image that changes, or taking them back, may need: a file, or fetched from the running system before
 * anything is changed, into a file without a name.
 */
export class ImagesAtHand implements AsyncDisposable {
  /** By digest. */
  readonly #files: ReadonlyMap<string, string>;
  readonly #fetched = new Map<string, DownloadedImage>();

  constructor(measured: MeasuredImages) {
    this.#files = new Map([...measured.values()].map(({ digest, path }) => [digest, path]));
  }

  /**
   * Who is killed between destroying it and making it again must not have lost its image with it. Throws a
   * `Failure`, and nothing has to be asked for to know it.
   */
  refuseLosses(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'unikernel') this.#refuseLoss(change);
  }

  #refuseLoss(change: UnikernelChange): void {
    const { name, after } = change;
    if (wayOf(change) !== 'renew' || after === null || this.#files.has(after.digest)) return;
    throw new Failure(
      'USAGE_INVALID',
      `unikernel ${name}: it is to be stopped and something else about it to be changed, for which it is made anew; so the file of its image is needed, which "albatross get ${name} FILE" saves, as in image: FILE. Nothing was changed`,
    );
  }

  /** Throws a `Failure`. */
  async prepare(
    bus: Bus,
    changes: readonly Change[],
    running: RunningTree,
    bars: Bars,
  ): Promise<void> {
    for (const change of changes) {
      if (change.kind !== 'unikernel') continue;
      for (const digest of imagesNeeded(change)) {
        if (this.#files.has(digest) || this.#fetched.has(digest)) continue;
        const holder = running.images.get(digest)?.holder ?? change.name;
        this.#fetched.set(digest, await fetch(bus, holder, digest, bars));
      }
    }
  }

  /** Of this digest. The caller closes it. Throws a `Failure`. */
  async open(digest: string): Promise<OpenFile> {
    const file = this.#files.get(digest);
    if (file !== undefined) return await openFile(file);
    const fetched = this.#fetched.get(digest);
    if (fetched === undefined) throw new TypeError(`the image ${digest} was not prepared`);
    // It may be needed again.
    return { ...fetched, [Symbol.asyncDispose]: async () => undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const image of this.#fetched.values()) await image[Symbol.asyncDispose]();
  }
}

async function fetch(
  bus: Bus,
  holder: UnikernelName,
  digest: string,
  bars: Bars,
): Promise<DownloadedImage> {
  const image = await downloadImage(async (write) => {
    const offered = await bus.request(getUnikernel, { name: holder, compressionLevel: 0 });
    await receive(bus, holder, offered, bars, write);
  });
  if (image.digest === digest) return image;
  await image[Symbol.asyncDispose]();
  throw new Failure(
    'BLOB_DIGEST_MISMATCH',
    `${holder} has another image by now; give the command again`,
  );
}
