import { parseUnikernelName } from '@albatross/shared/domain/name';
import { ALWAYS, imageOf } from './bench.ts';
import type { Ground } from './refusal-trial.ts';

const hello = parseUnikernelName('hello');
export const IMAGE = imageOf(1, [
  { name: 'data', kind: 'block' },
  { name: 'net', kind: 'net' },
]);
export const NETS = [{ name: 'net', bridge: 'service', mac: null }];
export const BLOCKS = [{ name: 'data', device: 'data', sectorBytes: null }];

type Standing = 'running' | 'stopped' | 'backing-off' | 'exited';

/** What a unikernel may be doing when something is asked of it that cannot be done. */
export const STANDINGS: Readonly<Record<Standing, (ground: Ground) => Promise<unknown>>> = {
  running: createHello,
  stopped: async (ground) => {
    await createHello(ground);
    await ground.bench.stop('hello');
  },
  'backing-off': async (ground) => {
    const { host, bench } = ground;
    host.now = () => Date.now() + 3_600_000;
    await createHello(ground);
    host.end(hello, { kind: 'status', status: 2 });
    await bench.settled();
    host.now = Date.now;
  },
  exited: async (ground) => {
    const { host, bench } = ground;
    await createHello(ground);
    host.end(hello, { kind: 'status', status: 1 });
    await bench.settled();
  },
};

export async function createHello({ bench }: Ground): Promise<void> {
  const config = { nets: NETS, blocks: BLOCKS, restart: ALWAYS, memoryMib: 30 };
  await bench.create('hello', { image: IMAGE, ...config });
}
