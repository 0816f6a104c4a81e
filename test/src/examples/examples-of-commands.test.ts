import { test, type TestContext } from 'node:test';
import { carryOut } from './carry-out.ts';
import { ExampleHost } from './example-host.ts';
import { isAside } from './kinds-of-examples.ts';
import { commandExamples, type Told } from './told-examples.ts';

const DEADLINE = { timeout: 60_000 };
/** Some go on beside others. */
const DEADLINE_OF_ALL = { timeout: 170_000, concurrency: true };

test('every example of a command is carried out as it is told', DEADLINE_OF_ALL, async (t) => {
  const none = await ExampleHost.whyNot();
  if (none !== false) return t.skip(none);
  await using host = await ExampleHost.start(t);
  const examples = commandExamples();
  await Promise.all([
    carryOutAll(
      t,
      host,
      examples.filter(({ lines }) => !lines.every(isAside)),
    ),
    carryOutAll(
      t,
      host,
      examples.filter(({ lines }) => lines.every(isAside)),
    ),
  ]);
});

async function carryOutAll(t: TestContext, host: ExampleHost, all: readonly Told[]): Promise<void> {
  for (const { where, lines } of all)
    for (const line of lines)
      await t.test(`${where}: ${line}`, DEADLINE, async () => await carryOut(host, line));
}
