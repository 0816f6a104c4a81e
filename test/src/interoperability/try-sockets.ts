import { decodeMessage } from '@albatross/wire';
import { join } from 'node:path';
import { wireBytes } from '../harness/wire-bytes.ts';
import { answerAtSocket, framesIn } from './answer.ts';
import { expectedOutcome, outcomeOf } from './answer-outcome.ts';
import type { Outcome } from './cell.ts';
import type { Ground } from './ground.ts';
import { recordedStream } from './recorded.ts';
import { SOCKET_STEPS, type SocketStep } from './socket-steps.ts';
import type { Subcommand } from './subcommands.ts';
import { tally, type Tried } from './tried.ts';

export function expectedOfSockets(): Tried {
  return tally(SOCKET_STEPS, (step) => expectedOutcome(step.title, step));
}

/** Says at our sockets what the original's client said at its own, one after the other. */
export async function trySockets(ground: Ground): Promise<Tried> {
  await using _ = await ground.sockets();
  const outcomes: Outcome[] = [];
  for (const step of SOCKET_STEPS) {
    const { subcommand, title, answered, frames, endOf } = step;
    if (endOf !== undefined) await (await ground.system.administrator()).untilExited(endOf);
    const path = join(ground.system.folders.run, 'util', socketOf(subcommand));
    const until = frames === undefined ? undefined : { frames };
    // Behind a policy another command may come, so that its client has to end.
    const endsItself = /^(add|replace)-policy$/.test(subcommand);
    const ours = await answerAtSocket(path, requestOf(step), { endsItself, until });
    const theirs = recordedStream(`local/${answered}.reply`);
    outcomes.push(outcomeOf(title, step, ours, theirs));
  }
  return tally(SOCKET_STEPS, (_, index) => outcomes[index]);
}

function socketOf(subcommand: Subcommand): string {
  if (subcommand.includes('console')) return 'console.sock';
  return subcommand.startsWith('stats') ? 'stat.sock' : 'vmmd.sock';
}

function requestOf({ request, pid }: SocketStep): Uint8Array {
  const bytes = recordedStream(`local/${request}.request`);
  if (pid === undefined) return bytes;
  const [frame = bytes] = framesIn(bytes);
  const { header, payload } = decodeMessage(frame);
  if (payload.kind !== 'command' || payload.command.kind !== 'stats-add')
    throw new RangeError(`${request} has no process`);
  const command = { ...payload.command, pid };
  return wireBytes({ header, payload: { kind: 'command', command } });
}
