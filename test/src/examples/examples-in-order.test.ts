import { test } from 'node:test';
import { carryOutInOrder } from './carry-out.ts';
import { ExampleHost } from './example-host.ts';
import { sessions } from './told-examples.ts';

const DEADLINE = { timeout: 60_000 };
const DEADLINE_OF_ALL = { timeout: 170_000 };

test('what topics and documents tell is carried out line by line', DEADLINE_OF_ALL, async (t) => {
  const none = await ExampleHost.whyNot();
  if (none !== false) return t.skip(none);
  await using host = await ExampleHost.start(t);
  for (const told of sessions())
    await t.test(`${told.where}: ${told.lines.length} lines`, DEADLINE, async () => {
      await carryOutInOrder(host, told);
    });
});
