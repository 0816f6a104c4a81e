import type { Frame, WireCommand } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carriedOut, MINIMAL_ARGS, writtenConfig } from './testing/orders.ts';
import { ToyRequests } from './testing/toy-requests.ts';

const POLICY = { cpuids: [0], unikernels: 1n, memory: 32, block: null, bridges: [] };
const config = writtenConfig();
const data = Uint8Array.of(1);

const LABELLED: readonly WireCommand[] = [
  { kind: 'unikernel-create', config },
  { kind: 'unikernel-force-create', config },
  { kind: 'unikernel-restart', args: null },
  { kind: 'unikernel-destroy' },
  { kind: 'unikernel-get', level: 0 },
  { kind: 'block-add', size: 1 },
  { kind: 'block-remove' },
  { kind: 'block-set', compressed: false },
  { kind: 'block-dump', level: 0 },
  { kind: 'block-old-add', size: 1, compressed: false, data },
  { kind: 'block-old-set', compressed: false, data },
  { kind: 'block-old-dump', level: 0 },
];

const OVER_TLS =
  'unikernel-info, unikernel-create, unikernel-force-create, unikernel-restart, unikernel-destroy, unikernel-get, ' +
  'policy-info, block-info, block-add, block-remove, block-set, block-dump, block-old-add, block-old-set, ' +
  'block-old-dump, console-subscribe, console-list-inactive, stats-subscribe';

/** Says why, and asks nobody for anything, whatever policies came with it. */
async function refuses(
  name: string,
  command: WireCommand,
  text: string | RegExp,
  door: 'tls' | 'socket' = 'tls',
): Promise<void> {
  const requests = new ToyRequests();
  const path = { path: 'tenant:' as never, policy: POLICY, setAt: 1 };
  const policies = door === 'tls' ? [path] : [];
  const frames = silence();
  const client = await carriedOut(requests, { name, command, door, policies, frames });
  const [heard, ...more] = await client.heard();
  if (typeof text === 'string') assert.equal(heard, `failure: ${text}`);
  else assert.match(heard ?? '', text);
  assert.deepEqual(more, []);
  assert.deepEqual(requests.asked, [], command.kind);
}

/** Whoever waits for these waits for ever. */
function silence(): AsyncIterator<Frame, void, undefined> {
  return { next: async () => await new Promise<never>(() => undefined) };
}

describe('what is refused before anything is done', () => {
  it('is, over TLS, what the original takes on its sockets only', async () => {
    const refused: readonly WireCommand[] = [
      { kind: 'policy-remove' },
      { kind: 'stats-add', vmmDevice: '', pid: 1, taps: [] },
      { kind: 'stats-remove' },
    ];
    for (const command of refused)
      await refuses(
        'tenant:hello',
        command,
        `${command.kind} may not be asked for over TLS; these may: ${OVER_TLS} [PERMISSION_DENIED]`,
      );
    await refuses(
      'tenant:',
      { kind: 'policy-add', policy: POLICY },
      /over TLS \(a policy comes with the certificate of its authority\); these may: .* \[PERMISSION_DENIED\]$/,
    );
  });

  it("is what the original's daemons say to each other", async () => {
    const refused: readonly WireCommand[] = [
      { kind: 'console-add', unikernels: 1n },
      { kind: 'stats-initial' },
    ];
    for (const command of refused)
      for (const door of ['tls', 'socket'] as const)
        await refuses(
          'tenant:hello',
          command,
          `${command.kind} is what the original's daemons say to each other; ours do not [REQUEST_INVALID]`,
          door,
        );
  });

  it('is a path where one unikernel or block device is meant', async () => {
    for (const command of LABELLED)
      for (const door of ['tls', 'socket'] as const)
        await refuses(
          'tenant:hello:',
          command,
          `"tenant:hello:" is a path; ${command.kind} is about one unikernel or block device, as "foo:hello" [NAME_INVALID]`,
          door,
        );
  });

  it('is a compression level that there is not', async () => {
    for (const level of [-1, 10, Number.MAX_SAFE_INTEGER])
      for (const kind of ['unikernel-get', 'block-dump', 'block-old-dump'] as const)
        await refuses(
          'tenant:hello',
          { kind, level },
          `a compression level is a whole number from 0, for none, to 9; ${level} is not [REQUEST_INVALID]`,
        );
  });

  it('is an image for bhyve, which is not waited for', async () => {
    for (const kind of ['unikernel-create', 'unikernel-force-create'] as const) {
      const bhyve = writtenConfig({ typ: 'bhyve', image: new Uint8Array() });
      await refuses('tenant:hello', { kind, config: bhyve }, /\[HYPERVISOR_UNSUPPORTED\]$/);
    }
  });

  it('is content that is missing where it has to be in the message', async () => {
    const none = { compressed: false, data: new Uint8Array() };
    await refuses('a:b', { kind: 'block-old-add', size: 1, ...none }, /\[REQUEST_INVALID\]$/);
    await refuses('a:b', { kind: 'block-old-set', ...none }, /\[REQUEST_INVALID\]$/);
  });
});

describe('what can be seen to be wrong', () => {
  it('is refused before an image is waited for', async () => {
    for (const [changes, code] of [
      [{ memory: 0 }, 'MEMORY_INVALID'],
      [{ cpuids: [] }, 'CPUS_INVALID'],
      [{ nets: [{ name: 'a b', bridge: null, mac: null }] }, 'DEVICE_INVALID'],
      [{ arguments: ['x'.repeat(9000)] }, 'ARGUMENTS_INVALID'],
    ] as const) {
      const requests = new ToyRequests();
      const config = writtenConfig({ ...changes, image: new Uint8Array() });
      const command = { kind: 'unikernel-create', config } as const;
      const client = await carriedOut(requests, { name: 'a:b', command, frames: silence() });
      assert.match((await client.heard())[0] ?? '', new RegExp(`^failure: .* \\[${code}\\]$`));
      assert.deepEqual(requests.asked, []);
    }
  });

  it('is told in one line', async () => {
    const requests = new ToyRequests();
    const nets = [{ name: 'a\n\u001b[2J\u202e', bridge: null, mac: null }];
    const command = { kind: 'unikernel-restart', args: { ...MINIMAL_ARGS, nets } } as const;
    const client = await carriedOut(requests, { name: 'a:b', command });
    const [heard] = await client.heard();
    assert.match(heard ?? '', /^failure: "a\\n\\u001b\[2J\\u202e" is no name/);
  });
});
