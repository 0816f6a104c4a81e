import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeBlob } from '../contracts/blob.ts';
import { destroyUnikernel, showUnikernel } from '../contracts/unikernel.ts';
import { listUnikernels } from '../contracts/unikernel-list.ts';
import { parseUnikernelName, ROOT } from '../domain/name.ts';
import { deferred } from './deferred.ts';
import { endpoint, type Endpoint } from './serve.ts';
import type { Bus } from './bus.ts';
import { failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');

async function supervise(server: RealServer, endpoints: Endpoint[]): Promise<Bus> {
  const bus = await server.connect('supervisor');
  await bus.serve({ service: 'supervisor', version: '0.0.0', endpoints, onDrop: assert.fail });
  return bus;
}

describe('a request', () => {
  it('is answered although the server is killed while it is under way', async () => {
    await using server = await RealServer.start();
    let asked = 0;
    const firstAsked = deferred();
    await using _ = await supervise(server, [
      endpoint(destroyUnikernel, async () => {
        asked += 1;
        firstAsked.resolve();
        // The first time nobody answers: its caller's connection is gone before it could.
        return asked === 1 ? await new Promise<never>(() => undefined) : {};
      }),
    ]);
    await using admin = await server.connect('admin');
    const requests = [1, 2, 3].map((n) =>
      admin.request(destroyUnikernel, { name: hello, id: `request-${n}` }),
    );
    await firstAsked.promise;
    await server.kill();
    await server.resume();
    const replies = await Promise.all(requests);
    assert.deepEqual(replies, [{}, {}, {}]);
  });

  it('asked while there is no connection waits for one', async () => {
    await using server = await RealServer.start();
    await using _ = await supervise(server, [
      endpoint(listUnikernels, async () => ({ unikernels: [], next: null })),
    ]);
    await using admin = await server.connect('admin');
    await server.kill();
    const reply = admin.request(listUnikernels, { name: ROOT });
    await server.resume();
    assert.deepEqual(await reply, { unikernels: [], next: null });
  });

  it('fails with BUS_UNREACHABLE at its deadline when no connection comes', async () => {
    await using server = await RealServer.start();
    const admin = await server.connect('admin');
    await server.kill();
    const reply = admin.request(listUnikernels, { name: ROOT }, { deadlineMs: 500 });
    assert.equal(await failureCode(reply), 'BUS_UNREACHABLE');
    await admin[Symbol.asyncDispose]();
  });

  it('fails with SERVICE_DOWN when nobody serves it', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const reply = admin.request(listUnikernels, { name: ROOT }, { deadlineMs: 5_000 });
    assert.equal(await failureCode(reply), 'SERVICE_DOWN');
  });

  it('waits for nobody who is not there, if it is told not to', async (t) => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    // No other try could begin.
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
    const reply = admin.request(listUnikernels, { name: ROOT }, { graceMs: 0 });
    assert.equal(await failureCode(reply), 'SERVICE_DOWN');
  });

  it('fails with BUS_UNREACHABLE as soon as its own connection is closed', async () => {
    await using server = await RealServer.start();
    const admin = await server.connect('admin');
    const reply = failureCode(admin.request(listUnikernels, { name: ROOT }));
    await admin[Symbol.asyncDispose]();
    assert.equal(await reply, 'BUS_UNREACHABLE');
  });

  it('fails with DEADLINE_EXCEEDED when the service does not answer', async () => {
    await using server = await RealServer.start();
    await using _ = await supervise(server, [
      endpoint(showUnikernel, async () => await new Promise<never>(() => undefined)),
    ]);
    await using admin = await server.connect('admin');
    const reply = admin.request(showUnikernel, { name: hello }, { deadlineMs: 200 });
    assert.equal(await failureCode(reply), 'DEADLINE_EXCEEDED');
  });

  it('is checked against its contract before it is sent', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const bytes = new Uint8Array(600 * 1024);
    const tooLarge = admin.request(writeBlob, {
      name: hello,
      blob: '0'.repeat(32),
      offset: 0,
      bytes,
    });
    assert.equal(await failureCode(tooLarge), 'REQUEST_INVALID');
    assert.equal(await failureCode(admin.request(showUnikernel, { name: 'a:' })), 'NAME_INVALID');
  });
});

describe('connecting', () => {
  it('fails with BUS_UNREACHABLE when no server answers within the deadline', async () => {
    const server = await RealServer.start();
    await server[Symbol.asyncDispose]();
    assert.equal(
      await failureCode(server.connect('admin', { connectDeadlineMs: 300 })),
      'BUS_UNREACHABLE',
    );
  });

  it('fails with PERMISSION_DENIED when the server does not know the key', async () => {
    await using server = await RealServer.start();
    await using other = await RealServer.start();
    const wrong = server.connect('admin', { seed: other.seed('admin') });
    assert.equal(await failureCode(wrong), 'PERMISSION_DENIED');
  });

  it('fails with PERMISSION_DENIED, and at once, when the key is damaged', async () => {
    await using server = await RealServer.start();
    const damaged = server.connect('admin', { seed: server.seed('admin').slice(0, -1) });
    assert.equal(await failureCode(damaged), 'PERMISSION_DENIED');
  });
});
