import { helloImage } from '../../../../../examples/hello/src/index.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { BareTender } from './bare-tender.ts';
import { bareCommand, type MeasuredTender } from './tender.ts';
import type { Trial } from './trial.ts';

const AT_ONCE = 200;
const AT_ONCE_QUICK = 20;
const ROUNDS = 5;
const ROUNDS_QUICK = 1;

interface Round {
  /** Of each, how many a second. */
  readonly bare: number;
  readonly answered: number;
  readonly printed: number;
}

/** Many creates asked for in the same moment, each round in turn with as many tenders started bare. */
export async function measureAtOnce(
  ground: Ground,
  trial: Trial,
  tender: MeasuredTender,
): Promise<void> {
  const count = ground.isQuick ? AT_ONCE_QUICK : AT_ONCE;
  const image = helloImage('spt');
  await using bare = await BareTender.make({ command: bareCommand(tender, image), net: null });
  const rounds: Round[] = [];
  for (let round = 0; round < (ground.isQuick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    ground.stop.throwIfAborted();
    const bareMs = await bare.start(count);
    await bare.end();
    const { answeredMs, printedMs } = await createAll(trial, image, count);
    const [bareRate, answered, printed] = [bareMs, answeredMs, printedMs].map(
      (ms) => (count * 1000) / ms,
    );
    rounds.push({ bare: bareRate ?? 0, answered: answered ?? 0, printed: printed ?? 0 });
  }
  const limit = {
    what: `${count} of ${tender.title} started bare, until each has written its first byte`,
    figure: figureOf(rounds.map((round) => round.bare)),
  };
  const from = `${count} creates at once with ${tender.title}, images uploaded`;
  ground.row({
    key: 'creates/at-once',
    what: `${from}: until all were answered`,
    unit: '/s',
    figure: figureOf(rounds.map((round) => round.answered)),
    limit,
    who: 'ours',
  });
  ground.row({
    key: 'creates/at-once-first-bytes',
    what: `${from}: until the first line of each came over the bus`,
    unit: '/s',
    figure: figureOf(rounds.map((round) => round.printed)),
    limit,
    who: 'ours',
  });
}

async function createAll(
  trial: Trial,
  image: string,
  count: number,
): Promise<{ readonly answeredMs: number; readonly printedMs: number }> {
  const uploaded = await Promise.all(
    Array.from({ length: count }, async () => {
      const name = trial.name();
      return { name, blob: await trial.upload(name, image) };
    }),
  );
  const from = performance.now();
  const created = await Promise.all(
    uploaded.map(async ({ name, blob }) => await trial.create(name, blob)),
  );
  const answeredMs = Math.max(...created.map(({ answered }) => answered)) - from;
  const printedMs = Math.max(...created.map(({ printed }) => printed)) - from;
  await Promise.all(created.map(async (one) => await trial.destroy(one)));
  await trial.untilClear();
  return { answeredMs, printedMs };
}
