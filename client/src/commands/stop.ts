import { stopUnikernel } from '@albatross/shared/contracts/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

export function addStop(program: Command, session: Session): void {
  const command = program
    .command('stop')
    .description('end a unikernel, which keeps its name, image and share until it is started again')
    .argument('<name>', 'its name');
  addExamples(command, ['albatross stop hello']);
  addLocalOnly(
    command,
    'destroy it there, which forgets it as well, or stop it on the host itself',
  ).action(async (text: string, _flags: object, command: Command) => {
    const name = readUnikernelName(text);
    const now = await withBus(session, command, async (bus) => {
      return await bus.request(stopUnikernel, { id: randomUUID(), name });
    });
    session.output.done(toJson(now), describeState('stopped', now));
  });
}
