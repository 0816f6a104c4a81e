import type { Bus } from '@albatross/shared/bus/bus';
import { listBlocks } from '@albatross/shared/contracts/block';
import { addPolicy, assertPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { holdsResources } from '@albatross/shared/domain/unikernel';
import { ask } from './answers.ts';
import type { Client, Operation } from './client.ts';
import { SHARED } from './names.ts';
import { BRIDGES } from './own-network.ts';
import type { OwnPolicy } from './own-policy.ts';

export const policyOperations: readonly Operation[] = [
  [4, add],
  [3, remove],
  [2, assert],
];

interface Target {
  readonly path: PathName;
  readonly own: OwnPolicy | null;
}

async function chooseTarget(client: Client): Promise<Target> {
  if (client.dice.chance(0.5)) return { path: client.dice.pick(SHARED.policies), own: null };
  await settleAll(client);
  const own = client.dice.pick(client.policies);
  return { path: own.path, own };
}

/** What is admitted while a policy changes may fit the former only. */
async function settleAll(client: Client): Promise<void> {
  for (const own of [...client.policies, ...client.unikernels]) await client.settlePending(own);
}

async function add(client: Client): Promise<void> {
  const { path, own } = await chooseTarget(client);
  const policy = await choosePolicy(client, path);
  const isChange = own?.isChangedBy(policy);
  const step = client.step({
    contract: addPolicy,
    body: { id: client.freshId(), name: path, policy },
    told: (answer) => {
      if (answer.kind === 'refused' || own === null) return;
      if (answer.reply.changed !== isChange)
        client.ground.findings.add(`policy.add of ${path} says changed ${answer.reply.changed}`);
      own.set(policy);
    },
    isRemembered: ({ changed }) => changed,
  });
  await client.carryOut(step, own);
}

async function remove(client: Client): Promise<void> {
  const { path, own } = await chooseTarget(client);
  const step = client.step({
    contract: removePolicy,
    body: { id: client.freshId(), name: path },
    told: (answer) => own?.removed(answer),
  });
  await client.carryOut(step, own);
}

/** As from a chain of certificates, which may be older than what stands there. */
async function assert(client: Client): Promise<void> {
  await settleAll(client);
  const isOld = client.dice.chance(0.3);
  const setAt = isOld ? 1_000 : Date.now();
  const wishes: { readonly own: OwnPolicy; readonly policy: Policy }[] = [];
  // Those further down get no more than the one above them.
  for (const own of client.policies) {
    const policy = wishes[0]?.policy ?? (await choosePolicy(client, own.path));
    wishes.push({ own, policy });
  }
  const changed = wishes.filter(({ own, policy }) => own.isChangedBy(policy, isOld));
  const [first] = client.policies;
  const step = client.step({
    contract: assertPolicies,
    body: {
      id: client.freshId(),
      name: ROOT,
      policies: wishes.map(({ own, policy }) => ({ path: own.path, policy, setAt })),
    },
    told: (answer) => {
      if (answer.kind === 'refused') return;
      if (answer.reply.changed !== changed.length > 0)
        client.ground.findings.add(`policy.assert says changed ${answer.reply.changed}`, wishes);
      // One that stands already stands since then.
      for (const { own, policy } of isOld ? changed : wishes) own.set(policy, isOld);
    },
    isRemembered: ({ changed: isChange }) => isChange,
  });
  await client.carryOut(step, first ?? null);
}

/** Mostly little more than what is used: where nothing is refused, nothing can be admitted wrongly. */
async function choosePolicy({ bus, dice }: Client, path: PathName): Promise<Policy> {
  // Where there is nothing left at all, nothing happens any more.
  const isTight = dice.chance(path === ROOT ? 0.2 : 0.6);
  const used = isTight ? await usageBelow(bus, path) : PLENTY;
  return {
    unikernels: used.unikernels + dice.whole(0, 3),
    memoryMib: used.memoryMib + dice.whole(0, 80),
    cpus: dice.chance(0.1) ? [0] : [0, 1],
    // None at all is said in one way only.
    blockMib: (dice.chance(0.1) ? 0 : used.blockMib + dice.whole(0, 4)) || null,
    bridges: dice.chance(0.1) ? [] : [...BRIDGES],
  };
}

const PLENTY = { unikernels: 100, memoryMib: 4000, blockMib: 200 };
const PATIENCE_MS = 2_000;

/** What may be used at this moment: others change it all the time. */
async function usageBelow(bus: Bus, path: PathName): Promise<typeof PLENTY> {
  const listed = await ask(bus, listUnikernels, { name: path }, PATIENCE_MS);
  const found = await ask(bus, listBlocks, { name: path }, PATIENCE_MS);
  if (listed?.kind !== 'done' || found?.kind !== 'done') return PLENTY;
  const holders = listed.reply.unikernels.filter(({ state }) => holdsResources(state));
  return {
    unikernels: holders.length,
    memoryMib: holders.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
    blockMib: found.reply.blocks.reduce((sum, { sizeMib }) => sum + sizeMib, 0),
  };
}
