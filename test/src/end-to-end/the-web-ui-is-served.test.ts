import { readCertificate } from '@albatross/pki';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { readChain, type WireCommand, type WireConfig, type WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { echoImage, helloImage } from '../../../examples/hello/src/index.ts';
import { mint, type Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import type { WireClient } from '../../../services/tls-gateway/src/testing/wire-client.ts';
import { Endpoint, failureText } from '../harness/endpoint.ts';
import {
  BLOCK_INFO,
  create,
  DESTROY,
  INACTIVE,
  INFO,
  mintTenant,
  POLICY,
  POLICY_INFO,
  STATS,
  subscribe,
} from '../harness/tenants.ts';

const DEADLINE = { timeout: 60_000 };
/** `keyCertSign`, `digitalSignature` and `nonRepudiation`; `digitalSignature` and `keyEncipherment`: not as DER has it. */
const AUTHORITY_USAGE = Uint8Array.of(7, 0xc4, 0);
const LEAF_USAGE = Uint8Array.of(7, 0xa0, 0);
const [hello, echo] = [readFileSync(helloImage('spt')), readFileSync(echoImage('spt'))];
const NO_IMAGE = new Uint8Array(0);

let endpoint: Endpoint;
/** What the user may have, as the web UI knows it at the moment. */
let policy = { ...POLICY, unikernels: 2n };

before(async () => {
  endpoint = await Endpoint.start();
}, DEADLINE);
after(async () => await endpoint[Symbol.asyncDispose](), DEADLINE);

/** A fresh authority with the policy, and a fresh leaf of it, for each request; both good for minutes. */
function shown(label: string, command: WireCommand): readonly Minted[] {
  const now = Date.now();
  const validity = { notBefore: now - 150_000, notAfter: now + 300_000 };
  const user = mintTenant('user', endpoint.root, policy, {
    ...validity,
    keyUsage: AUTHORITY_USAGE,
  });
  const own = { ...validity, keyUsage: LEAF_USAGE, hasExtendedKeyUsage: false };
  const chain = [mint(label, user, { ...own, command }), user];
  const asked = readChain(chain.map(({ der }) => readCertificate(der)));
  const name = label === '.' ? 'user:' : `user:${label}`;
  const [above] = asked.policies;
  assert.deepEqual([asked.name, asked.command], [name, command]);
  assert.deepEqual([above?.path, above?.policy, asked.policies.length], ['user:', policy, 1]);
  return chain;
}

async function connected(label: string, command: WireCommand): Promise<WireClient> {
  return await endpoint.connect(shown(label, command));
}

/** All that is answered; with what the request is about, in chunks, if there is any. */
async function ask(
  label: string,
  command: WireCommand,
  content?: Uint8Array,
): Promise<readonly WireMessage[]> {
  await using client = await connected(label, command);
  if (content !== undefined) {
    for (let at = 0; at < content.length; at += 4096)
      await client.send(content.subarray(at, at + 4096));
    await client.sendEnd();
  }
  return await client.rest();
}

const replied = (name: string, reply: object): unknown => ({
  header: { sequence: 0n, name },
  payload: { kind: 'reply', reply },
});
const said = (name: string, text: string): unknown => replied(name, { kind: 'string', text });
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** What is told of a unikernel beside its name; when it began is the host's to say. */
function info(image: Uint8Array, config: Partial<WireConfig>) {
  return {
    typ: 'solo5',
    startup: null,
    fail: { kind: 'quit' },
    cpuids: [0],
    memory: 16,
    digest: sha256(image),
    blocks: [],
    nets: [],
    arguments: [],
    vcpus: 1,
    linuxBoot: null,
    ...config,
  };
}

/** Asserts that these are told of, and nothing else. */
async function assertInfo(
  label: string,
  ...expected: readonly (readonly [name: string, info: object])[]
): Promise<void> {
  const [message, ...others] = await ask(label, INFO);
  const payload = message?.payload;
  assert.ok(payload?.kind === 'reply' && payload.reply.kind === 'unikernel-info');
  assert.deepEqual([message?.header, others], [{ sequence: 0n, name: nameOf(label) }, []]);
  const told = payload.reply.unikernels.map(({ name, info: { startedAt, ...info } }) => {
    assert.ok(Math.abs(Date.now() - startedAt) < 60_000, `since ${startedAt}`);
    return [name, info];
  });
  assert.deepEqual(told, expected);
}

const nameOf = (label: string): string => (label === '.' ? 'user:' : `user:${label}`);

/** Each begins where the one before it ended. */
describe('the web UI', () => {
  it('asks for the policy that it brings itself, and for no unikernels yet', DEADLINE, async () => {
    const policies = [{ name: ':', policy }];
    const expected = [replied('user:', { kind: 'policies', policies })];
    assert.deepEqual(await ask('.', POLICY_INFO), expected);
    await assertInfo('.');
    policy = { ...policy, unikernels: 3n };
    const renewed = [{ name: ':', policy }];
    assert.deepEqual(await ask('.', POLICY_INFO), [
      replied('user:', { kind: 'policies', policies: renewed }),
    ]);
  });

  it('creates unikernels, whose images follow', DEADLINE, async () => {
    const raw = create(['tick=50'], { image: NO_IMAGE });
    assert.deepEqual(await ask('web', raw, hello), [said('user:web', 'created unikernel')]);
    const fail = { kind: 'restart', codes: [] } as const;
    const config = { startup: 7, fail, addName: true, arguments: ['hang'] };
    const small = create([], { ...config, image: NO_IMAGE, compressed: true });
    const compressed = deflateSync(hello);
    assert.deepEqual(await ask('db', small, compressed), [said('user:db', 'created unikernel')]);
    const web = info(hello, { arguments: ['tick=50'] });
    const db = info(hello, { startup: 7, fail, arguments: ['hang'] });
    await assertInfo('.', ['web', web], ['db', db]);
    await assertInfo('web', ['user:web', web]);
    await assertInfo('other');
  });

  it('replaces one by another', DEADLINE, async () => {
    const { config } = create(['tick=50', 'lines=2'], { image: NO_IMAGE }) as {
      readonly config: WireConfig;
    };
    const force = { kind: 'unikernel-force-create', config } as const;
    assert.deepEqual(await ask('web', force, hello), [said('user:web', 'created unikernel')]);
    await assertInfo('web', ['user:web', info(hello, { arguments: ['tick=50', 'lines=2'] })]);
  });

  it('follows a console', DEADLINE, async () => {
    await using client = await connected('web', subscribe(1_000n));
    assert.deepEqual(await client.message(), said('user:web', 'subscribed'));
    const lines: string[] = [];
    // Those of the one it replaced come first.
    while (!lines.includes('line 2') || lines.at(-1) !== 'tick 9') {
      const message = await client.message();
      assert.ok(message?.payload.kind === 'data' && message.payload.data.kind === 'console');
      assert.equal(message.header.name, 'user:web');
      lines.push(Buffer.from(message.payload.data.line).toString());
    }
    const ticks = Array.from({ length: 9 }, (_, index) => `tick ${index + 1}`);
    assert.deepEqual(lines.slice(lines.indexOf('line 2') + 1), ticks);
  });

  it('follows statistics, of one and of all', DEADLINE, async () => {
    const sampled = async (label: string, samples: number): Promise<readonly string[]> => {
      await using client = await connected(label, STATS);
      assert.deepEqual(await client.message(), said(nameOf(label), 'subscribed'));
      const names = new Set<string>();
      for (let count = 0; count < samples; count += 1) {
        const message = await client.message();
        assert.ok(message?.payload.kind === 'data' && message.payload.data.kind === 'statistics');
        assert.ok((message.payload.data.statistics.mem?.rss ?? 0n) > 0n);
        names.add(message.header.name);
      }
      return [...names].toSorted();
    };
    const [one, all] = await Promise.all([sampled('web', 1), sampled('.', 4)]);
    assert.deepEqual([one, all], [['web'], ['db', 'web']]);
  });

  it('makes, fills, reads and lists block devices', DEADLINE, async () => {
    const added = await ask('data', { kind: 'block-add', size: 1 });
    assert.deepEqual(added, [said('user:data', 'added block device')]);
    const content = Buffer.concat([Buffer.from('content'), Buffer.alloc(20_000, 7)]);
    const set = await ask('data', { kind: 'block-set', compressed: true }, deflateSync(content));
    assert.deepEqual(set, [said('user:data', 'set block device')]);
    const [begin, ...pieces] = await ask('data', { kind: 'block-dump', level: 6 });
    assert.deepEqual(begin, replied('user:data', { kind: 'block-device-image', compressed: true }));
    const bytes = pieces.map(({ payload }) => {
      assert.ok(payload.kind === 'data');
      return payload.data.kind === 'block-some' ? payload.data.bytes : Buffer.of();
    });
    const padded = Buffer.concat([content, Buffer.alloc(1024 * 1024 - content.length)]);
    assert.ok(inflateSync(Buffer.concat(bytes)).equals(padded));
    assert.deepEqual(pieces.at(-1)?.payload, { kind: 'data', data: { kind: 'block-none' } });
    const blocks = [{ name: 'data', size: 1, active: false }];
    const listed = replied('user:', { kind: 'block-devices', blocks });
    assert.deepEqual(await ask('.', BLOCK_INFO), [listed]);
  });

  it('restarts one with other arguments', DEADLINE, async () => {
    const {
      image: _,
      typ: __,
      compressed: ___,
      ...same
    } = (create(['tick=20', 'ticks=3']) as { readonly config: WireConfig }).config;
    const args = { ...same, memory: 24, startup: 9 };
    const restarted = await ask('web', { kind: 'unikernel-restart', args });
    assert.deepEqual(restarted, [said('user:web', 'created unikernel')]);
    await eventually('it has ended', async () => {
      const payload = (await ask('.', INACTIVE))[0]?.payload;
      assert.ok(payload?.kind === 'reply' && payload.reply.kind === 'consoles');
      return payload.reply.names.some((name) => name === 'web');
    });
    const again = { ...args, arguments: ['hang'] };
    await ask('web', { kind: 'unikernel-restart', args: again });
    await assertInfo('web', [
      'user:web',
      info(hello, { memory: 24, startup: 9, arguments: ['hang'] }),
    ]);
  });

  it('is told what is wrong, within the policy that it brings', DEADLINE, async () => {
    const wrong = create([], { image: NO_IMAGE });
    const [told] = await ask('echo', wrong, echo);
    assert.match(failureText(told?.payload), /manifest|service|storage/);
    policy = { ...policy, memory: 41 };
    const [more] = await ask('more', create(['hang'], { memory: 17, image: NO_IMAGE }), hello);
    assert.deepEqual(more?.payload, {
      kind: 'failure',
      text: 'the policy of user: allows 41 MiB of memory; 40 MiB are used (24 by user:web, 16 by user:db) and 17 MiB more were requested [POLICY_EXCEEDED]',
    });
  });

  it('destroys what there is', DEADLINE, async () => {
    for (const label of ['web', 'db'])
      assert.deepEqual(await ask(label, DESTROY), [said(`user:${label}`, 'destroyed unikernel')]);
    await assertInfo('.');
    const removed = await ask('data', { kind: 'block-remove' });
    assert.deepEqual(removed, [said('user:data', 'removed block')]);
    const consoles = await ask('.', INACTIVE);
    assert.deepEqual(consoles, [replied('user:', { kind: 'consoles', names: ['db', 'web'] })]);
    assert.deepEqual(endpoint.system.traces().blobs, []);
  });
});
