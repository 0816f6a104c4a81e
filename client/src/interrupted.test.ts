import assert from 'node:assert/strict';
import { it } from 'node:test';
import { interrupted } from './interrupted.ts';

function listeners(): readonly number[] {
  const { stdout } = process;
  return [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')].concat(
    stdout.listenerCount('error'),
  );
}

it('Ctrl-C is heard of until nobody wants to hear of it any more', () => {
  const before = listeners();
  {
    using signal = interrupted();
    assert.deepEqual(
      listeners(),
      before.map((count) => count + 1),
    );
    process.emit('SIGINT');
    assert.ok(signal.aborted);
  }
  assert.deepEqual(listeners(), before);
});
