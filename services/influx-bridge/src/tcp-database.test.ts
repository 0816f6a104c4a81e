import { eventually } from '@albatross/shared/bus/testing/asserts';
import { freePort } from '@albatross/shared/runtime/loopback-port';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpDatabase } from './tcp-database.ts';
import { LineListener } from './testing/line-listener.ts';

const host = '127.0.0.1';

describe('a listener behind TCP', () => {
  it('is given lines, each with its end, on one connection', async () => {
    await using listener = await LineListener.start();
    await using database = new TcpDatabase({ host, port: listener.port });
    assert.equal(database.isConnected, false);
    const results = await Promise.all([database.write(['a', 'b']), database.write(['c'])]);
    assert.deepEqual(results, [{ kind: 'written' }, { kind: 'written' }]);
    assert.equal(database.isConnected, true);
    await eventually('they arrived', () => listener.lines.length === 3);
    assert.deepEqual(listener.lines, ['a', 'b', 'c']);
  });

  it('is connected to again when it was gone; nothing counts as written meanwhile', async () => {
    const first = await LineListener.start();
    const { port } = first;
    await using database = new TcpDatabase({ host, port });
    assert.equal((await database.write(['a'])).kind, 'written');
    await first.stop();
    const gone = await database.write(['b']);
    assert.equal(gone.kind, 'failed');
    assert.equal(database.isConnected, false);
    const refused = await database.write(['b']);
    assert.ok(refused.kind === 'failed' && refused.why.includes('ECONNREFUSED'), refused.kind);
    await using second = await LineListener.start({ port });
    assert.equal((await database.write(['b'])).kind, 'written');
    await eventually('it arrived', () => second.lines.length === 1);
  });

  it('fails when nobody is there, by a name too', async () => {
    const port = await freePort();
    for (const host of ['127.0.0.1', 'localhost']) {
      await using database = new TcpDatabase({ host, port });
      const result = await database.write(['a']);
      assert.ok(result.kind === 'failed' && result.why.includes('ECONNREFUSED'), host);
    }
  });

  it('fails when the listener takes nothing for too long, and when it is closed', async () => {
    await using listener = await LineListener.start({ reads: false });
    const much = ['x'.repeat(32 * 1024 * 1024)];
    await using database = new TcpDatabase({ host, port: listener.port, deadlineMs: 200 });
    const late = { kind: 'failed', why: 'not taken within 200 ms' } as const;
    assert.deepEqual(await database.write(much), late);
    const closed = new TcpDatabase({ host, port: listener.port });
    const writing = closed.write(much);
    await closed[Symbol.asyncDispose]();
    assert.equal((await writing).kind, 'failed');
    assert.equal((await closed.write(['a'])).kind, 'failed');
  });
});
