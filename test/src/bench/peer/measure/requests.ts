import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { standInTender } from '../../../harness/tender-path.ts';
import { INFO } from '../../../harness/tenants.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';
import { ask } from '../talk.ts';

const UNIKERNELS = [0, 100, 1000] as const;
const UNIKERNELS_QUICK = [0, 5] as const;
const IN_FLIGHT = [1, 8] as const;
const ROUNDS = 4;
const ROUND_MS = 1_000;
const QUICK_ROUND_MS = 200;
const WARM_MS = 300;
const NOBODY = parseUnikernelName('nobody');

/** Each command is a connection of its own to the original, and Node makes them: it takes part of the cores. */
export const PEER_REQUESTS: PeerMeasurement = {
  group: 'requests',
  needs: ['albatrossd', 'albatross-console'],
  rows: UNIKERNELS.flatMap((count) =>
    IN_FLIGHT.flatMap((many) => Object.values(rowsOf(count, many))),
  ),
  async measure(ground, programs) {
    await using system = await PeerSystem.start(programs, await standInTender());
    const unikernels = new PeerUnikernels(system);
    const names: UnikernelName[] = [];
    for (const count of ground.isQuick ? UNIKERNELS_QUICK : UNIKERNELS) {
      ground.stop.throwIfAborted();
      names.push(...(await unikernels.createMany(count - names.length)));
      for (const inFlight of IN_FLIGHT) await measureInfo(ground, system, names, inFlight);
    }
    await unikernels.destroyMany(names);
  },
};

function rowsOf(unikernels: number, inFlight: number): Record<'rate' | 'latency', PeerRow> {
  const key = `requests/info-${unikernels}-${inFlight}`;
  const whom = unikernels === 0 ? 'one that is not there' : `one of ${unikernels}`;
  const what = `info of ${whom} over its socket, a connection each, ${inFlight} in flight`;
  return {
    rate: { key, what, unit: '/s' },
    latency: { key: `${key}-latency`, what: `${what}: one`, unit: 'ms' },
  };
}

async function measureInfo(
  ground: Ground,
  system: PeerSystem,
  names: readonly UnikernelName[],
  inFlight: number,
): Promise<void> {
  const name = names[Math.floor(names.length / 2)] ?? NOBODY;
  const found = Math.min(1, names.length);
  const path = system.socket('vmmd');
  const askOnce = async (): Promise<void> => {
    const reply = await ask(path, name, INFO);
    assert.ok(reply.kind === 'unikernel-info' && reply.unikernels.length === found);
  };
  await askFor(WARM_MS, inFlight, askOnce);
  const rounds: (readonly number[])[] = [];
  const perSecond: number[] = [];
  for (let round = 0; round < (ground.isQuick ? 1 : ROUNDS); round += 1) {
    const from = performance.now();
    const ms = await askFor(ground.isQuick ? QUICK_ROUND_MS : ROUND_MS, inFlight, askOnce);
    perSecond.push((ms.length * 1000) / (performance.now() - from));
    rounds.push(ms);
  }
  const { rate, latency } = rowsOf(names.length, inFlight);
  addRow(ground, rate, { figure: figureOf(perSecond) });
  addRow(ground, latency, { figure: figureOf(rounds.flat()) });
}

/** Of each, in milliseconds; no further one is begun after that long. */
async function askFor(
  ms: number,
  inFlight: number,
  askOnce: () => Promise<void>,
): Promise<readonly number[]> {
  const taken: number[] = [];
  const end = performance.now() + ms;
  const keepAsking = async (): Promise<void> => {
    for (let from = performance.now(); from < end; from = performance.now()) {
      await askOnce();
      taken.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepAsking));
  return taken;
}
