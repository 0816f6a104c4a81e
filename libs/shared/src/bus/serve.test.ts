import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../contracts/failures.ts';
import { requestSubject } from '../contracts/request.ts';
import { destroyUnikernel, showUnikernel } from '../contracts/unikernel.ts';
import { listUnikernels } from '../contracts/unikernel-list.ts';
import { parseUnikernelName, ROOT } from '../domain/name.ts';
import type { Bus } from './bus.ts';
import { encode } from './codec.ts';
import { deferred } from './deferred.ts';
import { endpoint, type Endpoint } from './serve.ts';
import { eventually, failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');
const nothing = endpoint(listUnikernels, async () => ({ unikernels: [], next: null }));
const neverAsked = endpoint(listUnikernels, async () => assert.fail('it was asked'));

interface Supervised {
  readonly bus: Bus;
  readonly defects: unknown[];
  readonly dropped: string[];
}

async function supervise(server: RealServer, endpoints: Endpoint[]): Promise<Supervised> {
  const defects: unknown[] = [];
  const dropped: string[] = [];
  const bus = await server.connect('supervisor', { onDefect: (error) => defects.push(error) });
  await bus.serve({
    service: 'supervisor',
    version: '0.0.0',
    endpoints,
    onDrop: (subject, why) => dropped.push(`${why}: ${subject}`),
  });
  return { bus, defects, dropped };
}

describe('a service', () => {
  it('answers INTERNAL and goes on when its handler throws or rejects', async () => {
    await using server = await RealServer.start();
    const { bus, defects } = await supervise(server, [
      nothing,
      endpoint(showUnikernel, () => {
        throw new Error('thrown at once');
      }),
      endpoint(destroyUnikernel, async () => {
        await sleep(1);
        throw new Error('rejected later');
      }),
    ]);
    await using _ = bus;
    await using admin = await server.connect('admin');
    assert.equal(await failureCode(admin.request(showUnikernel, { name: hello })), 'INTERNAL');
    assert.equal(
      await failureCode(admin.request(destroyUnikernel, { name: hello, id: 'request-1' })),
      'INTERNAL',
    );
    assert.equal(defects.length, 2);
    assert.deepEqual(await admin.request(listUnikernels, { name: ROOT }), {
      unikernels: [],
      next: null,
    });
  });

  it('counts the requests it was asked, and those under way', async () => {
    await using server = await RealServer.start();
    const [asked, answered] = [deferred(), deferred()];
    const { bus } = await supervise(server, [
      nothing,
      endpoint(destroyUnikernel, async () => {
        asked.resolve();
        await answered.promise;
        return {};
      }),
    ]);
    await using _ = bus;
    await using admin = await server.connect('admin');
    assert.deepEqual(bus.load, { active: 0, total: 0, dropped: 0 });
    await admin.request(listUnikernels, { name: ROOT });
    const destroyed = admin.request(destroyUnikernel, { name: hello, id: 'request-1' });
    await asked.promise;
    await eventually('the other is over', () => bus.load.active === 1);
    assert.deepEqual(bus.load, { active: 1, total: 2, dropped: 0 });
    answered.resolve();
    await destroyed;
    await eventually('none is under way', () => bus.load.active === 0);
  });

  it('hands a failure of its contract to the caller as it was thrown', async () => {
    await using server = await RealServer.start();
    const thrown = new Failure('UNIKERNEL_NOT_FOUND', 'no hello', { name: hello });
    const { bus } = await supervise(server, [
      endpoint(showUnikernel, async () => {
        throw thrown;
      }),
    ]);
    await using _ = bus;
    await using admin = await server.connect('admin');
    await assert.rejects(admin.request(showUnikernel, { name: hello }), {
      code: thrown.code,
      message: thrown.message,
      details: thrown.details,
    });
  });

  it('reports its own malformed reply as a defect instead of sending it', async () => {
    await using server = await RealServer.start();
    const { bus, defects } = await supervise(server, [
      endpoint(listUnikernels, async () => ({ unikernels: 'none' }) as never),
    ]);
    await using _ = bus;
    await using admin = await server.connect('admin');
    assert.equal(await failureCode(admin.request(listUnikernels, { name: ROOT })), 'INTERNAL');
    assert.equal(defects.length, 1);
  });

  it('refuses a body that names another than its subject', async () => {
    await using server = await RealServer.start();
    const { bus } = await supervise(server, [nothing]);
    await using _ = bus;
    const bare = await server.connectBare('admin');
    const subject = requestSubject(listUnikernels, 'admin', hello);
    const reply = await bare.request(subject, encode({ name: ':' }));
    assert.equal(reply.headers?.get('Nats-Service-Error'), 'NAME_MISMATCH');
    await bare.close();
  });

  it('refuses bytes that are no msgpack, unknown keys and illegal names, each with its code', async () => {
    await using server = await RealServer.start();
    const { bus } = await supervise(server, [nothing]);
    await using _ = bus;
    const bare = await server.connectBare('admin');
    const subject = requestSubject(listUnikernels, 'admin', ROOT);
    const code = async (data: Uint8Array): Promise<string | undefined> =>
      (await bare.request(subject, data)).headers?.get('Nats-Service-Error');
    assert.equal(await code(Buffer.from('c1ffff', 'hex')), 'REQUEST_INVALID');
    assert.equal(await code(encode({ name: ':', colour: 'red' })), 'REQUEST_INVALID');
    assert.equal(await code(encode({ name: 'a_b' })), 'NAME_INVALID');
    await bare.close();
  });

  it('does not answer where a caller points that is not its own inbox', async () => {
    await using server = await RealServer.start();
    const { bus, dropped } = await supervise(server, [nothing]);
    await using _ = bus;
    const victim = await server.connectBare('watcher');
    const hits: string[] = [];
    victim.subscribe('_INBOX.watcher.>', {
      callback: (_error, message) => hits.push(message.subject),
    });
    await victim.flush();
    const bare = await server.connectBare('admin');
    bare.publish(requestSubject(listUnikernels, 'admin', ROOT), encode({ name: ':' }), {
      reply: '_INBOX.watcher.stolen',
    });
    await using admin = await server.connect('admin');
    await admin.request(listUnikernels, { name: ROOT });
    await victim.flush();
    assert.deepEqual(hits, []);
    assert.equal(dropped.length, 1);
    assert.equal(bus.load.dropped, 1);
    assert.match(dropped[0] ?? '', /^foreign reply: /);
    await bare.close();
    await victim.close();
  });

  it('is not reached by a message that JetStream was made to deliver', async () => {
    await using server = await RealServer.start({ intruder: true });
    const { bus, dropped } = await supervise(server, [neverAsked]);
    await using _ = bus;
    const intruder = await server.connectIntruder();
    const manager = await intruder.jetstreamManager();
    const target = requestSubject(listUnikernels, 'admin', ROOT);
    // Whoever may make a stream can have what is stored in it published again, as anybody.
    const stream = { name: 'EVIL', subjects: ['evil'], republish: { src: 'evil', dest: target } };
    await manager.streams.add(stream);
    await intruder.jetstream().publish('evil', encode({ name: ':' }));
    await eventually('it was dropped', () => dropped.length > 0);
    assert.deepEqual(dropped, [`foreign reply: ${target}`]);
    await intruder.close();
  });
});
