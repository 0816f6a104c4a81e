import type { Caller } from '@albatross/shared/bus/serve';
import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { EventDraft } from '@albatross/shared/contracts/event';
import type { BlockDevice } from '@albatross/shared/domain/device';
import { parseUnikernelName, ROOT, type PathName } from '@albatross/shared/domain/name';
import type { BlockShare } from '@albatross/shared/domain/policy';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Blobs } from '../blobs/blobs.ts';
import { BlockFiles } from '../blocks/block-files.ts';
import { BlockIndex } from '../blocks/block-index.ts';
import { Blocks } from '../blocks/blocks.ts';
import { Outcomes } from '../outcomes.ts';
import { digestOf, MIB } from './blob-bench.ts';

const CALLER: Caller = { identity: 'admin', actor: 'admin' };

interface BlockBenchOptions {
  readonly state?: string;
  readonly files?: (state: string) => BlockFiles;
  readonly index?: (folder: string) => BlockIndex;
}

/** Block devices of a supervisor on a real disk, with a clock and an event log that tests can see. */
export class BlockBench implements AsyncDisposable {
  readonly state: string;
  readonly folder: string;
  readonly events: EventDraft[] = [];
  readonly defects: unknown[] = [];
  /** May throw a `Failure`. */
  admit: (share: BlockShare) => void = () => undefined;
  zvolPaths: PathName[] = [];
  aheadMs = 0;
  readonly #options: BlockBenchOptions;
  #parts: { readonly blobs: Blobs; readonly blocks: Blocks } | null = null;

  private constructor(state: string, options: BlockBenchOptions) {
    this.state = state;
    this.folder = join(state, 'block');
    this.#options = options;
  }

  static async start(options: BlockBenchOptions = {}): Promise<BlockBench> {
    const state = options.state ?? (await mkdtemp(join(tmpdir(), 'albatross-blocks-')));
    const bench = new BlockBench(state, options);
    await bench.restart();
    return bench;
  }

  /** What SIGKILL and a new supervisor come to: only the disk is as before, and the event log. */
  async restart(): Promise<void> {
    const { state, folder } = this;
    const now = (): number => Date.now() + this.aheadMs;
    const blobs: Blobs = new Blobs(state, { blockBytes: (name) => blocks.contentBytes(name) });
    const blocks: Blocks = new Blocks({
      stateFolder: state,
      blobs,
      now,
      outcomes: new Outcomes(now),
      events: {
        record: (draft) => void this.events.push(draft),
        has: (id) => this.events.some((one) => one.id === id),
      },
      onDefect: (error) => void this.defects.push(error),
      zvolPaths: this.zvolPaths,
      admit: (share) => this.admit(share),
      files: this.#options.files?.(state) ?? new BlockFiles(state),
      index: this.#options.index?.(folder) ?? new BlockIndex(folder, now),
    });
    await blobs.prepare();
    await blocks.prepare();
    this.#parts = { blobs, blocks };
  }

  get blocks(): Blocks {
    if (this.#parts === null) throw new Error('the bench was not started');
    return this.#parts.blocks;
  }

  get blobs(): Blobs {
    if (this.#parts === null) throw new Error('the bench was not started');
    return this.#parts.blobs;
  }

  async create(name: string, sizeMib = 1, id: string = randomUUID()): Promise<void> {
    await this.blocks.create(CALLER, { id, name: parseUnikernelName(name), sizeMib });
  }

  async remove(name: string, id: string = randomUUID()): Promise<void> {
    await this.blocks.remove(CALLER, { id, name: parseUnikernelName(name) });
  }

  async upload(text: string, content: Uint8Array, compressed = false): Promise<string> {
    const name = parseUnikernelName(text);
    const { length: sizeBytes } = content;
    const opening = { name, sizeBytes, purpose: 'block', compressed } as const;
    const { blob } = await this.blobs.open(CALLER.identity, opening);
    if (content.length > 0)
      await this.blobs.write(CALLER.identity, { name, blob, offset: 0, bytes: content });
    await this.blobs.finish(CALLER.identity, { name, blob, sha256: digestOf(content) });
    return blob;
  }

  async setFrom(
    blob: string,
    name: string,
    { compressed = false, id }: { readonly compressed?: boolean; readonly id?: string } = {},
  ): Promise<void> {
    const request = { id: id ?? randomUUID(), name: parseUnikernelName(name), blob, compressed };
    await this.blocks.set(CALLER, request);
  }

  async set(name: string, content: Uint8Array, compressed = false): Promise<void> {
    await this.setFrom(await this.upload(name, content, compressed), name, { compressed });
  }

  async dump(name: string, compressionLevel = 0): Promise<{ blob: string; sizeBytes: number }> {
    const request = { name: parseUnikernelName(name), compressionLevel };
    return await this.blocks.dump(CALLER, request);
  }

  async close(name: string, blob: string): Promise<void> {
    await this.blobs.close(CALLER.identity, { name: parseUnikernelName(name), blob });
  }

  claim(owner: string, ...labels: readonly string[]): void {
    this.blocks.claim(parseUnikernelName(owner), labels.map(deviceOf));
  }

  list(): readonly BlockEntry[] {
    return this.blocks.list({ name: ROOT }).blocks;
  }

  names(): readonly string[] {
    return this.list().map(({ name }) => name);
  }

  async content(file: string): Promise<Buffer> {
    return await readFile(join(this.folder, file));
  }

  /** Files of devices, and what else lies about: the index aside. */
  async files(): Promise<readonly string[]> {
    return (await readdir(this.folder)).filter((file) => file !== '_index.json').toSorted();
  }

  async blobFiles(): Promise<readonly string[]> {
    return await readdir(join(this.state, 'blobs'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.blobs[Symbol.asyncDispose]();
    if (this.#options.state === undefined) await rm(this.state, { recursive: true });
  }
}

export function deviceOf(label: string): BlockDevice {
  return { name: 'storage', device: label, sectorBytes: null };
}

/** The content of a device of so many MiB that begins with this. */
export function filled(beginning: Uint8Array, sizeMib = 1): Buffer {
  const content = Buffer.alloc(sizeMib * MIB);
  content.set(beginning);
  return content;
}
