import { StartError } from '@albatross/shared/runtime/run';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { link, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { startSockets } from './sockets.ts';
import { ask, connected, messagesIn } from './testing/local-client.ts';
import { INFO, message, NOBODY, SILENT, SocketsUnderTest } from './testing/sockets-under-test.ts';

describe('the files of the sockets', () => {
  it('are for their owner and group alone', async () => {
    await using sockets = await SocketsUnderTest.start();
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    assert.equal(await mode(sockets.folder), '750');
    for (const door of ['vmmd', 'console', 'stat'] as const)
      assert.equal(await mode(sockets.path(door)), '660');
    await sockets.stop();
    assert.deepEqual(await readdir(sockets.folder), ['lock']);
  });

  it('are made again where a killed process left them', async () => {
    await using sockets = await SocketsUnderTest.start();
    await sockets.stop();
    await leaveSocket(sockets.path('vmmd'));
    await assert.rejects(connected(sockets.path('vmmd')), { code: 'ECONNREFUSED' });
    await sockets.resume();
    assert.equal(messagesIn(await ask(sockets.path('vmmd'), message(INFO))).length, 1);
  });

  it('are not taken from a program that answers there', async () => {
    await using sockets = await SocketsUnderTest.start();
    await sockets.stop();
    const daemon = createServer().listen(sockets.path('vmmd'));
    await once(daemon, 'listening');
    await assert.rejects(sockets.resume(), (error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, /^a program answers on .*vmmd\.sock: the original's daemon, or/);
      return true;
    });
    daemon.close();
    await once(daemon, 'close');
    await sockets.resume();
  });

  it('are not taken from another gateway', async () => {
    await using sockets = await SocketsUnderTest.start();
    const why = `a gateway with these sockets is already running, as process ${process.pid}`;
    await assert.rejects(
      sockets.resume(),
      (error) => error instanceof StartError && error.message === why,
    );
    assert.equal(messagesIn(await ask(sockets.path('vmmd'), message(INFO))).length, 1);
  });

  it('replace nothing else', async () => {
    await using sockets = await SocketsUnderTest.start();
    await sockets.stop();
    await writeFile(sockets.path('stat'), 'precious');
    await assert.rejects(sockets.resume(), /stat\.sock is there and is no socket; move it away/);
    assert.equal(await readFile(sockets.path('stat'), 'utf8'), 'precious');
  });

  it('are not made where their path would be cut', async () => {
    await using folder = await TemporaryFolder.make();
    const started = startSockets({
      folder: folder.file('x'.repeat(100)),
      activation: null,
      log: SILENT,
      requests: NOBODY,
      carryOut: async () => undefined,
    });
    await assert.rejects(started, /is too long: the path of a socket has at most 107 bytes/);
  });
});

/** As somebody leaves it who is killed: nobody removes the file. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  await link(path, `${path}.kept`);
  server.close();
  await once(server, 'close');
  await rename(`${path}.kept`, path);
}
