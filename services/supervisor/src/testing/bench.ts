import type { Caller } from '@albatross/shared/bus/serve';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type {
  createUnikernel,
  restartUnikernel,
  UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { buildImage } from '@albatross/solo5/testing';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupervisor, type Supervisor } from '../compose.ts';
import { EventLog } from '../events/event-log.ts';
import type { FakeHost } from '../host/fake-host.ts';
import type { Host } from '../host/host.ts';
import { Images } from '../blobs/images.ts';
import type { Keeping } from '../unikernels/keeping.ts';
import { startMissing } from '../unikernels/recovery.ts';
import { Store } from '../unikernels/store.ts';
import { logInto } from './log-into.ts';
import { MortalHost } from './mortal-host.ts';

export const CALLER: Caller = { identity: 'admin', actor: 'admin' };

const LOOK_AGAIN_MS = 10;

/** Parts of another kind. */
export interface BenchParts {
  readonly store: (stateFolder: string) => Store;
  readonly images: (stateFolder: string) => Images;
}

interface BenchOptions extends Partial<BenchParts> {
  readonly host: FakeHost;
}

type Request = RequestOf<typeof createUnikernel>;

type Changes = NonNullable<RequestOf<typeof restartUnikernel>['changes']>;

interface CreateOptions extends Partial<Omit<Request, 'name' | 'blob'>> {
  readonly image?: Uint8Array;
}

interface Life extends Supervisor {
  readonly store: Store;
}

