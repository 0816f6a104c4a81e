import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Speaker } from './testing/speaker.ts';
import { KEY_HOLDERS, TENANTS } from './testing/bus-rights.ts';
import { eventually } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const FORGED = 'albatross.v1.cmd.admin.unikernel.destroy.foo.web';

/** What would end the stream, steal from it, or have it say something in the admin's name. */
const ATTACKS: readonly (readonly [subject: string, body?: object])[] = [
  ['STREAM.DELETE.STATS'],
  ['STREAM.PURGE.STATS'],
  ['STREAM.MSG.DELETE.STATS', { seq: 1 }],
  ['STREAM.MSG.GET.STATS', { seq: 1 }],
  ['STREAM.CREATE.THIEF', { name: 'THIEF', subjects: ['albatross.v1.event.>'], num_replicas: 1 }],
  ['CONSUMER.DELETE.STATS.influx-bridge'],
  ['CONSUMER.CREATE.STATS', consumer({ deliver_subject: FORGED })],
  ['CONSUMER.CREATE.STATS.thief', consumer({ name: 'thief', deliver_subject: FORGED })],
  [
    'CONSUMER.DURABLE.CREATE.STATS.thief',
    consumer({ durable_name: 'thief', deliver_subject: FORGED }),
  ],
  ['CONSUMER.CREATE.STATS', consumer({ deliver_subject: '_INBOX.admin.x' })],
];

/** These too, but of the supervisor, who has to make what there is. */
const CHANGES: typeof ATTACKS = [
  ['STREAM.UPDATE.STATS', { name: 'STATS', subjects: ['albatross.v1.>'], max_msgs: 1 }],
  [
    'CONSUMER.CREATE.STATS.influx-bridge',
    consumer({ name: 'influx-bridge', deliver_subject: FORGED }),
  ],
];

describe('the stream of samples', () => {
  it('is neither ended nor changed nor made to speak by anybody but the supervisor, who cannot end it', async () => {
    await using server = await RealServer.start({ intruder: true, tenants: TENANTS });
    await using supervisor = await server.connect('supervisor');
    using intruder = await server.connectSpeakingIntruder();
    intruder.subscribe('answers', 'answers.>');
    intruder.subscribe('forged', FORGED);
    intruder.subscribe('forged', '_INBOX.admin.x');
    using _ = supervisor.keepStats({ onFailure: (error) => assert.fail(error) });
    await eventually('it is there', async () =>
      /"name":"influx-bridge"/.test(await told(intruder)),
    );
    intruder.publish('albatross.v1.stats.foo.web', 'sample');
    await intruder.flush();
    const before = await told(intruder);
    for (const holder of KEY_HOLDERS) {
      using speaker = await server.connectSpeaker(holder);
      for (const [subject, body] of holder === 'supervisor' ? ATTACKS : [...ATTACKS, ...CHANGES])
        speaker.publish(`$JS.API.${subject}`, JSON.stringify(body) ?? '', `answers.${holder}`);
      await speaker.flush();
    }
    assert.equal(await told(intruder), before);
    assert.match(before, /"messages":1\b/);
    const byOthers = intruder.heard.filter(({ subject }) => !subject.startsWith('answers.own'));
    assert.deepEqual(byOthers, []);
  });
});

function consumer(config: object): object {
  return { stream_name: 'STATS', config: { ack_policy: 'none', deliver_policy: 'all', ...config } };
}

/** What there is: the stream and whoever reads it, without the times at which it was asked. */
async function told(intruder: Speaker): Promise<string> {
  const asked = ['STREAM.NAMES', 'STREAM.INFO.STATS', 'CONSUMER.LIST.STATS'];
  const known = intruder.heard.length;
  for (const subject of asked) intruder.publish(`$JS.API.${subject}`, '', `answers.own.${subject}`);
  await eventually('it answers', async () => {
    await intruder.flush();
    return intruder.heard.length >= known + asked.length;
  });
  return intruder.heard
    .slice(known)
    .map(({ data }) => data.replaceAll(/"(ts|last_active|last_ts|first_ts)":"[^"]*",?/g, ''))
    .toSorted()
    .join('\n');
}
