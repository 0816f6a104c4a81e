import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { ALWAYS, imageOf, type Bench } from './bench.ts';

const hello = parseUnikernelName('hello');
/** Of the request that a fault comes in between. */
export const ID = 'request-under-test';

const DEVICES = [
  { name: 'data', kind: 'block' },
  { name: 'net', kind: 'net' },
] as const;
export const IMAGES = { old: imageOf(1, DEVICES), new: imageOf(2, DEVICES) } as const;
export const NETS = [{ name: 'net', bridge: 'service', mac: null }];
export const BLOCKS = { old: 'one', new: 'two', changed: 'two' } as const;
export const MEMORY_MIB = { old: 20, new: 30, changed: 30 } as const;

export type Which = keyof typeof BLOCKS;
export type Kind = 'running' | 'stopped' | 'exited' | 'backing-off';
/** What it does, and which configuration it has; or that there is nothing. */
export type Standing = `${Kind} ${Which}` | '-';

export interface Operation {
  readonly title: string;
  readonly before: Standing;
  readonly after: Standing;
  /** What is asked for does not start: then it stays, or comes to be again, what it was. */
  readonly isRefused?: true;
  readonly prepare: (bench: Bench) => Promise<void>;
  /** Of the same request every time. */
  readonly request: (bench: Bench) => Promise<() => Promise<unknown>>;
}

function config(which: Which) {
  const blocks = [{ name: 'data', device: BLOCKS[which], sectorBytes: null }];
  return { memoryMib: MEMORY_MIB[which], nets: NETS, blocks };
}

export const preparing = {
  nothing: async (): Promise<void> => undefined,
  running: async (bench: Bench): Promise<void> => await createOld(bench),
  gone: async (bench: Bench): Promise<void> => {
    await createOld(bench);
    await bench.destroy('hello');
  },
  exited: async (bench: Bench): Promise<void> => {
    await createOld(bench);
    await end(bench, { kind: 'status', status: 0 });
  },
  stopped: async (bench: Bench): Promise<void> => {
    await createOld(bench);
    await bench.stop('hello');
  },
  /** For an hour: its end was that far in the future. */
  backingOff: async (bench: Bench): Promise<void> => {
    const { host } = bench;
    await createOld(bench, { restart: ALWAYS });
    host.now = () => Date.now() + 3_600_000;
    await end(bench, { kind: 'status', status: 2 });
    host.now = Date.now;
  },
} as const;

async function createOld(bench: Bench, options: Parameters<Bench['create']>[1] = {}) {
  await bench.create('hello', { ...config('old'), image: IMAGES.old, ...options });
}

async function end(bench: Bench, exit: Exit): Promise<void> {
  bench.host.end(hello, exit);
  await bench.settled();
}

export const requesting = {
  create: async (bench: Bench) => await creating(bench, false),
  forceCreate: async (bench: Bench) => await creating(bench, true),
  restart: async (bench: Bench) => async () => await bench.restartOne('hello', undefined, ID),
  change: async (bench: Bench) => async () => {
    return await bench.restartOne('hello', config('changed'), ID);
  },
  stop: async (bench: Bench) => async () => await bench.stop('hello', ID),
  start: async (bench: Bench) => async () => await bench.startOne('hello', ID),
  destroy: async (bench: Bench) => async () => await bench.destroy('hello', ID),
} as const;

async function creating(bench: Bench, force: boolean): Promise<() => Promise<unknown>> {
  const blob = await bench.upload('hello', IMAGES.new);
  return async () => {
    return await bench.createFrom(blob, 'hello', { ...config('new'), id: ID, force });
  };
}
