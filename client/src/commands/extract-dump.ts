import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { createWords } from '../create-words.ts';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import type { Session } from '../session.ts';
import { addStateDumpOptions, readStateDump, type StateDumpFlags } from '../state-dump-file.ts';
import { extractable, type Extractable } from '../state-extract.ts';
import { checkWritable, saveFile, STDOUT } from '../write-file.ts';

interface Flags extends StateDumpFlags {
  readonly force?: true;
}

export function addExtractDump(program: Command, session: Session): void {
  const command = program
    .command('extract-dump')
    .description("save the image of a unikernel from a disk of the original's daemon, or of ours")
    .argument('<name>', 'its name')
    .argument('[image]', 'where to; "-" is standard output (default: ./LABEL.image)')
    .option('--force', 'replace the file if there is one');
  addExamples(command, ['albatross extract-dump hello hello.hvt --file ./state']);
  addLocalOnly(addStateDumpOptions(command), 'copy the file here').action(
    async (text: string, path: string | undefined, _: Flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const name = readUnikernelName(text);
      const file = path ?? `./${labelOf(name)}.image`;
      await checkWritable(file, flags.force ?? false);
      const found = extractable(await readStateDump(flags, session), name);
      // Looked at first: nothing is written of what could not be written whole.
      const sizeBytes = await saveFile(file, flags.force ?? false, await found.image());
      tell(session, { name, file, sizeBytes, found });
    },
  );
}

interface Extracted {
  readonly name: UnikernelName;
  readonly file: string;
  readonly sizeBytes: number;
  readonly found: Extractable;
}

/** The arguments too, as the original does: who can read the state has them already. */
function tell({ output }: Session, { name, file, sizeBytes, found }: Extracted): void {
  const create = ['create', name, file, ...createWords(found.configuration)];
  if (found.leftOut !== null) output.note(found.leftOut);
  const line = `albatross ${create.map(shellWord).join(' ')}`;
  if (file === STDOUT) return output.note(line);
  const saved = `saved the image of ${name} to ${file}: ${sizeBytes} bytes`;
  output.done({ name, file, sizeBytes, create }, [saved, line]);
}
