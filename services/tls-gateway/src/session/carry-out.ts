import { Failure } from '@albatross/shared/contracts/failures';
import { WireError, type WireReply } from '@albatross/wire';
import { checkAllowed, isForSupervisor } from './allowed.ts';
import { addWithContent, dump, dumpWhole, setContent } from './block-content.ts';
import { addBlock, blockInfo, dropBlock } from './blocks.ts';
import { send, type Client } from './client.ts';
import { listInactive, subscribeConsole } from './consoles.ts';
import { failureText } from './failure-text.ts';
import type { Order } from './order.ts';
import { assertChain, dropPolicy, policyInfo, setPolicy } from './policies.ts';
import { addStats, removeStats, subscribeStats } from './statistics.ts';
import type { StreamSystem } from './subscribers.ts';
import { chunkSource } from './uploaded.ts';
import { unikernelInfo } from './unikernel-info.ts';
import { create, destroy, getImage, restart } from './unikernels.ts';

/**
 * Does what a client wants and tells it what came of it: one reply, or one failure, or a stream of data
 * behind a reply, which a failure may end. Resolves once everything is said; whoever has the connection ends
 * it then. Throws when there is nobody to tell, when a reply was begun that cannot be completed, and for
 * defects.
 */
export async function carryOut(order: Order, client: Client, system: StreamSystem): Promise<void> {
  try {
    checkAllowed(order);
    // A policy that cannot be set stops what would have been done under it.
    if (isForSupervisor(order.command)) await assertChain(order);
    const answer = await answerTo(order, client, system);
    if (answer !== null) await send(client, { kind: 'reply', reply: replyOf(answer) });
  } catch (error) {
    const failure = client.gone.aborted ? null : failureOf(error);
    if (failure === null) throw error;
    await send(client, { kind: 'failure', text: failureText(failure) });
  }
}

/** Null for anything else than what a client may cause. */
function failureOf(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  if (!(error instanceof WireError)) return null;
  return new Failure('REQUEST_INVALID', `what follows the command is malformed: ${error.message}`);
}

function replyOf(answer: WireReply | string): WireReply {
  return typeof answer === 'string' ? { kind: 'string', text: answer } : answer;
}

/** Null when everything was said already. */
type Answer = WireReply | string | null;

async function answerTo(order: Order, client: Client, system: StreamSystem): Promise<Answer> {
  const { command } = order;
  switch (command.kind) {
    case 'unikernel-info':
      return await unikernelInfo(order, command.form);
    case 'unikernel-create':
    case 'unikernel-force-create':
      return await create(order, client, command.config, {
        force: command.kind === 'unikernel-force-create',
      });
    case 'unikernel-restart':
      return await restart(order, command.args);
    case 'unikernel-destroy':
      return await destroy(order);
    case 'policy-info':
      return await policyInfo(order);
    case 'policy-add':
      return await setPolicy(order, command.policy);
    case 'policy-remove':
      return await dropPolicy(order);
    case 'block-info':
      return await blockInfo(order);
    case 'block-add':
      return await addBlock(order, command.size);
    case 'block-remove':
      return await dropBlock(order);
    case 'block-set':
      return await setContent(order, chunkSource(client), command);
    case 'block-old-add':
      return command.data === null
        ? await addBlock(order, command.size)
        : await addWithContent(order, command.size, command.data, command);
    case 'block-old-set':
      return await setContent(order, command.data, command);
    default:
      await sayMore(order, client, system);
      return null;
  }
}

/** What is answered by more than one short reply, or by others. */
async function sayMore(order: Order, client: Client, system: StreamSystem): Promise<void> {
  const { command } = order;
  switch (command.kind) {
    case 'unikernel-get':
      return await getImage(order, client, command.level);
    case 'block-dump':
      return await dump(order, client, command.level);
    case 'block-old-dump':
      return await dumpWhole(order, client, command.level);
    case 'console-subscribe':
      return await subscribeConsole(order, client, system);
    case 'console-list-inactive':
      return await listInactive(order, client);
    case 'stats-subscribe':
      return await subscribeStats(order, client, system);
    case 'stats-add':
      return await addStats(order, client);
    case 'stats-remove':
      return await removeStats(order, client);
    default:
      throw new TypeError(`${command.kind} is not allowed`);
  }
}
