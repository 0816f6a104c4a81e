import { BLOB_CHUNK_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { listBlocks } from '@albatross/shared/contracts/block';
import { consoleHistory } from '@albatross/shared/contracts/console';
import { listEvents } from '@albatross/shared/contracts/event';
import { listPolicies } from '@albatross/shared/contracts/policy';
import type { BodyOf, ReplyOf, RequestContract } from '@albatross/shared/contracts/request';
import { getUnikernel, showUnikernel } from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { ROOT } from '@albatross/shared/domain/name';
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { ask, type Answer } from './answers.ts';
import type { Client, Operation } from './client.ts';
import { isAscending, isNumbered } from './order.ts';
import { SHARED } from './names.ts';
import { downloadOnce } from './transfers.ts';

export const questions: readonly Operation[] = [
  [5, show],
  [4, list],
  [2, listBlockDevices],
  [2, listAllPolicies],
  [3, readEvents],
  [3, readConsole],
  [2, getImage],
];

const PATIENCE_MS = 2_000;

async function question<C extends RequestContract>(
  client: Client,
  contract: C,
  body: BodyOf<C>,
): Promise<Answer<ReplyOf<C>> | null> {
  const answer = await ask(client.bus, contract, body, PATIENCE_MS);
  client.ground.journal.write(`${contract.noun}.${contract.verb}`, body, answer?.kind ?? 'lost');
  const code = answer === null ? 'lost' : answer.kind === 'done' ? 'ok' : answer.code;
  client.ground.figures.operation(`${contract.noun}.${contract.verb}`, code);
  return answer;
}

async function show(client: Client): Promise<void> {
  const own = client.dice.pick(client.unikernels);
  if (own.pending !== null) return await client.settlePending(own);
  const answer = await question(client, showUnikernel, { name: own.name });
  if (answer !== null) own.shown(answer);
}

/** One page holds more than there are. */
async function list(client: Client): Promise<void> {
  const answer = await question(client, listUnikernels, { name: ROOT });
  if (answer?.kind !== 'done') return;
  const names = answer.reply.unikernels.map(({ name }) => name);
  if (!isAscending(names)) client.ground.findings.add('unikernels are not listed in order', names);
  for (const own of client.unikernels)
    if (own.pending === null) own.listed(names.includes(own.name));
}

async function listBlockDevices(client: Client): Promise<void> {
  const answer = await question(client, listBlocks, { name: ROOT });
  if (answer?.kind !== 'done') return;
  for (const own of client.blocks)
    if (own.pending === null) own.listed(answer.reply.blocks.find(({ name }) => name === own.name));
}

async function listAllPolicies(client: Client): Promise<void> {
  const answer = await question(client, listPolicies, { name: ROOT });
  if (answer?.kind !== 'done') return;
  // Several of them may be asked for at once.
  if (client.policies.some(({ pending }) => pending !== null)) return;
  for (const own of client.policies)
    own.listed(answer.reply.policies.find(({ path }) => path === own.path));
}

/** On from where it stopped reading. */
async function readEvents(client: Client): Promise<void> {
  const from = { kind: 'after' as const, seq: client.lastSeq };
  const answer = await question(client, listEvents, { name: ROOT, from });
  if (answer?.kind !== 'done') return;
  const { events } = answer.reply;
  if (!isNumbered(events, client.lastSeq))
    client.ground.findings.add(
      `events after ${client.lastSeq} are not numbered one by one`,
      events,
    );
  client.lastSeq = events.at(-1)?.seq ?? client.lastSeq;
}

async function readConsole(client: Client): Promise<void> {
  const names = [...client.unikernels.map(({ name }) => name), ...SHARED.unikernels];
  const name = client.dice.pick(names);
  const from = { kind: 'count' as const, count: client.dice.whole(1, 40) };
  const answer = await question(client, consoleHistory, { name, from });
  if (answer?.kind !== 'done') return;
  const { entries } = answer.reply;
  if (!isNumbered(entries, (entries[0]?.seq ?? 1) - 1))
    client.ground.findings.add(`the console of ${name} is not numbered one by one`, entries);
}

async function getImage(client: Client): Promise<void> {
  const own = client.dice.pick(client.unikernels);
  if (own.pending !== null) return;
  const compressionLevel = client.dice.pick([0, 6]);
  const answer = await question(client, getUnikernel, { name: own.name, compressionLevel });
  if (answer?.kind !== 'done') return;
  const { blob, sizeBytes, compressed } = answer.reply;
  if (sizeBytes > BLOB_CHUNK_BYTES_MAX) return;
  const bytes = await downloadOnce(client.bus, own.name, blob, sizeBytes);
  if (bytes === null) return;
  const image = compressed ? inflateSync(bytes) : bytes;
  const digest = createHash('sha256').update(image).digest('hex');
  if (digest !== own.plan?.digest)
    client.ground.findings.add(`the image of ${own.name} is ${digest}, not ${own.plan?.digest}`);
}
