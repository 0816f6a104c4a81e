import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

it('whoever listens for a connection that is back is told each time, until it is forgotten', async () => {
  await using server = await RealServer.start();
  await using bus = await server.connect('watcher');
  const told = { stays: 0, leaves: 0 };
  bus.onReconnect(() => void (told.stays += 1));
  const forget = bus.onReconnect(() => void (told.leaves += 1));
  for (const times of [1, 2]) {
    await server.kill();
    await server.resume();
    await eventually('it is back', () => told.stays === times);
    forget();
  }
  assert.deepEqual(told, { stays: 2, leaves: 1 });
});
