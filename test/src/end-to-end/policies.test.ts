import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const REFUSED = 117;
const USAGE = 124;
const image = helloImage('spt');

let system: RunningSystem;
before(async () => {
  system = await RunningSystem.start({ tenders: await standInTender() });
}, DEADLINE);
after(async () => await system[Symbol.asyncDispose](), DEADLINE);

/** Each begins where the one before it ended. */
describe('a policy', () => {
  it('is set for a path, and shown with what is used of it', DEADLINE, async () => {
    await done('added the policy of foo:\n', 'add-policy', 'foo', '2', '--mem', '64');
    await done('the policy of foo: is so already\n', 'add-policy', 'foo:', '2', '--mem', '64');
    await create('foo:a', 10);
    const [foo, ...others] = await shown('foo:');
    assert.deepEqual(others, []);
    assert.deepEqual(foo?.policy, {
      unikernels: 2,
      memoryMib: 64,
      cpus: [0],
      blockMib: null,
      bridges: [],
    });
    assert.deepEqual(foo.usage, { unikernels: 1, memoryMib: 10, blockMib: 0 });
    const { stdout } = await system.albatross('policy', '--path', 'foo');
    assert.match(stdout, /^PATH .*\nfoo: +1\/2 +10\/64 MiB +none +0 +none +20\S+Z\n$/);
  });

  it(
    'refuses what does not fit it, and says the policy and all the numbers',
    DEADLINE,
    async () => {
      const words = ['create', 'foo:b', image, '--mem', '55'];
      const told = await system.albatross(...words);
      refused(told, REFUSED, 'POLICY_EXCEEDED');
      assert.equal(
        told.stderr,
        'the policy of foo: allows 64 MiB of memory; 10 MiB are used (10 by foo:a) and 55 MiB more were requested [POLICY_EXCEEDED]\n',
      );
      const { stderr } = await system.albatross(...words, '--json');
      const { details } = JSON.parse(stderr);
      assert.deepEqual(details, {
        policy: 'foo:',
        resource: 'memoryMib',
        limit: 64,
        used: 10,
        requested: 55,
        usedBy: [{ name: 'foo:a', used: 10 }],
        usedByOthers: 0,
      });
      assert.deepEqual(
        (await (await system.administrator()).list()).map(({ name }) => name),
        ['foo:a'],
      );
    },
  );

  it('refuses a CPU and a block device that it does not have', DEADLINE, async () => {
    refused(
      await system.albatross('create', 'foo:b', image, '--mem', '2', '--cpu', '1'),
      REFUSED,
      'POLICY_EXCEEDED',
    );
    refused(await system.albatross('create-block', 'foo:data', '1'), REFUSED, 'POLICY_EXCEEDED');
  });

  it('counts everything below its path', DEADLINE, async () => {
    await create('foo:bar:b', 20);
    assert.deepEqual((await shown('foo:'))[0]?.usage, {
      unikernels: 2,
      memoryMib: 30,
      blockMib: 0,
    });
    const { stderr } = await system.albatross('create', 'foo:bar:baz:c', image, '--mem', '2');
    assert.equal(
      stderr,
      'the policy of foo: allows 2 unikernels; 2 are used (foo:a, foo:bar:b) and 1 more was requested [POLICY_EXCEEDED]\n',
    );
    // Whose path only begins with the same letters is no part of it.
    await create('foobar:d', 100);
    assert.equal((await shown('foo:'))[0]?.usage.memoryMib, 30);
  });

  it('may not contradict one above it, or one below, or what is used', DEADLINE, async () => {
    await done('added the policy of foo:bar:\n', 'add-policy', 'foo:bar', '1', '--mem', '32');
    const conflicts = [
      ['add-policy', 'foo:bar', '3', '--mem', '32'],
      ['add-policy', 'foo', '2', '--mem', '31'],
      ['add-policy', 'foo:bar', '1', '--mem', '19'],
    ];
    const told = await Promise.all(
      conflicts.map(async (words) => await system.albatross(...words)),
    );
    for (const one of told) refused(one, REFUSED, 'POLICY_CONFLICT');
    refused(await system.albatross('add-policy', 'foo', '0'), USAGE, 'POLICY_INVALID');
    assert.deepEqual(
      (await shown('foo:')).map(({ path, policy }) => [path, policy.memoryMib]),
      [
        ['foo:', 64],
        ['foo:bar:', 32],
      ],
    );
  });

  it('survives that the supervisor is killed, and so does what is used', DEADLINE, async () => {
    const before = await shown(':');
    await system.kill('supervisor');
    assert.deepEqual(await shown(':'), before);
    refused(await system.albatross('create', 'foo:b', image), REFUSED, 'POLICY_EXCEEDED');
  });

  it('gives free what was destroyed, and what has ended', DEADLINE, async () => {
    const administrator = await system.administrator();
    await administrator.destroy('foo:a');
    assert.deepEqual((await shown('foo:'))[0]?.usage, {
      unikernels: 1,
      memoryMib: 20,
      blockMib: 0,
    });
    await administrator.createWith('foo:ends', image, { memoryMib: 44, arguments: ['exit=1'] });
    await administrator.untilExited('foo:ends');
    assert.deepEqual((await shown('foo:'))[0]?.usage, {
      unikernels: 1,
      memoryMib: 20,
      blockMib: 0,
    });
  });

  it('is removed, and then what is above it holds', DEADLINE, async () => {
    await done('removed the policy of foo:bar:\n', 'remove-policy', '--path', 'foo:bar');
    refused(await system.albatross('remove-policy', '-p', 'foo:bar'), REFUSED, 'POLICY_NOT_FOUND');
    refused(
      await system.albatross('create', 'foo:bar:c', image, '--mem', '45'),
      REFUSED,
      'POLICY_EXCEEDED',
    );
    await done('removed the policy of foo:\n', 'remove-policy', '--path', 'foo:');
    await create('foo:bar:c', 45);
    assert.deepEqual(
      (await shown(':')).map(({ path, setAt }) => [path, setAt]),
      [[':', null]],
    );
  });

  it('and who was refused by it, stand in the event log', DEADLINE, async () => {
    const events = await (await system.administrator()).events('foo:');
    const told = events
      .filter(({ type }) => type.startsWith('policy-') || type === 'refused')
      .map((event) =>
        event.type === 'refused'
          ? `${event.name} ${event.request} ${event.code}`
          : `${event.name} ${event.type}`,
      );
    assert.ok(told.includes('foo: policy-set'));
    assert.ok(told.includes('foo:bar: policy-removed'));
    assert.ok(told.includes('foo:b unikernel.create POLICY_EXCEEDED'));
    assert.ok(told.includes('foo:bar: policy.add POLICY_CONFLICT'));
  });
});

async function create(name: string, memoryMib: number): Promise<void> {
  const administrator = await system.administrator();
  await administrator.createWith(name, image, { memoryMib, arguments: ['hang'] });
}

async function done(said: string, ...words: readonly string[]): Promise<void> {
  assert.deepEqual(await system.albatross(...words), { status: 0, stdout: said, stderr: '' });
}

async function shown(name: 'foo:' | ':'): Promise<readonly PolicyEntry[]> {
  const { bus } = await system.administrator();
  return (await bus.request(listPolicies, { name })).policies;
}

function refused({ status, stdout, stderr }: Ended, exit: number, code: string): void {
  assert.deepEqual([status, stdout], [exit, ''], stderr);
  assert.ok(stderr.endsWith(` [${code}]\n`), stderr);
}
