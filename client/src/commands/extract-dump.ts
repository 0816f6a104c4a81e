import { bytesSource } from '@albatross/shared/bus/blob-source';
import { inflate } from '@albatross/shared/bus/zlib-stream';
import { Failure } from '@albatross/shared/contracts/failures';
import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import { configurationOf, type WireConfig, type WireState } from '@albatross/wire';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { createWords, shellWord } from '../create-words.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import type { Session } from '../session.ts';
import { addStateDumpOptions, readStateDump, type StateDumpFlags } from '../state-dump-file.ts';
import { measureImage } from '../state-image.ts';
import { leftOut } from '../state-request.ts';
import { checkWritable, saveFile, STDOUT } from '../write-file.ts';

interface Flags extends StateDumpFlags {
  readonly force?: true;
}

export function addExtractDump(program: Command, session: Session): void {
  const command = program
    .command('extract-dump')
    .description("save the image of a unikernel in a state file of the original's daemon")
    .argument('<name>', 'its name')
    .argument('[image]', 'where to; "-" is standard output (default: ./LABEL.image)')
    .option('--force', 'replace the file if there is one');
  addLocalOnly(addStateDumpOptions(command), 'copy the file here')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross extract-dump hello hello.hvt --file ./state')
    .action(async (text: string, path: string | undefined, flags: Flags) => {
      const name = readUnikernelName(text);
      const file = path ?? `./${labelOf(name)}.image`;
      await checkWritable(file, flags.force ?? false);
      const config = configIn(await readStateDump(flags), name);
      const sizeBytes = await saveImage(config, file, flags.force ?? false);
      tell(session, { name, file, sizeBytes, config });
    });
}

/** Throws a `Failure` `UNIKERNEL_NOT_FOUND`, or `STATE_INVALID` for one that we cannot have. */
function configIn({ unikernels }: WireState, name: UnikernelName): WireConfig {
  const found = unikernels.find((entry) => entry.name === name);
  if (found?.kind === 'read') return found.value;
  if (found !== undefined) throw new Failure('STATE_INVALID', `${name}: ${found.why}`);
  const names = unikernels.flatMap((entry) => (entry.name === null ? [] : [entry.name]));
  const there = names.length === 0 ? 'no unikernels' : names.join(', ');
  throw new Failure('UNIKERNEL_NOT_FOUND', `the file has no unikernel ${name}; it has ${there}`);
}

/** Measured first: nothing is written of what could not be written whole. */
async function saveImage(config: WireConfig, file: string, isForced: boolean): Promise<number> {
  if (config.typ === 'bhyve')
    throw new Failure('IMAGE_EMPTY', 'a unikernel for bhyve has no image: it boots from a disk');
  const { bytes, isCompressed } = await measureImage(config);
  return await saveFile(file, isForced, async (write) => {
    if (isCompressed) await inflate(bytesSource(bytes).pieces(), write);
    else await write(bytes);
  });
}

interface Extracted {
  readonly name: UnikernelName;
  readonly file: string;
  readonly sizeBytes: number;
  readonly config: WireConfig;
}

/** The arguments too, as the original does: who can read the file has them already. */
function tell({ output }: Session, { name, file, sizeBytes, config }: Extracted): void {
  const { linuxBoot: _, ...configuration } = configurationOf(config);
  const create = ['create', name, file, ...createWords({ ...configuration, vcpus: 1 })];
  const without = leftOut(config);
  if (without !== null) output.note(without);
  const line = `albatross ${create.map(shellWord).join(' ')}`;
  if (file === STDOUT) return output.note(line);
  if (output.isJson) return output.json({ name, file, sizeBytes, create });
  output.line(`saved the image of ${name} to ${file}: ${sizeBytes} bytes`);
  output.line(line);
}
