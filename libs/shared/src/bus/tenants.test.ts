import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventFeed } from '../contracts/event.ts';
import { addPolicy } from '../contracts/policy.ts';
import { requestSubject } from '../contracts/request.ts';
import { destroyUnikernel } from '../contracts/unikernel.ts';
import { listUnikernels } from '../contracts/unikernel-list.ts';
import { parseUnikernelName, ROOT } from '../domain/name.ts';
import { path, policy } from '../domain/testing/policies.ts';
import type { Bus } from './bus.ts';
import { encode } from './codec.ts';
import { tenantPermissions } from './permissions.ts';
import { endpoint } from './serve.ts';
import { eventually, failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const tenants = new Map([['tenant-alice', path('foo:')]] as const);
const id = 'request-1';

/** A supervisor that does whatever it is asked, and says what that was. */
async function supervise(bus: Bus, asked: string[], dropped: string[]): Promise<void> {
  await bus.serve({
    service: 'supervisor',
    version: '0.0.0',
    endpoints: [
      endpoint(listUnikernels, async ({ name }, { actor }) => {
        asked.push(`${actor} lists ${name}`);
        return { unikernels: [], next: null };
      }),
      endpoint(destroyUnikernel, async ({ name }, { actor }) => {
        asked.push(`${actor} destroys ${name}`);
        return {};
      }),
      endpoint(addPolicy, async ({ name }, { actor }) => {
        asked.push(`${actor} gives ${name} a policy`);
        return { changed: true };
      }),
    ],
    onDrop: (subject, why) => dropped.push(`${why}: ${subject}`),
  });
}

describe('a tenant confined to foo:', () => {
  it('does as he likes below it, in his own name, and cannot touch bar: nor raise his own policy', async () => {
    await using server = await RealServer.start({ tenants });
    await using supervisor = await server.connect('supervisor');
    const asked: string[] = [];
    await supervise(supervisor, asked, []);
    await using alice = await server.connect('tenant-alice', { onDefect: () => undefined });
    await alice.request(listUnikernels, { name: path('foo:') });
    await alice.request(destroyUnikernel, { id, name: parseUnikernelName('foo:web') });
    await alice.request(addPolicy, { id, name: path('foo:sub:'), policy: policy() });
    for (const name of ['bar:', 'food:', ':'])
      assert.equal(
        await failureCode(alice.request(listUnikernels, { name: path(name) })),
        'PERMISSION_DENIED',
        name,
      );
    for (const name of ['bar:web', 'web', 'foo'])
      assert.equal(
        await failureCode(alice.request(destroyUnikernel, { id, name: parseUnikernelName(name) })),
        'PERMISSION_DENIED',
        name,
      );
    for (const name of ['foo:', 'bar:', ':'])
      assert.equal(
        await failureCode(alice.request(addPolicy, { id, name: path(name), policy: policy() })),
        'PERMISSION_DENIED',
        name,
      );
    assert.deepEqual(asked, [
      'tenant-alice lists foo:',
      'tenant-alice destroys foo:web',
      'tenant-alice gives foo:sub: a policy',
    ]);
  });

  it('cannot name another in the body, nor in a header, nor have somebody else answered', async () => {
    await using server = await RealServer.start({ tenants });
    await using supervisor = await server.connect('supervisor');
    const [asked, dropped]: [string[], string[]] = [[], []];
    await supervise(supervisor, asked, dropped);
    const bare = await server.connectBare('tenant-alice');
    const subject = requestSubject(destroyUnikernel, 'tenant-alice', parseUnikernelName('foo:web'));
    const answer = await bare.request(subject, encode({ id, name: 'bar:web' }));
    assert.equal(answer.headers?.get('Nats-Service-Error'), 'NAME_MISMATCH');
    bare.publish(subject, encode({ id, name: 'foo:web' }), { reply: '_INBOX.admin.x' });
    await eventually('it was dropped', () => dropped.length > 0);
    assert.deepEqual(dropped, [`foreign reply: ${subject}`]);
    assert.deepEqual(asked, []);
    await bare.close();
  });

  it('hears of what happens there, and of nothing else', async () => {
    await using server = await RealServer.start({ tenants });
    await using supervisor = await server.connect('supervisor');
    const defects: string[] = [];
    await using alice = await server.connect('tenant-alice', {
      onDefect: (error) => defects.push(String(error)),
    });
    const heard: string[] = [];
    const follow = (text: string): (() => void) =>
      alice.follow(eventFeed, path(text), {
        onMessage: ({ name }) => void heard.push(name),
        onDropped: () => assert.fail('it was too slow'),
      });
    for (const name of ['foo:', 'bar:', ':']) follow(name);
    await alice.flush();
    for (const text of ['bar:web', 'web', 'foo:web']) {
      const name = parseUnikernelName(text);
      const told = { seq: 1, id: '0123456789abcdef', at: 1, name, actor: 'admin', requestId: id };
      supervisor.publish(eventFeed, name, { ...told, type: 'destroyed' });
    }
    await eventually('his own arrived', () => heard.length > 0);
    assert.deepEqual(heard, ['foo:web']);
    assert.equal(defects.filter((defect) => /PERMISSIONS_VIOLATION/.test(defect)).length, 2);
  });

  it('is confined to something: nobody gets the root', () => {
    assert.throws(() => tenantPermissions('tenant-alice', ROOT), RangeError);
  });
});
