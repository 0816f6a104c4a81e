import { startUnikernel } from '@albatross/shared/contracts/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

export function addStart(program: Command, session: Session): void {
  const command = program
    .command('start')
    .description('start a unikernel that was stopped or has ended')
    .argument('<name>', 'its name');
  addLocalOnly(command, 'create it there again, with --force, or start it on the host itself')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross start hello')
    .action(async (text: string, _flags: object, command: Command) => {
      const name = readUnikernelName(text);
      const now = await withBus(session, command, async (bus) => {
        return await bus.request(startUnikernel, { id: randomUUID(), name });
      });
      if (session.output.isJson) session.output.json(toJson(now));
      else session.output.line(describeState('started', now));
    });
}
