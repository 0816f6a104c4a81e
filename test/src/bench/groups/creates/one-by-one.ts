import { helloImage } from '../../../../../examples/hello/src/index.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { BareTender } from './bare-tender.ts';
import { bareCommand, type MeasuredTender } from './tender.ts';
import { takeTurns } from './take-turns.ts';
import type { Trial } from './trial.ts';

const RUNS = 200;
const RUNS_QUICK = 10;

interface Run {
  readonly bareStart: number;
  readonly bareEnd: number;
  readonly firstByte: number;
  readonly answer: number;
  readonly withUpload: number;
  readonly destroy: number;
}

/** One create after the other, each in turn with the same tender started bare; all times in milliseconds. */
export async function measureOneByOne(
  ground: Ground,
  trial: Trial,
  tender: MeasuredTender,
): Promise<void> {
  const image = helloImage('spt');
  await using bare = await BareTender.make({ command: bareCommand(tender, image), net: null });
  const runs = await takeTurns(ground.isQuick ? RUNS_QUICK : RUNS, ground.stop, async () => {
    return await runOnce(trial, bare, image);
  });
  addRows(ground, tender, (value) => figureOf(runs.map(value)));
}

async function runOnce(trial: Trial, bare: BareTender, image: string): Promise<Run> {
  const bareStart = await bare.start();
  const bareEnd = await bare.end();
  const name = trial.name();
  const from = performance.now();
  const blob = await trial.upload(name, image);
  const created = await trial.create(name, blob);
  const destroy = await trial.destroy(created);
  await trial.untilClear();
  return {
    bareStart,
    bareEnd,
    firstByte: created.printed - created.from,
    answer: created.answered - created.from,
    withUpload: created.printed - from,
    destroy,
  };
}

function addRows(
  ground: Ground,
  { title }: MeasuredTender,
  figure: (value: (run: Run) => number) => ReturnType<typeof figureOf>,
): void {
  const started = {
    what: `${title} started bare, until its first byte`,
    figure: figure((run) => run.bareStart),
  };
  const ended = {
    what: 'SIGTERM to a bare one, until it was waited for',
    figure: figure((run) => run.bareEnd),
  };
  const rows = [
    {
      key: 'creates/first-byte',
      what: `create with ${title}, image uploaded: from the request to the first line over the bus`,
      figure: figure((run) => run.firstByte),
      limit: started,
    },
    {
      key: 'creates/answer',
      what: `create with ${title}, image uploaded: from the request to the answer`,
      figure: figure((run) => run.answer),
      limit: started,
    },
    {
      key: 'creates/first-byte-with-upload',
      what: `create with ${title}: from the upload of 3 KB of image to the first line over the bus`,
      figure: figure((run) => run.withUpload),
      limit: started,
    },
    {
      key: 'creates/destroy',
      what: `destroy with ${title}: from the request to the answer`,
      figure: figure((run) => run.destroy),
      limit: ended,
    },
  ];
  for (const row of rows) ground.row({ ...row, unit: 'ms', who: 'ours' });
}
