import type { Command } from 'commander';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import type { Session } from '../session.ts';
import { addStateDumpOptions, readStateDump, type StateDumpFlags } from '../state-dump-file.ts';
import { dumpLines, dumpToJson } from '../state-dump-view.ts';
import { dumpOfOriginal } from '../state-dump.ts';
import { dumpOfFolder } from '../state-folder-dump.ts';

export function addInspectDump(program: Command, session: Session): void {
  const command = program
    .command('inspect-dump')
    .description(
      "show what is kept on a disk: in a state file of the original's daemon, or by ours",
    );
  addExamples(command, ['albatross inspect-dump', 'albatross inspect-dump --file ./state']);
  addLocalOnly(addStateDumpOptions(command), 'copy the file here')
    .addHelpText('after', HELP)
    .action(async (_: StateDumpFlags, command: Command) => {
      const found = await readStateDump(command.optsWithGlobals<StateDumpFlags>(), session);
      const dump =
        found.kind === 'original'
          ? dumpOfOriginal(found.state)
          : await dumpOfFolder(found.folder, found.state);
      session.output.show(dumpToJson(dump), dumpLines(dump));
    });
}

const HELP = `
A folder of ours may be that of a system that runs, or of one that does so no more: nothing is written. What is
damaged is told in its place, and the rest is shown.`;
