import { bytesSource } from '@albatross/shared/bus/blob-source';
import { inflate } from '@albatross/shared/bus/zlib-stream';
import { Failure } from '@albatross/shared/contracts/failures';
import { unikernelIn, type StoredUnikernel } from '@albatross/shared/contracts/stored-unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import {
  configurationOf,
  type Configuration,
  type WireConfig,
  type WireState,
} from '@albatross/wire';
import { createHash } from 'node:crypto';
import { openFile } from './read-file.ts';
import type { FoundState } from './state-dump-file.ts';
import { configurationOfStored, imageFile } from './state-folder-dump.ts';
import type { StateFolder } from './state-folder.ts';
import { measureImage } from './state-image.ts';
import { leftOut } from './state-request.ts';
import type { Write } from './write-file.ts';

/** A unikernel of a state on a disk, as it would be created again. */
export interface Extractable {
  readonly configuration: Configuration;
  /** What of it is not to be had here. */
  readonly leftOut: string | null;
  /** Resolves to who hands its image over, inflated. Throws a `Failure` for one that is not there as a whole. */
  readonly image: () => Promise<(write: Write) => Promise<void>>;
}

/** Throws a `Failure` `UNIKERNEL_NOT_FOUND`, or `STATE_INVALID` for one that cannot be had. */
export function extractable(found: FoundState, name: UnikernelName): Extractable {
  if (found.kind === 'original') return extractableFromFile(found.state, name);
  return extractableFromFolder(found.folder, found.state, name);
}

function extractableFromFile({ unikernels }: WireState, name: UnikernelName): Extractable {
  const found = unikernels.find((entry) => entry.name === name);
  if (found === undefined) throw notFound('file', name, unikernels);
  if (found.kind !== 'read') throw new Failure('STATE_INVALID', `${name}: ${found.why}`);
  const { linuxBoot: _, ...configuration } = configurationOf(found.value);
  return {
    configuration: { ...configuration, vcpus: 1 },
    leftOut: leftOut(found.value),
    image: async () => await imageInFile(found.value),
  };
}

async function imageInFile(config: WireConfig): Promise<(write: Write) => Promise<void>> {
  if (config.typ === 'bhyve')
    throw new Failure('IMAGE_EMPTY', 'a unikernel for bhyve has no image: it boots from a disk');
  const { bytes, isCompressed } = await measureImage(config);
  return async (write) => {
    if (isCompressed) await inflate(bytesSource(bytes).pieces(), write);
    else await write(bytes);
  };
}

function extractableFromFolder(
  folder: string,
  { unikernels }: StateFolder,
  name: UnikernelName,
): Extractable {
  const found = unikernels.find((entry) => entry.name === name);
  if (found?.kind === 'damaged') throw new Failure('STATE_INVALID', `${name}: ${found.why}`);
  const stored = found === undefined ? null : unikernelIn(found.value);
  if (stored === null) {
    const others = unikernels.filter((one) => one.kind === 'damaged' || unikernelIn(one.value));
    throw notFound('folder', name, others);
  }
  return {
    configuration: configurationOfStored(stored.config),
    leftOut: null,
    image: async () => await imageInFolder(folder, stored),
  };
}

/** Read twice: nothing is handed over of what is not what it was. */
async function imageInFolder(
  folder: string,
  { config }: StoredUnikernel,
): Promise<(write: Write) => Promise<void>> {
  const file = imageFile(folder, config);
  const hash = createHash('sha256');
  await eachPiece(file, async (bytes) => void hash.update(bytes));
  if (hash.digest('hex') !== config.digest)
    throw new Failure('STATE_INVALID', `${file} is damaged: its bytes are not those of its name`);
  return async (write) => await eachPiece(file, write);
}

async function eachPiece(file: string, take: Write): Promise<void> {
  await using opened = await openFile(file);
  for await (const bytes of opened.source.pieces()) await take(bytes);
}

function notFound(
  where: 'file' | 'folder',
  name: UnikernelName,
  entries: readonly { readonly name: string | null }[],
): Failure {
  const names = entries.flatMap((entry) => (entry.name === null ? [] : [entry.name]));
  const there = names.length === 0 ? 'no unikernels' : names.join(', ');
  return new Failure(
    'UNIKERNEL_NOT_FOUND',
    `the ${where} has no unikernel ${name}; it has ${there}`,
  );
}
