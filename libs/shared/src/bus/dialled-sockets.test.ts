import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { it } from 'node:test';
import { Bus } from './bus.ts';
import { generateKey } from './keys.ts';
import { failureCode } from './testing/asserts.ts';

it('a server that says nothing is given up, and so are the connections to it', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `nats://127.0.0.1:${port}`;
  const options = { identity: 'admin', onDefect: assert.fail, connectDeadlineMs: 1 } as const;
  assert.equal(
    await failureCode(Bus.connect({ url, seed: generateKey().seed, ...options })),
    'BUS_UNREACHABLE',
  );
  // Closes when there is none any more.
  server.close();
  await once(server, 'close');
  assert.equal(sockets.length, 1);
});
