import type { WirePolicy } from '@albatross/wire';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { mint, type Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import { Endpoint, replyIn } from '../harness/endpoint.ts';
import { RefusedSessions } from '../harness/refused-sessions.ts';
import {
  BLOCK_INFO,
  create,
  DESTROY,
  get,
  INACTIVE,
  INFO,
  mintTenant,
  order,
  POLICY,
  POLICY_INFO,
  RESTART,
  subscribe,
} from '../harness/tenants.ts';
import { whatIsSeen } from '../harness/what-is-seen.ts';

const DEADLINE = { timeout: 60_000 };

let endpoint: Endpoint;
/** Has alice:bob, a unikernel that runs, and the block device alice:data. */
let alice: Minted;
let refusedSessions: RefusedSessions;

before(async () => {
  endpoint = await Endpoint.start();
  refusedSessions = await RefusedSessions.follow(endpoint);
  alice = mintTenant('alice', endpoint.root);
  await endpoint.does('created unikernel', order('bob', create(['tick=100']), alice));
  await endpoint.does('added block device', order('data', { kind: 'block-add', size: 1 }, alice));
}, DEADLINE);
after(async () => await endpoint[Symbol.asyncDispose](), DEADLINE);

const leavesNothing: Endpoint['leavesNothing'] = async (...refused) =>
  await endpoint.leavesNothing(...refused);

const isTurnedAway: RefusedSessions['isTurnedAway'] = async (...refused) =>
  await refusedSessions.isTurnedAway(...refused);

const asked: Endpoint['asked'] = async (...question) => await endpoint.asked(...question);

describe('a certificate', () => {
  it('gives no policy larger than the one above it', DEADLINE, async () => {
    const larger = [{ unikernels: 5n }, { memory: 257 }, { cpuids: [0, 1] }, { block: 17 }];
    for (const limits of [...larger, { bridges: ['service'] }]) {
      const sub = mintTenant('sub', alice, limits);
      const chain = order('web', create(['hang']), sub, alice);
      await leavesNothing(chain, 'POLICY_CONFLICT', /^the policy of alice:sub: would allow/);
    }
    // Nor is anything set of a chain that contradicts itself.
    const parent = mintTenant('parent', endpoint.root, { memory: 32 });
    const child = mintTenant('child', parent, { memory: 64 });
    const chain = order('web', create(['hang']), child, parent);
    await leavesNothing(chain, 'POLICY_CONFLICT', /32 MiB .* parent:child: .* 64 MiB/);
  });

  it('gives no policy that is none', DEADLINE, async () => {
    const none: readonly (readonly [Partial<WirePolicy>, RegExp])[] = [
      [{ unikernels: 0n }, /unikernels .* 0 is not/],
      [{ unikernels: -1n }, /unikernels .* -1 is not/],
      [{ memory: 0 }, /memoryMib .* 0 is not/],
      [{ memory: -4096 }, /memoryMib .* -4096 is not/],
      [{ block: -1 }, /blockMib .* -1 is not/],
      [{ cpuids: [-1] }, /cpus .* -1 is none/],
      [{ cpuids: [] }, /cpus .* has 0/],
      [{ bridges: ['a b'] }, /bridges .* "a b" is none/],
    ];
    for (const [limits, words] of none) {
      const wrong = mintTenant('wrong', endpoint.root, limits);
      await leavesNothing(order('web', create(['hang']), wrong), 'POLICY_INVALID', words);
      // Also for what stands there already.
      const again = mintTenant('alice', endpoint.root, limits);
      await leavesNothing(order('bob', DESTROY, again), 'POLICY_INVALID', words);
    }
  });

  it('of a client sets no policy, and of an authority gives no command', DEADLINE, async () => {
    const leaf = order('sub', { kind: 'policy-add', policy: POLICY }, alice);
    await leavesNothing(leaf, 'PERMISSION_DENIED', /^policy-add may not be asked for over TLS/);
    const remove = order('.', { kind: 'policy-remove' }, alice);
    await leavesNothing(remove, 'PERMISSION_DENIED', /^policy-remove may not/);
    const commanding = mint('bob', alice, { isAuthority: true, command: DESTROY });
    const chain = order('.', INFO, commanding, alice);
    await isTurnedAway(chain, 'chain', /an authority has the command unikernel-destroy/);
  });

  it('asks for no level and no number of lines that there is not', DEADLINE, async () => {
    for (const level of [-1, 10]) {
      const words = new RegExp(`compression level .*; ${level} is not`);
      await leavesNothing(order('bob', get(level), alice), 'REQUEST_INVALID', words);
      const dump = order('data', { kind: 'block-dump', level }, alice);
      await leavesNothing(dump, 'REQUEST_INVALID', words);
      const old = order('data', { kind: 'block-old-dump', level }, alice);
      await leavesNothing(old, 'REQUEST_INVALID', words);
    }
    const lines = order('bob', subscribe(-1n), alice);
    await leavesNothing(lines, 'REQUEST_INVALID', /no -1 lines/);
  });

  it('for a path is none for the unikernel of the same labels', DEADLINE, async () => {
    const bob = mintTenant('bob', alice, { unikernels: 1n, memory: 32 });
    const before = await (await endpoint.system.administrator()).show('alice:bob');
    const info = await asked(INFO, bob, alice);
    assert.deepEqual(info, { kind: 'unikernel-info', form: 'newest', unikernels: [] });
    const own = order('bob', INFO, bob, alice);
    assert.deepEqual(await endpoint.answer(own), { kind: 'reply', reply: info });
    for (const command of [get(0), DESTROY, RESTART, create(['hang']), subscribe(9n)])
      await leavesNothing(
        order('.', command, bob, alice),
        'NAME_INVALID',
        /"?alice:bob:"? is a path/,
      );
    for (const command of [get(0), DESTROY, RESTART])
      await leavesNothing(
        order('bob', command, bob, alice),
        'UNIKERNEL_NOT_FOUND',
        /alice:bob:bob/,
      );
    assert.deepEqual(await (await endpoint.system.administrator()).show('alice:bob'), before);
    const data = mintTenant('data', alice, { unikernels: 1n, memory: 32 });
    assert.deepEqual(await asked(BLOCK_INFO, data, alice), { kind: 'block-devices', blocks: [] });
    const set = { kind: 'block-set', compressed: false } as const;
    for (const command of [
      { kind: 'block-remove' },
      { kind: 'block-dump', level: 0 },
      set,
    ] as const)
      await leavesNothing(order('.', command, data, alice), 'NAME_INVALID', /alice:data:/);
  });
});

describe('who divides what they have', () => {
  it('has no more of it, and their parts learn nothing of each other', DEADLINE, async () => {
    const carol = mintTenant('carol', endpoint.root, { unikernels: 1n, memory: 64 });
    const [one, two] = ['secret-one', 'secret-two'].map((label) =>
      mintTenant(label, carol, { unikernels: 1n, memory: 64 }),
    ) as [Minted, Minted];
    await endpoint.does('created unikernel', order('web', create(['hang']), one, carol));
    const second = await endpoint.failure(order('web', create(['hang']), two, carol));
    assert.equal(
      second,
      'the policy of carol: allows 1 unikernel; 1 is used (1 other) and 1 more was requested [POLICY_EXCEEDED]',
    );
    const known = JSON.stringify(
      [await asked(INFO, two, carol), await asked(POLICY_INFO, two, carol)],
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
    assert.doesNotMatch(known, /secret-one|alice|web/);
    const names = (await endpoint.standing()).unikernels.map(({ name }) => name);
    assert.deepEqual(names, ['alice:bob', 'carol:secret-one:web']);
    // What the machine itself has too little of names nobody either.
    const memory = (await endpoint.standing()).policies[0]?.policy.memoryMib ?? 0;
    const greedy = mintTenant('greedy', endpoint.root, { memory });
    const text = await endpoint.failure(order('web', create(['hang'], { memory }), greedy));
    assert.match(text, /^the policy of : .* \(32 by others\) .*\[POLICY_EXCEEDED\]$/);
    await endpoint.does('destroyed unikernel', order('web', DESTROY, one, carol));
  });

  it('cannot bring back what was larger before', DEADLINE, async () => {
    const HOUR_MS = 3_600_000;
    const of = (hours: number, unikernels: bigint): Minted =>
      mintTenant(
        'dora',
        endpoint.root,
        { unikernels },
        { notBefore: Date.now() - hours * HOUR_MS },
      );
    const [old, middle, newest] = [of(9, 4n), of(5, 1n), of(2, 2n)];
    const limit = async (): Promise<unknown> => {
      const { policies } = await endpoint.standing();
      return policies.find(({ path }) => path === 'dora:')?.policy.unikernels;
    };
    await endpoint.does('created unikernel', order('web', create(['hang']), middle));
    assert.equal(await limit(), 1);
    const second = await endpoint.failure(order('other', create(['hang']), old));
    assert.match(second, /^the policy of dora: allows 1 unikernel; .*\[POLICY_EXCEEDED\]$/);
    // Who holds it still asks, within the newer one.
    await endpoint.does('destroyed unikernel', order('web', DESTROY, old));
    await endpoint.does('created unikernel', order('web', create(['hang']), old));
    assert.equal(await limit(), 1);
    await endpoint.does('created unikernel', order('other', create(['hang']), newest));
    assert.equal(await limit(), 2);
    for (const name of ['web', 'other'])
      await endpoint.does('destroyed unikernel', order(name, DESTROY, middle));
    assert.equal(await limit(), 2);
  });

  it('cannot forge an authority beside the real one', DEADLINE, async () => {
    const real = mintTenant('erin', endpoint.root, { unikernels: 1n });
    const { serial, keyId } = real;
    const signer = mint('nobody', null).keys;
    const forged = mintTenant('erin', endpoint.root, { unikernels: 4n }, { serial, keyId, signer });
    const forgedRoot = mint('ca', null, { isAuthority: true, keyId: endpoint.root.keyId });
    const byForgedRoot = mintTenant('erin', forgedRoot, { unikernels: 4n }, { serial, keyId });
    const others = [
      [forged, real],
      [real, forged],
      [byForgedRoot, forged, real],
      [forgedRoot, byForgedRoot, real, forged],
      [real, byForgedRoot, forgedRoot, endpoint.root],
    ];
    for (const authorities of others) {
      const leaf = mint('.', real, { command: POLICY_INFO });
      const reply = replyIn(await endpoint.answer([leaf, ...authorities]));
      assert.ok(reply.kind === 'policies');
      assert.deepEqual(
        reply.policies.map(({ name, policy }) => [name, policy.unikernels]),
        [[':', 1n]],
      );
    }
    await isTurnedAway([mint('.', real, { command: INFO }), forged], 'bad-signature', /CN=/);
    // Its own leaves, signed by a key that only the forged certificate has.
    const leafOfForged = mint('.', forged, { command: INFO });
    await isTurnedAway([leafOfForged, forged, real], 'bad-signature', /CN=/);
  });
});

describe('two tenants', () => {
  it('see nothing of each other', DEADLINE, async () => {
    const frank = mintTenant('frank', endpoint.root);
    await endpoint.does('created unikernel', order('own', create(['tick=100']), frank));
    await endpoint.does('added block device', order('disk', { kind: 'block-add', size: 2 }, frank));
    const [ofAlice, ofFrank] = await Promise.all([
      whatIsSeen(endpoint, alice),
      whatIsSeen(endpoint, frank),
    ]);
    const paths = [':', 'data:', 'bob:'];
    assert.deepEqual(ofAlice, {
      unikernels: ['bob'],
      policies: paths,
      blocks: [['data', 1]],
      stats: ['bob'],
    });
    assert.deepEqual(ofFrank, {
      unikernels: ['own'],
      policies: [':'],
      blocks: [['disk', 2]],
      stats: ['own'],
    });
    await endpoint.does('destroyed unikernel', order('own', DESTROY, frank));
    assert.deepEqual(await asked(INACTIVE, frank), { kind: 'consoles', names: ['own'] });
    assert.deepEqual(await asked(INACTIVE, alice), { kind: 'consoles', names: [] });
  });

  it('and all they did stands in the log, by certificate', DEADLINE, async () => {
    const leaf = order('seen', create(['hang']), alice);
    await endpoint.does('created unikernel', leaf);
    await endpoint.does('destroyed unikernel', order('seen', DESTROY, alice));
    const events = await (await endpoint.system.administrator()).events();
    const byClients = events.filter(({ actor }) => actor !== 'supervisor');
    for (const { actor, type, name } of byClients)
      assert.match(actor, /^tls:[0-9a-f]{64};[ -~]+$/, `${type} ${name}`);
    const digest = createHash('sha256')
      .update(leaf[0]?.der ?? '')
      .digest('hex');
    const created = byClients.find(({ type, name }) => type === 'created' && name === 'alice:seen');
    assert.equal(created?.actor, `tls:${digest};alice/seen`);
    const refused = byClients.filter(({ type }) => type === 'refused');
    assert.ok(refused.some(({ actor }) => actor.endsWith(';alice/sub/web')));
  });
});

describe('what an authority takes back', () => {
  it('counts at once: a leaf, and everything below an authority', DEADLINE, async () => {
    const gina = mintTenant('gina', endpoint.root);
    const [one, other] = [order('.', INFO, gina), order('.', INFO, gina)];
    const isGood = async (chain: readonly Minted[]): Promise<void> =>
      assert.equal((await endpoint.answer(chain)).kind, 'reply');
    await isGood(one);
    await endpoint.revoke(gina, one[0] as Minted);
    await isTurnedAway(one, 'revoked', /CN=\./);
    await isGood(other);
    await endpoint.revoke(endpoint.root, gina);
    await isTurnedAway(other, 'revoked', /CN=gina/);
    await isTurnedAway(order('.', INFO, gina), 'revoked', /CN=gina/);
    await isGood(order('.', INFO, alice));
  });
});

describe('whoever was turned away', () => {
  it('is told of on the bus, repetitions together', DEADLINE, async () => {
    await endpoint.stopGateway();
    await refusedSessions.assertAllTold();
    // The first at once, and the others in one.
    const revoked = refusedSessions.published.filter(({ reason }) => reason === 'revoked');
    assert.deepEqual(
      revoked.map(({ times }) => times),
      [1, 2],
    );
  });
});
