import assert from 'node:assert/strict';
import { createInbox, Events } from 'nats';
import { describe, it } from 'node:test';
import { consoleHistory } from '../contracts/console.ts';
import { eventFeed } from '../contracts/event.ts';
import { feedPattern, feedSubject } from '../contracts/feed.ts';
import { GATEWAYS, IDENTITIES, type Identity } from '../contracts/identities.ts';
import { requestSubject } from '../contracts/request.ts';
import { listUnikernels } from '../contracts/unikernel-list.ts';
import { parseUnikernelName, ROOT } from '../domain/name.ts';
import { encode } from './codec.ts';
import { permissionsOf } from './permissions.ts';
import { eventually, failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');

describe('permissions on the bus', () => {
  it('lets a process tell of itself, of no other, and the others of nobody', () => {
    const heartbeats = (identity: Identity): readonly string[] =>
      permissionsOf(identity).publish.filter((subject) => /heartbeat|^>$|v1\.[*>]/.test(subject));
    const expected: Partial<Record<Identity, readonly string[]>> = {
      supervisor: ['albatross.v1.heartbeat.supervisor'],
      console: ['albatross.v1.heartbeat.console'],
      stats: ['albatross.v1.heartbeat.stats'],
      'influx-bridge': ['albatross.v1.heartbeat.influx-bridge'],
      'tls-gateway': ['albatross.v1.heartbeat.tls-gateway'],
      'local-gateway': ['albatross.v1.heartbeat.local-gateway'],
    };
    for (const one of IDENTITIES) assert.deepEqual(heartbeats(one), expected[one] ?? [], one);
    for (const one of ['admin', 'watcher'] as const)
      assert.ok(permissionsOf(one).subscribe.includes('albatross.v1.heartbeat.>'), one);
  });

  it('lets a gateway ask in its own name, for what its clients may ask for', () => {
    const asks = (identity: Identity): readonly string[] =>
      permissionsOf(identity)
        .publish.filter((subject) => subject.startsWith('albatross.v1.cmd.'))
        .map((subject) => subject.replace('albatross.v1.cmd.', '').replace('.>', ''));
    for (const gateway of GATEWAYS)
      for (const one of asks(gateway)) assert.ok(one.startsWith(`${gateway}.`), one);
    const only = (one: Identity, other: Identity): readonly string[] => {
      const others = asks(other).map((verb) => verb.replace(`${other}.`, `${one}.`));
      return asks(one).filter((verb) => !others.includes(verb));
    };
    assert.deepEqual(only('tls-gateway', 'local-gateway'), ['tls-gateway.policy.assert']);
    assert.deepEqual(only('local-gateway', 'tls-gateway'), [
      'local-gateway.policy.add',
      'local-gateway.policy.remove',
      'local-gateway.stats.add',
      'local-gateway.stats.remove',
    ]);
    for (const verb of ['unikernel.stop', 'event.list', 'stats.host'])
      assert.ok(!asks('tls-gateway').includes(`tls-gateway.${verb}`), verb);
  });

  it('lets only the supervisor make the stream of samples, and the bridge only read it', () => {
    const ofStreams = (identity: Identity): readonly string[] =>
      permissionsOf(identity).publish.filter((subject) => /JS|^>$|^\*/.test(subject));
    const expected: Partial<Record<Identity, readonly string[]>> = {
      supervisor: [
        '$JS.API.STREAM.UPDATE.STATS',
        '$JS.API.STREAM.CREATE.STATS',
        '$JS.API.CONSUMER.CREATE.STATS.influx-bridge',
      ],
      'influx-bridge': [
        '$JS.API.CONSUMER.INFO.STATS.influx-bridge',
        '$JS.API.CONSUMER.MSG.NEXT.STATS.influx-bridge',
        '$JS.ACK.STATS.influx-bridge.>',
      ],
    };
    for (const one of IDENTITIES) assert.deepEqual(ofStreams(one), expected[one] ?? [], one);
    const bridge = permissionsOf('influx-bridge');
    assert.equal(bridge.publish.length, 4, 'the rest is its heartbeat');
    for (const one of IDENTITIES)
      assert.ok(!permissionsOf(one).subscribe.some((subject) => /^\$JS|^>$/.test(subject)), one);
  });

  it('keeps an identity from asking in the name of another', async () => {
    await using server = await RealServer.start();
    const bare = await server.connectBare('console');
    await assert.rejects(
      bare.request(requestSubject(listUnikernels, 'admin', ROOT), encode({ name: ':' })),
      { code: 'PERMISSIONS_VIOLATION' },
    );
    await bare.close();
  });

  it('keeps an identity from listening to the replies of another', async () => {
    await using server = await RealServer.start();
    const bare = await server.connectBare('console');
    const refused = new Promise<string>((resolve) => {
      bare.subscribe(createInbox('_INBOX.admin'), {
        callback: (error) => resolve(error?.code ?? 'received'),
      });
    });
    assert.equal(await refused, 'PERMISSIONS_VIOLATION');
    await bare.close();
  });

  it('lets only the supervisor tell of events', async () => {
    await using server = await RealServer.start();
    const name = parseUnikernelName('foo:a');
    const subject = feedSubject(eventFeed, name, 'stopped');
    const watcher = await server.connectBare('watcher');
    const received: string[] = [];
    watcher.subscribe(feedPattern(eventFeed, name), {
      callback: (_error, { data }) => void received.push(new TextDecoder().decode(data)),
    });
    await watcher.flush();
    for (const identity of ['console', 'admin', 'supervisor'] as const) {
      const bare = await server.connectBare(identity);
      bare.publish(subject, new TextEncoder().encode(identity));
      await bare.flush();
      await bare.close();
    }
    await eventually('the event arrived', () => received.length > 0);
    assert.deepEqual(received, ['supervisor']);
    await watcher.close();
  });

  it('lets an identity without publish rights publish nothing at all', async () => {
    await using server = await RealServer.start();
    const defects: string[] = [];
    await using watcher = await server.connect('watcher', {
      onDefect: (error) => defects.push(String(error)),
    });
    assert.equal(
      await failureCode(
        watcher.request(consoleHistory, { name: hello, from: { kind: 'count', count: 1 } }),
      ),
      'PERMISSION_DENIED',
    );
    const bare = await server.connectBare('watcher');
    const violation = (async (): Promise<string> => {
      for await (const status of bare.status())
        if ((status.type as Events) === Events.Error) return JSON.stringify(status.data);
      return 'closed';
    })();
    bare.publish('albatross.v1.console.hello', encode({}));
    assert.match(await violation, /PERMISSIONS_VIOLATION/);
    await bare.close();
  });
});
