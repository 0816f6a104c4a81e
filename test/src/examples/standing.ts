import type { Bus } from '@albatross/shared/bus/bus';
import { createBlock, listBlocks, removeBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy, listPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import { removeProcess } from '@albatross/shared/contracts/stats';
import { parseName, ROOT, type PathName } from '@albatross/shared/domain/name';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';

/** What examples have sampled; it need not run any more. */
const SAMPLED = 'foo:shell';
/** Both print ten lines a second. */
const UNIKERNELS = ['hello', 'foo:hello'];
const ARGUMENTS = ['tick=100'];
const IMAGE = helloImage('spt');
const DIGEST = createHash('sha256').update(readFileSync(IMAGE)).digest('hex');
const BLOCK = { name: 'foo:data', sizeMib: 4 };
const PATH = parseName('foo:') as PathName;
const POLICY = { unikernels: 8, memoryMib: 512, cpus: [0], blockMib: 512, bridges: ['service'] };

/** What runs, is stored and is allowed before each example, whatever those before it did. */
export async function restoreStanding(administrator: Administrator): Promise<void> {
  const { bus } = administrator;
  const asCreated = new Set<string>();
  for (const { name } of await administrator.list())
    if (await isAsCreated(administrator, name)) asCreated.add(name);
    else await administrator.destroy(name);
  await bus.request(removeProcess, { name: SAMPLED }).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'STATS_NOT_FOUND') throw error;
  });
  await restorePolicies(bus);
  await restoreBlocks(bus);
  for (const name of UNIKERNELS)
    if (!asCreated.has(name)) await administrator.create(name, IMAGE, ...ARGUMENTS);
}

async function isAsCreated(administrator: Administrator, name: string): Promise<boolean> {
  if (!UNIKERNELS.includes(name)) return false;
  const found = await administrator.show(name);
  const isSame = found.digest === DIGEST && found.arguments.join(' ') === ARGUMENTS.join(' ');
  return isSame && found.state === 'running';
}

async function restorePolicies(bus: Bus): Promise<void> {
  const { policies } = await bus.request(listPolicies, { name: ROOT });
  const others = policies.filter(({ path, isMachine }) => path !== PATH && !isMachine);
  // Below first: none may allow less than what is below it.
  for (const { path } of others.toReversed())
    await bus.request(removePolicy, { id: randomUUID(), name: path });
  await bus.request(addPolicy, { id: randomUUID(), name: PATH, policy: POLICY });
}

async function restoreBlocks(bus: Bus): Promise<void> {
  const { blocks } = await bus.request(listBlocks, { name: ROOT });
  for (const { name } of blocks)
    if (name !== BLOCK.name) await bus.request(removeBlock, { id: randomUUID(), name });
  if (!blocks.some(({ name }) => name === BLOCK.name))
    await bus.request(createBlock, { id: randomUUID(), ...BLOCK });
}
