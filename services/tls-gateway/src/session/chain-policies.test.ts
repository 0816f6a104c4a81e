import { listBlocks } from '@albatross/shared/contracts/block';
import { listConsoles } from '@albatross/shared/contracts/console';
import { addPolicy, assertPolicies } from '@albatross/shared/contracts/policy';
import { path } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carriedOut } from './testing/orders.ts';
import { ToyRequests } from './testing/toy-requests.ts';

const POLICY = { cpuids: [0, 1], unikernels: 2n ** 62n - 1n, memory: 64, block: 0, bridges: ['b'] };
const policies = [
  { path: path('tenant:'), policy: POLICY, setAt: 1_000 },
  { path: path('tenant:sub:'), policy: { ...POLICY, memory: 32 }, setAt: -5 },
];
const command = { kind: 'block-info' } as const;

describe('the policies of a chain', () => {
  it('are set together, before what is asked for', async () => {
    const requests = new ToyRequests()
      .answer(assertPolicies, () => ({ changed: false }))
      .answer(listBlocks, () => ({ blocks: [], next: null }));
    const client = await carriedOut(requests, { name: 'tenant:sub:', command, policies });
    assert.deepEqual(await client.heard(), ['block-devices']);
    assert.deepEqual(requests.whats, ['policy.assert', 'block.list']);
    const { id, ...body } = requests.only(assertPolicies);
    assert.match(id, /^[0-9a-f-]{36}$/);
    const policy = {
      cpus: [0, 1],
      unikernels: 2_147_483_647,
      memoryMib: 64,
      blockMib: null,
      bridges: ['b'],
    };
    assert.deepEqual(body, {
      name: ':',
      policies: [
        { path: 'tenant:', policy, setAt: 1_000 },
        { path: 'tenant:sub:', policy: { ...policy, memoryMib: 32 }, setAt: 0 },
      ],
    });
  });

  it('that cannot be set stop what would have been done', async () => {
    const requests = new ToyRequests().fail(assertPolicies, 'POLICY_CONFLICT', 'too much');
    const client = await carriedOut(requests, { name: 'tenant:sub:', command, policies });
    assert.deepEqual(await client.heard(), ['failure: too much [POLICY_CONFLICT]']);
    assert.deepEqual(requests.whats, ['policy.assert']);
  });

  it('that ours cannot be are refused', async () => {
    const [first] = policies;
    const wrong = [{ ...(first ?? assert.fail()), policy: { ...POLICY, memory: -1 } }];
    const client = await carriedOut(new ToyRequests(), { name: 'a:', command, policies: wrong });
    assert.match((await client.heard())[0] ?? '', /^failure: memoryMib .* \[POLICY_INVALID\]$/);
  });

  it('are of no matter to consoles', async () => {
    const requests = new ToyRequests().answer(listConsoles, () => ({ consoles: [], next: null }));
    const inactive = { kind: 'console-list-inactive' } as const;
    const client = await carriedOut(requests, { name: 'tenant:', command: inactive, policies });
    assert.deepEqual(await client.heard(), ['consoles']);
    assert.deepEqual(requests.whats, ['console.list']);
  });

  it('are none where there is nothing above', async () => {
    const requests = new ToyRequests().answer(listBlocks, () => ({ blocks: [], next: null }));
    await carriedOut(requests, { name: ':', command });
    assert.deepEqual(requests.whats, ['block.list']);
  });

  it('are, on a socket, commands, of the path of a name', async () => {
    const requests = new ToyRequests().answer(addPolicy, () => ({ changed: true }));
    const add = { kind: 'policy-add', policy: POLICY } as const;
    for (const name of ['tenant:', 'tenant:hello']) {
      const client = await carriedOut(requests, { name, command: add, door: 'socket' });
      assert.deepEqual(await client.heard(), ['added policy']);
    }
    const names = requests.asked.map(({ body }) => (body as { readonly name: string }).name);
    assert.deepEqual(names, ['tenant:', 'tenant:']);
  });
});
