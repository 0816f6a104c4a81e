import { Child } from '@albatross/shared/runtime/testing/child';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EventLogUnderTest } from '../testing/event-log-under-test.ts';
import { readBootId } from './event-floor.ts';

const PROGRAM = new URL('../testing/event-program.ts', import.meta.url);

it('an event log has everything it told of, in order and without a gap, however often it is killed', async () => {
  await using folder = await TemporaryFolder.make();
  const told: string[] = [];
  for (const atLeast of [1, 50, 333]) {
    await using program = Child.start(PROGRAM, folder.path);
    for (let lines = 0; lines < atLeast; lines += 1) told.push(await program.line());
    program.kill('SIGKILL');
    // A last line may have been torn.
    const rest = await program.rest();
    told.push(...rest.filter((line) => /^\d+ [0-9a-f]{16}$/.test(line)));

    using seen = await EventLogUnderTest.open(folder.path, await readBootId());
    const events = seen.all();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    const found = events.map(({ seq, id }) => `${seq} ${id}`);
    assert.deepEqual(found.slice(0, told.length), told);
    assert.ok(found.length - told.length <= 1, `${found.length} events, ${told.length} told`);
    for (const { id } of events) assert.ok(seen.log.has(id));
    assert.deepEqual(seen.defects, []);
    // One may have been recorded and not told of.
    told.splice(0, told.length, ...found);
  }
});