/** A supervisor without a bus, on a machine in memory and a real disk. */
export class Bench implements AsyncDisposable {
  readonly host: FakeHost;
  /** Messages of the log, as `level event`. */
  readonly logged: string[] = [];
  readonly state: string;
  /** Milliseconds that the clock of outcomes is ahead. */
  aheadMs = 0;
  readonly #parts: BenchParts;
  #everyLook: Promise<void>[] = [];
  #life: Life | null = null;
  /** Of the newest supervisor, which may have been killed before it was complete. */
  #mortal: MortalHost | null = null;
  #events: EventLog | null = null;
  #keeping: Keeping | null = null;

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
    this.#mortal?.die();
    this.#everyLook = [];
    this.host.onChange = () => undefined;
    if (this.#keeping !== null) {
      this.#keeping.onChange = async () => undefined;
      this.#keeping.onWake = () => undefined;
    }
    this.#events?.[Symbol.dispose]();
    this.#life = await this.#begin();
  }

  /** Never resolves for one that is killed before it is complete. */
  async #begin(): Promise<Life> {
    const { state, logged } = this;
    const mortal = new MortalHost(this.host);
    this.#mortal = mortal;
    const { host } = mortal;
    const now = (): number => Date.now() + this.aheadMs;
    const store = this.#parts.store(state);
    await store.prepare();
    const log = logInto(logged);
    const stored = await store.readAll((file) => log.error(`damaged ${file}`));
    const onDefect = (error: unknown): void => log.error(`event ${String(error)}`);
    const events = await EventLog.open({ folder: join(state, 'events'), now, onDefect });
    this.#events = events;
    const images = this.#parts.images(state);
    const random = (): number => 0.5;
    const supervisor = await composeSupervisor(
      { store, stored, host, events, log, now, random, clock: () => Date.now(), images },
      { folders: { state }, nameForm: 'label', zvolPaths: [] },
    );
    await mortal.unlessDead();
    events.forgetIds();
    const { keeping, fleet, missing } = supervisor;
    this.#keeping = keeping;
    const look = this.#looking(keeping, host);
    keeping.onChange = look;
    this.host.onChange = () => void look();
    await startMissing(missing, fleet);
    await mortal.unlessDead();
    void look();
    return { ...supervisor, store };
  }

  /** One look at a time, as the watch of the real folder does; after one that fails it looks again. */
  #looking(keeping: Keeping, host: Host): () => Promise<void> {
    let last = Promise.resolve();
    const look = async (): Promise<void> => await keeping.observed(await host.observe());
    return async () => {
      last = last.then(look).catch((error: unknown) => {
        this.logged.push(`error look ${String(error)}`);
        setTimeout(() => void keeping.onChange(), LOOK_AGAIN_MS);
      });
      this.#everyLook.push(last);
      await last;
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
    const { blob } = await blobs.open(CALLER.identity, {
      name: unikernel,
      sizeBytes: image.length,
    });
    await blobs.write(CALLER.identity, { name: unikernel, blob, offset: 0, bytes: image });
    await blobs.finish(CALLER.identity, { name: unikernel, blob, sha256: digestOf(image) });
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
    const { image: _, ...rest } = options;
    return await this.parts.fleet.create(CALLER, {
      id: randomUUID(),
      name: parseUnikernelName(name),
      blob,
      ...PLAIN,
      ...rest,
    });
  }

  async destroy(name: string, id: string = randomUUID()): Promise<void> {
    await this.parts.fleet.destroy(CALLER, { id, name: parseUnikernelName(name) });
  }

  async stop(name: string, id: string = randomUUID()): Promise<UnikernelDetails> {
    return await this.parts.fleet.stop(CALLER, { id, name: parseUnikernelName(name) });
  }

  async startOne(name: string, id: string = randomUUID()): Promise<UnikernelDetails> {
    return await this.parts.fleet.start(CALLER, { id, name: parseUnikernelName(name) });
  }

  async restartOne(
    name: string,
    changes?: Partial<Changes>,
    id: string = randomUUID(),
  ): Promise<UnikernelDetails> {
    const request = { id, name: parseUnikernelName(name) };
    const whole = changes === undefined ? request : { ...request, changes: changed(changes) };
    return await this.parts.fleet.restart(CALLER, whole);
  }

  async createBlock(name: string, sizeMib = 1): Promise<void> {
    const request = { id: randomUUID(), name: parseUnikernelName(name), sizeMib };
    await this.parts.blocks.create(CALLER, request);
  }

  /** Who has a block device. */
  userOf(block: string): string | null {
    return this.parts.blocks.userOf(parseUnikernelName(block));
  }

  /** Types of the events about a name, oldest first. */
  told(name: string): readonly string[] {
    const from = { kind: 'after', seq: 0 } as const;
    const { events } = this.parts.events.list({ name: parseUnikernelName(name), from });
    return events.map(({ type }) => type);
  }

  stateOf(name: string): string {
    return this.parts.inventory.find(parseUnikernelName(name))?.phase.kind ?? 'absent';
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
    const { records } = await this.parts.store.readAll(() => undefined);
    const found = records.find((one) => one.name === parseUnikernelName(name));
    return found?.desire.kind ?? 'absent';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.parts.keeping.onWake = () => undefined;
    await this.settled();
    await this.parts.blobs[Symbol.asyncDispose]();
    this.parts.events[Symbol.dispose]();
    // Something that was begun before may just be writing its last.
    await rm(this.state, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The defaults of the contract, but for the name, which tests rather do without. */
export const PLAIN = {
  compressed: false,
  force: false,
  start: true,
  hypervisor: 'solo5',
  memoryMib: 32,
  cpus: [0],
  nets: [],
  blocks: [],
  startupPriority: 50,
  restart: { kind: 'never' },
  arguments: [],
  addName: false,
  vcpus: 1,
} satisfies Partial<Request>;

/** Started again whatever it ends of, if that may be. */
export const ALWAYS: Request['restart'] = { kind: 'on-exit', statuses: [] };

/** A whole configuration, the defaults where nothing else is said. */
function changed(changes: Partial<Changes>): Changes {
  const { compressed: _, force: __, start: ___, hypervisor: ____, ...plain } = PLAIN;
  return { ...plain, ...changes };
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

type Devices = NonNullable<Parameters<typeof buildImage>[0]>['devices'];

/** An image that differs from every other of another `seed`. */
export function imageOf(seed: number, devices: Devices = []): Uint8Array {
  return buildImage({
    target: 'spt',
    program: Uint8Array.of(0xf4, seed % 256, seed >> 8),
    devices,
  });
}
