import { createBlock, dumpBlock, removeBlock, setBlock } from '@albatross/shared/contracts/block';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { inflateSync } from 'node:zlib';
import { ask } from './answers.ts';
import type { Client, Operation } from './client.ts';
import { SHARED } from './names.ts';
import type { OwnBlock } from './own-block.ts';
import { downloadOnce, uploadOnce } from './transfers.ts';

export const blockOperations: readonly Operation[] = [
  [7, create],
  [3, remove],
  [3, set],
  [4, dump],
];

const SIZE_MAX_MIB = 3;
const CONTENT_MAX_BYTES = 100_000;
const PATIENCE_MS = 3_000;

interface Target {
  readonly name: UnikernelName;
  readonly own: OwnBlock | null;
}

async function chooseTarget(client: Client, isThere: boolean): Promise<Target> {
  if (client.dice.chance(0.25)) return { name: client.dice.pick(SHARED.blocks), own: null };
  const own = client.chooseOwn(client.blocks, ({ sizeMib }) => (sizeMib !== null) === isThere);
  await client.settleBeside(own.name);
  return { name: own.name, own };
}

async function create(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client, false);
  const sizeMib = client.dice.whole(1, SIZE_MAX_MIB);
  const step = client.step({
    contract: createBlock,
    body: { id: client.freshId(), name, sizeMib },
    told: (answer) => own?.created(answer, sizeMib),
  });
  await client.carryOut(step, own);
}

async function remove(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client, true);
  const step = client.step({
    contract: removeBlock,
    body: { id: client.freshId(), name },
    told: (answer) => {
      own?.removed(answer, mayBeUsed(client, own));
      if (answer.kind === 'done') refuseIfUsed(client, own);
    },
  });
  await client.carryOut(step, own);
}

async function set(client: Client): Promise<void> {
  const { dice } = client;
  const { name, own } = await chooseTarget(client, true);
  const content = Buffer.alloc(dice.whole(1, CONTENT_MAX_BYTES), `content ${client.freshId()} `);
  const uploaded = await uploadOnce(client.bus, name, content, 'block');
  if (uploaded?.kind === 'refused' && own !== null)
    own.refused(uploaded.code, mayBeUsed(client, own));
  if (uploaded?.kind !== 'done') return;
  const step = client.step({
    contract: setBlock,
    body: { id: client.freshId(), name, blob: uploaded.reply, compressed: false },
    told: (answer) => {
      own?.set(answer, content, mayBeUsed(client, own));
      if (answer.kind === 'done') refuseIfUsed(client, own);
    },
  });
  await client.carryOut(step, own);
}

async function dump(client: Client): Promise<void> {
  const { name, own } = await chooseTarget(client, true);
  const compressionLevel = client.dice.pick([0, 6]);
  const opened = await ask(client.bus, dumpBlock, { name, compressionLevel }, PATIENCE_MS);
  const code = opened?.kind === 'refused' ? opened.code : opened === null ? 'lost' : 'ok';
  client.ground.figures.operation('block.dump', code);
  if (own === null) {
    if (opened?.kind === 'done')
      await downloadOnce(client.bus, name, opened.reply.blob, opened.reply.sizeBytes);
    return;
  }
  if (opened?.kind === 'refused') return own.refused(opened.code, mayBeUsed(client, own));
  // Until the supervisor notices that nobody reads any more.
  const wasRead = own.mayBeRead;
  own.mayBeRead = true;
  if (opened === null) return;
  const { blob, sizeBytes } = opened.reply;
  const content = await downloadOnce(client.bus, name, blob, sizeBytes);
  if (content === null) return;
  own.mayBeRead = wasRead;
  own.dumped(compressionLevel === 0 ? content : inflateSync(content));
}

function holders(client: Client, own: OwnBlock): readonly (typeof client.unikernels)[number][] {
  return client.unikernels.filter((one) => one.plan?.device === own.name);
}

function mayBeUsed(client: Client, own: OwnBlock): boolean {
  return holders(client, own).some((one) => one.mayHold);
}

function refuseIfUsed(client: Client, own: OwnBlock | null): void {
  if (own === null) return;
  for (const one of holders(client, own))
    if (one.mustHold) client.ground.findings.add(`${own.name} was changed under ${one.name}`);
}
