import type { Command } from 'commander';
import { addLocalOnly } from '../remote/local-only.ts';
import type { Session } from '../session.ts';
import { addStateDumpOptions, readStateDump, type StateDumpFlags } from '../state-dump-file.ts';
import { dumpLines, dumpToJson } from '../state-dump-view.ts';

export function addInspectDump(program: Command, { output }: Session): void {
  const command = program
    .command('inspect-dump')
    .description("show what a state file of the original's daemon holds");
  addLocalOnly(addStateDumpOptions(command), 'copy the file here')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross inspect-dump --file ./state')
    .action(async (flags: StateDumpFlags) => {
      const state = await readStateDump(flags);
      if (output.isJson) output.json(dumpToJson(state));
      else for (const line of dumpLines(state)) output.line(line);
    });
}
