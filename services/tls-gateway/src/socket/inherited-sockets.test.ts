import { StartError } from '@albatross/shared/runtime/run';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inheritedSockets } from './inherited-sockets.ts';
import { ask, messagesIn } from './testing/local-client.ts';
import { INFO, message } from './testing/sockets-under-test.ts';

const PROGRAM = fileURLToPath(new URL('testing/listening-program.ts', import.meta.url));

describe('sockets that systemd has', () => {
  it('are told apart by their paths, and nothing of them is removed', async () => {
    await using folder = await TemporaryFolder.make();
    const files = ['stat.sock', 'vmmd.sock', 'console.sock'];
    await using program = await startWith(files, folder);
    assert.equal(program.said, 'ready');
    const replies = messagesIn(await ask(folder.file('vmmd.sock.kept'), message(INFO)));
    assert.equal(replies[0]?.payload.kind, 'reply');
    const wrong = messagesIn(await ask(folder.file('stat.sock.kept'), message(INFO)));
    assert.equal(wrong[0]?.payload.kind, 'failure');
  });

  it('have to be all three of them', async () => {
    await using folder = await TemporaryFolder.make();
    await using program = await startWith(['vmmd.sock', 'vmmd2.sock', 'stat.sock'], folder);
    assert.match(program.said, /^StartError: .*; descriptor 4 is .*vmmd2\.sock$/);
  });

  it('have to be for this process', async () => {
    const why = /^systemd has to hand over 3 sockets: vmmd\.sock, console\.sock, stat\.sock; /;
    for (const [activation, expected] of [
      [{ pid: undefined, fds: '3' }, `LISTEN_PID is not set, and this is ${process.pid}`],
      [{ pid: '1', fds: '3' }, `LISTEN_PID is 1, and this is ${process.pid}`],
      [{ pid: `${process.pid}`, fds: '1' }, 'LISTEN_FDS is 1'],
    ] as const)
      await assert.rejects(inheritedSockets(activation), (error) => {
        assert.ok(error instanceof StartError);
        assert.equal(error.message.replace(why, ''), expected);
        return true;
      });
  });
});

interface Started extends AsyncDisposable {
  /** Its first line. */
  readonly said: string;
}

/**
 * Starts a program with sockets that listen at these files. They are ours no more then: each can be reached
 * at a second name, which closing ours does not remove.
 */
async function startWith(files: readonly string[], folder: TemporaryFolder): Promise<Started> {
  const servers = await Promise.all(files.map(async (file) => await listen(folder.file(file))));
  const script = `exec "$0" --import tsx "$1" "$2" $$ ${files.length}`;
  const child = spawn('sh', ['-c', script, process.execPath, PROGRAM, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit', ...servers.map(descriptorOf)],
  });
  const exit = once(child, 'exit');
  assert.ok(child.stdout !== null);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  for (const server of servers) server.close();
  return {
    said: line.toString().trim(),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function listen(path: string): Promise<Server> {
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  await link(path, `${path}.kept`);
  return server;
}

/** Node shows it to nobody. */
function descriptorOf(server: Server): number {
  const { _handle: handle } = server as unknown as { _handle: { fd: number } };
  return handle.fd;
}
