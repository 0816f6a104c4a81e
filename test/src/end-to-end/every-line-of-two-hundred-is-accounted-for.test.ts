import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { flood } from '../flood/flood.ts';
import { report } from '../flood/report.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 120_000 };
/** Console had 110 MiB here; whoever kept what it reads would have more in the end. */
const CONSOLE_BYTES_MAX = 512 * 1024 * 1024;

const sizes = { unikernels: 200, linesPerSecond: 100, seconds: 5, followers: 1 };

describe(`${sizes.unikernels} unikernels that print ${sizes.linesPerSecond} lines a second each`, () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it(
    'have every line recorded or counted, and delivered or told to be missed',
    DEADLINE,
    async (t) => {
      const say = (text: string): void => t.diagnostic(text);
      const options = { ...sizes, stop: t.signal, say };
      const outcome = await flood(system, options);
      for (const line of report(outcome, options)) say(line);
      assert.deepEqual(outcome.problems, []);
      assert.equal(outcome.recorded + outcome.dropped, outcome.printed);
      for (const { delivered, missed } of outcome.followers)
        assert.equal(delivered + missed, outcome.entries);
      assert.deepEqual([outcome.gaps, outcome.answers.failures], [0, []]);
      assert.ok(outcome.console.rssMost < CONSOLE_BYTES_MAX, `${outcome.console.rssMost} bytes`);
    },
  );
});
