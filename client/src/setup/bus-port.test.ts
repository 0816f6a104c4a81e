import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { freePort } from '@albatross/shared/runtime/loopback-port';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { whoListens } from './bus-port.ts';

describe('who listens where the bus should', () => {
  it('is nobody where no connection is taken', async () => {
    assert.equal(await whoListens(await freePort()), 'nobody');
  });

  it('is ours when it says so', async () => {
    await using server = await RealServer.start();
    assert.equal(await whoListens(Number(new URL(server.url).port)), 'ours');
  });

  it('is somebody else when it says something else, or goes', async () => {
    for (const greeting of ['INFO {"server_name":"other"}\r\n', 'HTTP/1.1 400 Bad\r\n', '']) {
      const server = createServer((socket) => socket.end(greeting)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      assert.equal(await whoListens(port), 'somebody else');
      server.close();
    }
  });
});
