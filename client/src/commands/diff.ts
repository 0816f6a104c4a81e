import type { Command } from 'commander';
import { EXIT_DIFFERENT } from '../exit-status.ts';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';

export function addDiff(program: Command, session: Session): void {
  const command = program
    .command('diff')
    .description('show in what the running system differs from a file that describes it')
    .argument('<file>', 'the file, in YAML; see "albatross help files"');
  addExamples(command, ['albatross diff system.yaml']);
  addLocalOnly(command, 'give the command on the host itself').action(
    async (file: string, _flags: object, command: Command) => {
      const { openDescription, differences } = await import('../description/described-file.ts');
      const { readTree } = await import('../description/read-tree.ts');
      const { changeLine, changeToJson } = await import('../description/change-view.ts');
      const described = await openDescription(file);
      const found = await withBus(session, command, async (bus) => {
        return differences(described, await readTree(bus, described.description.path));
      });
      session.output.list(found.map(changeToJson), found.map(changeLine), 'no differences');
      if (found.length > 0) process.exitCode ??= EXIT_DIFFERENT;
    },
  );
}
