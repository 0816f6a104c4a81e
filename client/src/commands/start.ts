import { startUnikernel } from '@albatross/shared/contracts/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { tellAndStay } from '../readiness/tell-and-stay.ts';
import { addWaitOptions, waitOf, type WaitFlags } from '../readiness/wait-options.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';

export function addStart(program: Command, session: Session): void {
  const command = program
    .command('start')
    .description('start a unikernel that was stopped or has ended')
    .argument('<name>', 'its name');
  addExamples(command, ['albatross start hello', 'albatross start hello --wait ready']);
  addLocalOnly(
    addWaitOptions(command),
    'create it there again, with --force, or start it on the host itself',
  ).action(async (text: string, flags: WaitFlags, command: Command) => {
    const name = readUnikernelName(text);
    const wait = waitOf(flags, 'local');
    await withBus(session, command, async (bus) => {
      const [id, askedAt] = [randomUUID(), Date.now()];
      const made = await bus.request(startUnikernel, { id, name });
      const started = { made, requestId: id, askedAt };
      await tellAndStay(session, bus, started, { done: 'started', wait });
    });
  });
}
