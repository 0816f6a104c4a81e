import { isPathName, ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { interrupted } from '../interrupted.ts';
import { withBus, type Session } from '../session.ts';
import { newestSamples, StatsStream } from '../stats-stream.ts';
import { sampleDetails, sampleTable, sampleToJson, sampleToText } from '../stats-view.ts';

interface Flags {
  readonly name: Name;
  readonly follow?: true;
}

export function addStats(program: Command, session: Session): void {
  program
    .command('stats')
    .description('show what unikernels take of the machine, as it was sampled last')
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option('-f, --follow', 'then show every sample as it comes, until Ctrl-C')
    .option('--json', 'print one array of objects; with --follow an object a line')
    .addHelpText('after', '\nExample: albatross stats --name foo: --follow --json')
    .action(async ({ name, follow }: Flags, command: Command) => {
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
  if (output.isJson) return output.json(samples.map(sampleToJson));
  if (samples.length === 0) return output.line('no samples');
  const details = isPathName(name) ? [] : samples.flatMap(sampleDetails);
  for (const line of [...sampleTable(samples), ...details]) output.line(line);
}

async function showEach(session: Session, command: Command, name: Name): Promise<void> {
  const { output } = session;
  await withBus(session, command, async (bus) => {
    const stream = new StatsStream(bus, name, {
      sample: (sample) => {
        if (output.isJson) output.json(sampleToJson(sample));
        else output.line(sampleToText(sample));
      },
      dropped: (count) => output.note(`${count} samples are missing here: they came too fast`),
    });
    await stream.follow(interrupted());
  });
}
