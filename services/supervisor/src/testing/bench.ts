import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { buildImage } from '@albatross/solo5/testing';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Blobs } from '../blobs.ts';
import { Fleet } from '../fleet.ts';
import type { FakeHost } from '../host/fake-host.ts';
import { Images } from '../images.ts';
import { Keeping } from '../keeping.ts';
import { LifeNumbers } from '../life-numbers.ts';
import { Outcomes } from '../outcomes.ts';
import { Records } from '../records.ts';
import { recover } from '../recovery.ts';
import { Store } from '../store.ts';
import type { Unikernel } from '../unikernel.ts';

export const CALLER = 'admin';

/** Whatever of the disk a test wants to be of another kind. */
export interface BenchParts {
  readonly store: (stateFolder: string) => Store;
  readonly images: (stateFolder: string) => Images;
}

interface BenchOptions extends Partial<BenchParts> {
  readonly host: FakeHost;
}

interface CreateOptions {
  readonly id?: string;
  readonly memoryMib?: number;
  readonly arguments?: string[];
  readonly image?: Uint8Array;
}

type Life = Awaited<ReturnType<Bench['begin']>>;

/** A supervisor without a bus, on a machine in memory and a real disk. */
export class Bench implements AsyncDisposable {
  readonly host: FakeHost;
  /** Messages of the log, as `level event`. */
  readonly logged: string[] = [];
  readonly state: string;
  /** Milliseconds that the clock of outcomes is ahead. */
  aheadMs = 0;
  readonly #parts: BenchParts;
  readonly #everyLook: Promise<void>[] = [];
  #life: Life | null = null;

  private constructor(state: string, options: BenchOptions) {
    this.state = state;
    this.host = options.host;
    this.#parts = {
      store: options.store ?? ((folder) => new Store(folder)),
      images: options.images ?? ((folder) => new Images(folder)),
    };
  }

  static async start(options: BenchOptions): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'albatross-bench-')), options);
    await bench.restart();
    return bench;
  }

  /** What SIGKILL and a new supervisor come to: only the disk and the machine are as before. */
  async restart(): Promise<void> {
    const before = this.#life;
    this.host.onChange = () => undefined;
    if (before !== null) before.keeping.onChange = () => undefined;
    this.#life = await this.begin();
  }

  async begin() {
    const { host, state, logged } = this;
    const now = (): number => Date.now() + this.aheadMs;
    const store = this.#parts.store(state);
    const images = this.#parts.images(state);
    const blobs = new Blobs(state);
    for (const part of [store, images, blobs]) await part.prepare();
    const log = logInto(logged);
    const stored = await store.readAll((file) => log.error(`damaged ${file}`));
    const numbers = new LifeNumbers(state);
    const records = new Records(store, now);
    const outcomes = new Outcomes(now);
    const unikernels = new Map<UnikernelName, Unikernel>();
    const keeping = new Keeping({ host, images, records, unikernels, log });
    const parts = { host, images, blobs, records, keeping, outcomes, numbers, unikernels, log };
    await recover(stored, parts);
    const look = this.#looking(keeping);
    keeping.onChange = look;
    host.onChange = look;
    look();
    return { ...parts, fleet: new Fleet(parts), store };
  }

  /** One look at a time, as the watch of the real folder does. */
  #looking(keeping: Keeping): () => void {
    let last = Promise.resolve();
    return () => {
      last = last.then(async () => await keeping.observed(await this.host.observe()));
      this.#everyLook.push(last);
    };
  }

  get parts(): Life {
    if (this.#life === null) throw new Error('the bench was not started');
    return this.#life;
  }

  /** Resolves when everything that was to be seen has been dealt with. */
  async settled(): Promise<void> {
    for (let look = this.#everyLook.shift(); look !== undefined; look = this.#everyLook.shift()) {
      await look;
    }
  }

  async look(): Promise<void> {
    this.host.onChange();
    await this.settled();
  }

  async upload(name: string, image: Uint8Array = buildImage({ target: 'spt' })): Promise<string> {
    const { blobs } = this.parts;
    const unikernel = parseUnikernelName(name);
    const { blob } = await blobs.open(CALLER, { name: unikernel, sizeBytes: image.length });
    await blobs.write(CALLER, { name: unikernel, blob, offset: 0, bytes: image });
    await blobs.finish(CALLER, { name: unikernel, blob, sha256: digestOf(image) });
    return blob;
  }

  async create(name: string, options: CreateOptions = {}): Promise<UnikernelDetails> {
    const blob = await this.upload(name, options.image);
    return await this.createFrom(blob, name, options);
  }

  /** The request alone: whoever repeats it names the same upload. */
  async createFrom(
    blob: string,
    name: string,
    options: CreateOptions = {},
  ): Promise<UnikernelDetails> {
    return await this.parts.fleet.create(CALLER, {
      id: options.id ?? randomUUID(),
      name: parseUnikernelName(name),
      blob,
      memoryMib: options.memoryMib ?? 32,
      arguments: options.arguments ?? [],
      addName: false,
    });
  }

  async destroy(name: string, id: string = randomUUID()): Promise<void> {
    await this.parts.fleet.destroy(CALLER, { id, name: parseUnikernelName(name) });
  }

  stateOf(name: string): string {
    return this.parts.unikernels.get(parseUnikernelName(name))?.phase.kind ?? 'absent';
  }

  /** Digests of the image files there are. */
  async imageFiles(): Promise<readonly string[]> {
    return (await readdir(join(this.state, 'images', 'sha256'))).toSorted();
  }

  async blobFiles(): Promise<readonly string[]> {
    return await readdir(join(this.state, 'blobs'));
  }

  /** What the disk says of a name now. */
  async storedAs(name: string): Promise<string> {
    const records = await this.parts.store.readAll(() => undefined);
    const found = records.find((one) => one.name === parseUnikernelName(name));
    return found?.desire.kind ?? 'absent';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
    await this.parts.blobs[Symbol.asyncDispose]();
    await rm(this.state, { recursive: true, force: true });
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An image that differs from every other of another `seed`. */
export function imageOf(seed: number): Uint8Array {
  return buildImage({ target: 'spt', program: Uint8Array.of(0xf4, seed % 256, seed >> 8) });
}

function logInto(logged: string[]): Logger {
  const level =
    (name: string) =>
    (event: string): void =>
      void logged.push(`${name} ${event}`);
  return { error: level('error'), warn: level('warn'), info: level('info'), debug: level('debug') };
}
