import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FEEDS, REQUESTS } from '../contracts/catalogue.ts';
import type { KeyHolder } from '../contracts/identities.ts';
import { busRights, COMMAND_ROWS, FEED_ROWS, KEY_HOLDERS, TENANTS } from './testing/bus-rights.ts';
import { RealServer } from './testing/real-server.ts';
import type { Speaker } from './testing/speaker.ts';

const probes = busRights();

/** Patterns that would bring more than one subject. None may be had but those that somebody is meant to have. */
const FEED_STEMS = 'console stats event heartbeat refused event.* event.created'.split(' ');
const GREEDY = [
  ...'> * *.> *.*.> *.*.*.> *.*.*.*.> $*.> $SYS.> $SRV.> $JS.> $JS.API.> $JS.API.STREAM.>'.split(
    ' ',
  ),
  ...'$JS.EVENT.> _INBOX.> _INBOX.*.> _INBOX.*.x albatross.> albatross.*.>'.split(' '),
  ...'v1.> v1.*.> v1.*.foo.> v1.*.*.*.foo.web v1.cmd.> v1.cmd.*.> v1.cmd.*.unikernel.>'
    .split(' ')
    .concat('v1.cmd.*.*.*.foo.>', FEED_STEMS.flatMap(all))
    .map((rest) => `albatross.${rest}`),
];

describe('what the server lets each key do', () => {
  let server: RealServer;
  before(async () => {
    server = await RealServer.start({ intruder: true, tenants: TENANTS });
  });
  after(async () => await server[Symbol.asyncDispose]());

  it('is written down for every request and every feed there is', () => {
    assert.deepEqual(
      COMMAND_ROWS.map(([command, service]) => `${command} ${service}`).toSorted(),
      REQUESTS.map(({ noun, verb, service }) => `${noun}.${verb} ${service}`).toSorted(),
    );
    assert.deepEqual(
      FEED_ROWS.map(([kind = '']) => kind).toSorted(),
      FEEDS.map(({ kind }) => kind).toSorted(),
    );
    const subjects = probes.map(({ subject }) => subject);
    assert.equal(new Set(subjects).size, subjects.length);
  });

  it('is to publish what it must, and nothing else', async () => {
    using intruder = await server.connectSpeakingIntruder();
    intruder.subscribe('1', '>');
    await intruder.flush();
    await forEach(server, async (speaker, holder) => {
      for (const { subject } of probes) speaker.publish(subject, holder);
      await speaker.flush();
    });
    await intruder.flush();
    for (const holder of KEY_HOLDERS) {
      const said = intruder.heard.filter(({ data }) => data === holder);
      const subjects = said.map(({ subject }) => subject).toSorted();
      assert.deepEqual(
        subjects,
        expected(({ publishers }) => publishers, holder),
        holder,
      );
    }
  });

  it('is to hear what it must, and nothing else, whatever it subscribes', async () => {
    using intruder = await server.connectSpeakingIntruder();
    const hears = new Map<KeyHolder, readonly string[]>();
    await forEach(server, async (speaker, holder) => {
      const subjects = [...probes.map(({ subject }) => subject), ...GREEDY];
      for (const subject of subjects) {
        speaker.subscribe(`alone:${subject}`, subject);
        speaker.subscribe(`queue:${subject}`, subject, `queue-of-${holder}`);
      }
      await speaker.flush();
      for (const { subject } of probes) intruder.publish(subject, 'probe');
      await intruder.flush();
      await speaker.flush();
      const heard = speaker.heard.filter(({ data }) => data === 'probe');
      hears.set(holder, [...new Set(heard.map(({ subject }) => subject))].toSorted());
    });
    for (const holder of KEY_HOLDERS)
      assert.deepEqual(
        hears.get(holder),
        expected(({ subscribers }) => subscribers, holder),
        holder,
      );
  });
});

function all(stem: string): readonly string[] {
  return [`v1.${stem}.>`, `v1.${stem}.*`, `v1.${stem}.foo.>`];
}

async function forEach(
  server: RealServer,
  work: (speaker: Speaker, holder: KeyHolder) => Promise<void>,
): Promise<void> {
  for (const holder of KEY_HOLDERS) {
    using speaker = await server.connectSpeaker(holder);
    await work(speaker, holder);
  }
}

function expected(
  column: (probe: (typeof probes)[number]) => readonly KeyHolder[],
  holder: KeyHolder,
): readonly string[] {
  return probes
    .filter((probe) => column(probe).includes(holder))
    .map(({ subject }) => subject)
    .toSorted();
}
