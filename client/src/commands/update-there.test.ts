import { buildImage } from '@albatross/solo5/testing';
import { parseName, parseUnikernelName } from '@albatross/shared/domain/name';
import type { WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { replaceableThere } from '../remote/running-there.ts';
import type { Ended } from '../testing/real-client.ts';
import { RemoteDesk } from '../testing/remote-desk.ts';
import { replied, said } from '../testing/said.ts';
import { LATEST, OLD, sha256, ToyBuildServer, twoBuilds } from '../testing/toy-build-server.ts';

const RUNNING = buildImage({});
const NEWER = buildImage({ program: Uint8Array.of(0x90, 0xf4) });
const WITH_NET = buildImage({ devices: [{ name: 'service', kind: 'net' }] });

describe('update of a unikernel of another host', () => {
  let desk: RemoteDesk;
  let builds: ToyBuildServer;

  before(async () => {
    [desk, builds] = await Promise.all([RemoteDesk.open(), ToyBuildServer.start()]);
  });
  after(async () => {
    await builds[Symbol.asyncDispose]();
    await desk[Symbol.asyncDispose]();
  });

  const update = async (...words: readonly string[]): Promise<Ended> =>
    await desk.run('update', 'hello', '--http-host', builds.url, ...words);

  it('gives two orders: what runs, and to replace it', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    desk.server.willAnswer(answer(info()), answer({ kind: 'string', text: 'created unikernel' }));
    const { status, lines, stderr } = await update('--no-ready', '--compression-level', '0');
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(lines, [
      `hello is build ${OLD} of hello-hvt; the latest is ${LATEST}`,
      `compare at ${builds.url}/compare/${OLD}/${LATEST}`,
      'updated hello',
    ]);
    const [first, second] = desk.server.asked;
    assert.deepEqual(first?.command, { kind: 'unikernel-info', form: 'newest' });
    assert.ok(second?.command.kind === 'unikernel-force-create');
    const { image, ...config } = second.command.config;
    assert.equal(image.length, 0);
    assert.deepEqual(config, {
      typ: 'solo5',
      compressed: false,
      startup: 7,
      addName: true,
      fail: { kind: 'restart', codes: [1] },
      cpuids: [0],
      memory: 48,
      blocks: [],
      nets: [],
      arguments: ['--ipv4=10.0.0.2/24'],
      vcpus: 1,
      linuxBoot: null,
    });
  });

  it('looks whether it stays up, with the image of before at hand', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const created = answer({ kind: 'string', text: 'created unikernel' });
    desk.server.willAnswer(answer(info()), IMAGE, created, ...UP);
    const { status, lines, stderr } = await update('--ready', 'up:0.2');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(lines[3] ?? '', /^hello is ready after [\d.]+ s$/);
    const kinds = desk.server.asked.map(({ command }) => command.kind);
    assert.deepEqual(kinds.slice(0, 4), [
      'unikernel-info',
      'unikernel-get',
      'unikernel-force-create',
      'unikernel-info',
    ]);
  });

  it('puts the image of before back when it does not', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const created = answer({ kind: 'string', text: 'created unikernel' });
    const gone = answer({ kind: 'unikernel-info', form: 'newest', unikernels: [] });
    desk.server.willAnswer(answer(info()), IMAGE, created, gone, created, ...UP);
    const { status, stderr } = await update('--ready', 'up:30');
    assert.equal(status, 2, stderr);
    assert.match(
      stderr,
      /did not become ready: ended; rolled back to .* \[UPDATE_ROLLED_BACK\]\n$/,
    );
    const there = desk.server.asked.filter(({ command }) => /force-create/.test(command.kind));
    assert.equal(there.length, 2);
  });

  it('looks what is there when it is refused, or nobody answers', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const created = answer({ kind: 'string', text: 'created unikernel' });
    const gone = answer({ kind: 'unikernel-info', form: 'newest', unikernels: [] });
    const refused = { bytes: said({ kind: 'failure', text: 'no such bridge' }) };
    desk.server.willAnswer(answer(info()), IMAGE, refused, gone, created, ...UP);
    const back = await update('--ready', 'up:0.2');
    assert.equal(back.status, 2, back.stderr);
    assert.match(
      back.stderr,
      /: nothing is there since .* no such bridge \[REMOTE_REFUSED\]; rolled back to .*\n$/,
    );
    const nothing = { bytes: new Uint8Array() };
    const newer = answer(
      info({ startedAt: 1_700_000_000_000, digest: Buffer.from(sha256(NEWER), 'hex') }),
    );
    const looks = Array.from({ length: 20 }, () => newer);
    desk.server.willAnswer(answer(info()), IMAGE, nothing, ...looks);
    const lost = await update('--ready', 'up:0.2');
    assert.deepEqual([lost.status, lost.stderr], [0, '']);
    assert.match(lost.lines.join('\n'), /\nupdated hello\nhello is ready after [\d.]+ s$/);
  });

  it('replaces nothing when it is not the image of before that it gets', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const other = answer({ kind: 'unikernel-image', image: NEWER, compressed: false });
    desk.server.willAnswer(answer(info()), other);
    const { status, stderr } = await update();
    assert.deepEqual([status, desk.server.asked.length], [125, 2]);
    assert.match(
      stderr,
      /^hello was replaced meanwhile: .* Nothing was changed \[BUILD_UNUSABLE\]/,
    );
  });

  it('refuses a check that the wire tells nothing of', async () => {
    desk.server.willAnswer();
    const { status, stderr } = await update('--ready', 'console:up');
    assert.deepEqual([status, desk.server.asked.length], [124, 0]);
    assert.match(stderr, /--ready console: cannot be given; tcp: and up: can \[USAGE_INVALID\]/);
  });

  it('keeps the devices as they are', () => {
    const { unikernels } = info({
      nets: [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:2a' }],
      blocks: [{ name: 'storage', device: 'data', sectorSize: 4096, size: 10 }],
    });
    const [one] = unikernels.map(({ info: found }) => found);
    assert.ok(one !== undefined);
    const { digest, configuration } = replaceableThere(parseUnikernelName('hello'), one);
    assert.equal(digest, sha256(RUNNING));
    assert.deepEqual(
      [configuration.nets, configuration.blocks],
      [
        [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:2a' }],
        [{ name: 'storage', device: 'data', sectorBytes: 4096 }],
      ],
    );
  });

  it('asks only what runs when there is nothing to replace it by', async () => {
    builds.willAnswer(twoBuilds(RUNNING, WITH_NET));
    desk.server.willAnswer(answer(info()));
    const { status, stderr } = await update();
    assert.deepEqual([status, desk.server.asked.length], [125, 1]);
    assert.match(stderr, /\[BUILD_UNUSABLE\]\n$/);
    desk.server.willAnswer(answer(info()));
    assert.equal((await update('--dry-run')).lines.length, 2);
    assert.equal(desk.server.asked.length, 1);
  });

  it('says what is not there, has no image, or is refused', async () => {
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const failure = { kind: 'failure', text: 'not today' } as const;
    for (const [answers, status, says] of [
      [
        [answer({ kind: 'unikernel-info', form: 'newest', unikernels: [] })],
        117,
        /\[UNIKERNEL_NOT_FOUND\]/,
      ],
      [[answer(info({ typ: 'bhyve' }))], 117, /\[HYPERVISOR_UNSUPPORTED\]/],
      [[answer(info()), { bytes: said(failure) }], 117, /not today/],
      [[answer(info()), IMAGE, { bytes: said(failure) }], 117, /not today/],
      [[answer({ kind: 'empty' })], 121, /empty where unikernel-info was expected/],
    ] as const) {
      desk.server.willAnswer(...answers);
      const { status: ended, stderr } = await update();
      assert.equal(ended, status, stderr);
      assert.match(stderr, says);
    }
  });
});

function answer(reply: WireReply): { readonly bytes: Uint8Array } {
  return { bytes: replied(reply) };
}

type Info = Extract<WireReply, { kind: 'unikernel-info' }>;

function info(changes: Partial<Info['unikernels'][number]['info']> = {}): Info {
  const one = {
    typ: 'solo5',
    startup: 7,
    fail: { kind: 'restart', codes: [1] },
    cpuids: [0],
    memory: 48,
    digest: Buffer.from(sha256(RUNNING), 'hex'),
    blocks: [],
    nets: [],
    arguments: ['--ipv4=10.0.0.2/24'],
    startedAt: 0,
    vcpus: 2,
    linuxBoot: 'msdos1',
    ...changes,
  } as const;
  const form = 'newest';
  return {
    kind: 'unikernel-info',
    form,
    unikernels: [{ name: parseName('tenant:hello'), info: one }],
  };
}

const IMAGE = answer({ kind: 'unikernel-image', image: RUNNING, compressed: false });
/** More looks than are taken. */
const UP = Array.from({ length: 20 }, () => answer(info({ startedAt: 1_700_000_000_000 })));
