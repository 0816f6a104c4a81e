import { imageOf, type Bench } from './bench.ts';

const DEVICES = [
  { name: 'data', kind: 'block' },
  { name: 'net', kind: 'net' },
] as const;
export const [OLD, NEW] = [imageOf(1, DEVICES), imageOf(2, DEVICES)];
const NETS = [{ name: 'net', bridge: 'service', mac: null }];
export const on = (device: string) => [{ name: 'data', device, sectorBytes: null }];

export type Options = NonNullable<Parameters<Bench['create']>[1]>;

export const OLD_CONFIG = {
  nets: NETS,
  blocks: on('one'),
  memoryMib: 30,
  arguments: ['old'],
} satisfies Options;
const NEW_CONFIG = {
  nets: NETS,
  blocks: on('two'),
  memoryMib: 40,
  arguments: ['new'],
} satisfies Options;

/** How a unikernel `hello` may be replaced by another configuration. */
export interface Way {
  readonly title: string;
  readonly newImage: Uint8Array;
  readonly replace: (bench: Bench, options?: Options, id?: string) => Promise<unknown>;
}

export const WAYS: readonly Way[] = [
  {
    title: 'a create with force',
    newImage: NEW,
    replace: async (bench, options = {}, id = 'request-1') => {
      return await forceCreate(bench, id, { image: NEW, ...options });
    },
  },
  {
    title: 'a create with force of the same image',
    newImage: OLD,
    replace: async (bench, options = {}, id = 'request-1') => {
      return await forceCreate(bench, id, { image: OLD, ...options });
    },
  },
  {
    title: 'a restart with changes',
    newImage: OLD,
    replace: async (bench, options = {}, id = 'request-1') => {
      return await bench.restartOne('hello', { ...NEW_CONFIG, ...options }, id);
    },
  },
];

async function forceCreate(bench: Bench, id: string, options: Options): Promise<unknown> {
  return await bench.create('hello', { ...NEW_CONFIG, ...options, id, force: true });
}
