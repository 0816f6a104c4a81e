import type { HistoryStart } from '@albatross/shared/contracts/console';
import { ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readCount, readName, readTime } from '../arguments.ts';
import { EventStream } from '../event-stream.ts';
import { eventToJson, eventToText, gapToJson, gapToText } from '../event-view.ts';
import { addExamples } from '../help/examples.ts';
import { interrupted } from '../interrupted.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';

interface Flags {
  readonly count: number;
  readonly since?: number;
  readonly follow?: true;
}

const COUNT_DEFAULT = 20;

export function addLog(program: Command, session: Session): void {
  const command = program
    .command('log')
    .description('show what happened to unikernels, policies and block devices, and who did it')
    .argument('[name]', 'only to this unikernel, or at and below a path', readName, ROOT)
    .option('--count <n>', 'begin with the newest n events', readCount, COUNT_DEFAULT)
    .option('--since <time>', 'begin at that time instead', readTime)
    .option('-f, --follow', 'then show what happens, until Ctrl-C');
  addExamples(command, ['albatross log foo: --since 2026-01-31']);
  addLocalOnly(command, 'look at it on the host itself').action(
    async (name: Name, { count, since, follow }: Flags, command: Command) => {
      const { output } = session;
      const from: HistoryStart =
        since === undefined ? { kind: 'count', count } : { kind: 'since', at: since };
      await withBus(session, command, async (bus) => {
        const stream = new EventStream(bus, name, {
          event: (event) => {
            output.show(eventToJson(event), eventToText(event));
          },
          gap: (gap) => {
            output.show(gapToJson(gap), gapToText(gap));
          },
        });
        const isFollowing = follow ?? session.invokedAs === 'albatross-client';
        if (isFollowing) await stream.follow(from, interrupted());
        else await stream.history(from);
      });
    },
  );
}
