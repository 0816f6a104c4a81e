import { helloImage } from '../../../../../examples/hello/src/index.ts';
import { figureOf, type Figure } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { BareTender } from '../../groups/creates/bare-tender.ts';
import { takeTurns } from '../../groups/creates/take-turns.ts';
import { bareCommand, measuredTender } from '../../groups/creates/tender.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';

const RUNS = 200;
const RUNS_QUICK = 3;
const AT_ONCE = 200;
const AT_ONCE_QUICK = 5;
const ROUNDS = 5;
const ROUNDS_QUICK = 1;

const FROM = 'create over its socket, image of 3 KB in the command: from the connect';
const FIRST: PeerRow = {
  key: 'creates/first-byte-with-upload',
  what: `${FROM} to the first line over the socket of its console`,
  unit: 'ms',
};
const ANSWER: PeerRow = { key: 'creates/answer', what: `${FROM} to the answer`, unit: 'ms' };
const DESTROY: PeerRow = {
  key: 'creates/destroy',
  what: 'destroy over its socket: from the connect to the answer',
  unit: 'ms',
};
const AT_ONCE_ROW: PeerRow = {
  key: 'creates/at-once',
  what: 'creates at once over its socket, images in the commands: until all were answered',
  unit: '/s',
};

export const PEER_CREATES: PeerMeasurement = {
  group: 'creates',
  needs: ['albatrossd', 'albatross-console'],
  rows: [FIRST, ANSWER, DESTROY, AT_ONCE_ROW],
  async measure(ground, programs) {
    const tender = await measuredTender();
    const command = bareCommand(tender, helloImage('spt'));
    await using bare = await BareTender.make({ command, net: null });
    await using system = await PeerSystem.start(programs, tender.tenders);
    const unikernels = new PeerUnikernels(system);
    await measureOneByOne(ground, unikernels, bare);
    await measureAtOnce(ground, unikernels, bare);
  },
};

async function measureOneByOne(
  ground: Ground,
  unikernels: PeerUnikernels,
  bare: BareTender,
): Promise<void> {
  const runs = await takeTurns(ground.isQuick ? RUNS_QUICK : RUNS, ground.stop, async () => {
    const [started, ended] = [await bare.start(), await bare.end()];
    const name = unikernels.name();
    const made = await unikernels.make(name);
    return { ...made, started, ended, destroyed: await unikernels.destroy(name) };
  });
  const limits = {
    started: limitOf('the same tender started bare', figureOf(runs.map(({ started }) => started))),
    ended: limitOf('SIGTERM to a bare one', figureOf(runs.map(({ ended }) => ended))),
  };
  addRow(ground, FIRST, {
    figure: figureOf(runs.map(({ from, printed }) => printed - from)),
    limit: limits.started,
  });
  addRow(ground, ANSWER, {
    figure: figureOf(runs.map(({ from, answered }) => answered - from)),
    limit: limits.started,
  });
  addRow(ground, DESTROY, {
    figure: figureOf(runs.map(({ destroyed }) => destroyed)),
    limit: limits.ended,
  });
}

async function measureAtOnce(
  ground: Ground,
  unikernels: PeerUnikernels,
  bare: BareTender,
): Promise<void> {
  const count = ground.isQuick ? AT_ONCE_QUICK : AT_ONCE;
  const rounds: { readonly bare: number; readonly ours: number }[] = [];
  for (let round = 0; round < (ground.isQuick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    ground.stop.throwIfAborted();
    const bareMs = await bare.start(count);
    await bare.end();
    const names = Array.from({ length: count }, () => unikernels.name());
    const from = performance.now();
    await Promise.all(names.map(async (name) => await unikernels.create(name)));
    const ms = performance.now() - from;
    await unikernels.destroyMany(names);
    rounds.push({ bare: (count * 1000) / bareMs, ours: (count * 1000) / ms });
  }
  addRow(ground, AT_ONCE_ROW, {
    figure: figureOf(rounds.map((round) => round.ours)),
    limit: limitOf(`${count} started bare`, figureOf(rounds.map((round) => round.bare))),
  });
}

function limitOf(what: string, figure: Figure): { readonly what: string; readonly figure: Figure } {
  return { what, figure };
}
