import { parseName } from '@albatross/shared/domain/name';
import { buildImage } from '@albatross/solo5/testing';
import type { WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CertificateDesk } from '../testing/certificate-desk.ts';
import { RealClient } from '../testing/real-client.ts';
import { RemoteDesk } from '../testing/remote-desk.ts';
import { replied } from '../testing/said.ts';
import { ToySupervisor } from '../testing/toy-supervisor.ts';

const WITH_NET = buildImage({ devices: [{ name: 'service', kind: 'net' }] });
const WITH_OTHER_NET = buildImage({ devices: [{ name: 'other', kind: 'net' }] });
const WITH_BLOCK = buildImage({ devices: [{ name: 'storage', kind: 'block' }] });

let folder: string;
const image = (name: string): string => join(folder, name);
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-create-'));
  await writeFile(image('service'), WITH_NET);
  await writeFile(image('other'), WITH_OTHER_NET);
  await writeFile(image('storage'), WITH_BLOCK);
  await writeFile(image('plain'), buildImage({}));
  await writeFile(image('text'), 'no unikernel');
});
after(async () => await rm(folder, { recursive: true }));

describe('create on this host', () => {
  let client: RealClient;
  before(async () => {
    client = await RealClient.start();
  });
  after(async () => await client[Symbol.asyncDispose]());

  /** A machine with the bridge `service`, and no block devices. */
  async function supervised(): Promise<AsyncDisposable & { readonly toy: ToySupervisor }> {
    const bus = await client.server.connect('supervisor');
    const toy = await ToySupervisor.start(bus);
    return { toy, [Symbol.asyncDispose]: async () => await bus[Symbol.asyncDispose]() };
  }

  it('gives what the manifest asks for and nobody named, and says so', async () => {
    await using supervisor = await supervised();
    const { status, lines, stderr } = await client.run('create', 'hello', image('service'));
    assert.deepEqual([status, lines], [0, ['created hello: running, process 42']]);
    assert.equal(stderr, "network service on bridge service (from the image's manifest)\n");
    const [made] = supervisor.toy.unikernels;
    assert.deepEqual(
      made?.nets.map(({ name, bridge }) => [name, bridge]),
      [['service', 'service']],
    );
    const named = await client.run('create', 'other', image('service'), '--net', 'service');
    assert.deepEqual([named.status, named.stderr], [0, '']);
  });

  it('says before anything is sent what there is not, and what would help', async () => {
    await using supervisor = await supervised();
    for (const [words, code, says] of [
      [
        ['foo:hello', image('other')],
        117,
        /the host has no bridge other; it has service; for network other, name another with --net other:BRIDGE, or make it, .* \[BRIDGE_NOT_FOUND\]\n$/,
      ],
      [
        ['hello', image('service'), '--net', 'service:br9'],
        117,
        /^the host has no bridge br9; .* \[BRIDGE_NOT_FOUND\]\n$/,
      ],
      [
        ['foo:hello', image('storage')],
        117,
        /there is no block device foo:storage; .*albatross create-block foo:storage MIB \[BLOCK_NOT_FOUND\]\n$/,
      ],
      [
        ['hello', image('service'), '--net', 'servce:service'],
        117,
        /^the image's manifest has no net "servce"; it asks for net "service": write --net service\[:BRIDGE\] \[DEVICES_MISMATCH\]\n$/,
      ],
    ] as const) {
      const { status, stderr } = await client.run('create', ...words);
      assert.equal(status, code, stderr);
      assert.match(stderr, says);
    }
    assert.deepEqual(supervisor.toy.changes, []);
  });

  it('leaves what is no unikernel to the supervisor', async () => {
    await using supervisor = await supervised();
    const { stderr } = await client.run('create', 'hello', image('text'));
    assert.equal(stderr, '');
    assert.deepEqual(supervisor.toy.changes, ['create hello']);
  });

  it('refuses to wait for what cannot be, before it asks anybody', async () => {
    for (const [words, says] of [
      [['--ready', 'console:('], /takes a regular expression; "\(" is none: Unterminated group/],
      [['--wait', 'exit', '--ready', 'up:1'], /--wait exit waits for the end/],
      [['--wait', 'csr'], /Allowed choices are ready, exit/],
      [['--csr', '--follow'], /with --csr nothing is started yet/],
      [['--ready-within', 'soon'], /--ready-within is a number of seconds/],
    ] as const) {
      const { status, stderr } = await client.run('create', 'hello', image('service'), ...words);
      assert.equal(status, 124, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /^[^\n]+\n$/);
    }
  });
});

describe('create on another host', () => {
  let desk: RemoteDesk;
  before(async () => {
    desk = await RemoteDesk.open();
  });
  after(async () => await desk[Symbol.asyncDispose]());

  it('asks for what the manifest does too, which the certificate then may not', async () => {
    desk.server.willAnswer();
    const { status, stderr } = await desk.run('create', 'hello', image('service'));
    assert.deepEqual([status, desk.server.asked.length], [117, 0]);
    assert.equal(
      stderr,
      `network service on bridge service (from the image's manifest)
the policy of tenant: allows no bridges; service was requested [POLICY_EXCEEDED]
`,
    );
  });

  it('waits until it stayed up', async () => {
    const looks = Array.from({ length: 20 }, () => answer(UP));
    desk.server.willAnswer(CREATED, ...looks);
    const words = ['create', 'hello', image('plain'), '--ready', 'up:0.2'];
    const { status, lines, stderr } = await desk.run(...words);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(lines[0], 'created hello');
    assert.match(lines[1] ?? '', /^hello is ready after [\d.]+ s$/);
  });

  it('says when it is gone', async () => {
    desk.server.willAnswer(CREATED, answer({ ...UP, unikernels: [] }));
    const words = ['create', 'hello', image('plain'), '--ready', 'up:30'];
    const { status, stderr } = await desk.run(...words);
    assert.equal(status, 117);
    assert.match(stderr, /^hello did not become ready: ended \[UNIKERNEL_NOT_READY\]\n$/);
  });
});

describe('create of which only a request is written', () => {
  it('has in it what the manifest asks for', async () => {
    await using desk = await CertificateDesk.open();
    const { status, stderr } = await desk.albatross('create', 'hello', image('service'), '--csr');
    assert.equal(status, 0);
    assert.equal(stderr, "network service on bridge service (from the image's manifest)\n");
    const { stdout } = await desk.albatross('explain', 'hello.req');
    assert.match(stdout, /net service on the bridge service/);
  });
});

function answer(reply: WireReply): { readonly bytes: Uint8Array } {
  return { bytes: replied(reply) };
}

const UP: Extract<WireReply, { kind: 'unikernel-info' }> = {
  kind: 'unikernel-info',
  form: 'newest',
  unikernels: [
    {
      name: parseName('hello'),
      info: {
        typ: 'solo5',
        startup: null,
        fail: { kind: 'quit' },
        cpuids: [0],
        memory: 32,
        digest: new Uint8Array(32),
        blocks: [],
        nets: [],
        arguments: [],
        startedAt: 1_700_000_000_000,
        vcpus: 1,
        linuxBoot: null,
      },
    },
  ],
};

const CREATED = answer({ kind: 'string', text: 'created unikernel' });
