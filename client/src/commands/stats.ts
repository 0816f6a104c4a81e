import { isPathName, ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { interrupted } from '../interrupted.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { newestSamples, StatsStream } from '../stats-stream.ts';
import { sampleDetails, sampleTable, sampleToJson, sampleToText } from '../stats-view.ts';

interface Flags extends DestinationFlags {
  readonly name: Name;
  readonly follow?: true;
}

export function addStats(program: Command, session: Session): void {
  const command = program
    .command('stats')
    .description('show what unikernels take of the machine, as it was sampled last')
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option(
      '-f, --follow',
      'then show every sample as it comes, until Ctrl-C; another host always does',
    );
  addExamples(command, [
    'albatross stats --name foo: --follow --json',
    'albatross stats --destination host.example',
  ]);
  addDestinationOptions(command)
    .addHelpText('after', HELP)
    .action(async (flags: Flags, command: Command) => {
      const { name, follow } = flags;
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        const { askThere } = await import('../remote/show-answer.ts');
        return await askThere(session, place, { name, command: { kind: 'stats-subscribe' } });
      }
      const isFollowing = follow ?? session.invokedAs === 'albatross-client';
      if (isFollowing) await showEach(session, command, name);
      else await showNewest(session, command, name);
    });
}

async function showNewest(session: Session, command: Command, name: Name): Promise<void> {
  const { output } = session;
  const { samples } = await withBus(session, command, async (bus) => {
    return await newestSamples(bus, name);
  });
  const details = isPathName(name) ? [] : samples.flatMap(sampleDetails);
  output.list(samples.map(sampleToJson), [...sampleTable(samples), ...details], 'no samples');
}

async function showEach(session: Session, command: Command, name: Name): Promise<void> {
  const { output } = session;
  await withBus(session, command, async (bus) => {
    const stream = new StatsStream(bus, name, {
      sample: (sample) => {
        output.show(sampleToJson(sample), sampleToText(sample));
      },
      dropped: (count) => output.note(`${count} samples are missing here: they came too fast`),
    });
    await stream.follow(interrupted());
  });
}

const HELP = `
Another host does not tell everything: of memory the pages only, which are taken to have 4 KiB each, and no
rates. The share of a CPU is found between two samples, by when they came.`;
