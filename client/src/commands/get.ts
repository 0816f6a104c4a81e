import type { Bus } from '@albatross/shared/bus/bus';
import { getUnikernel, showUnikernel } from '@albatross/shared/contracts/unikernel';
import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { addCompressionOption, type CompressionFlags } from '../compression-option.ts';
import { receive } from '../receive.ts';
import { withBus, type Session } from '../session.ts';
import { checkWritable, saveFile, STDOUT } from '../write-file.ts';

interface Flags extends CompressionFlags {
  readonly force?: true;
}

export function addGet(program: Command, session: Session): void {
  const command = program
    .command('get')
    .description('save the image of a unikernel')
    .argument('<name>', 'its name')
    .argument('[file]', 'where to; "-" is standard output (default: ./LABEL.TARGET)')
    .option('--force', 'replace the file if there is one');
  addCompressionOption(command)
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross get hello hello.spt')
    .action(async (text: string, file: string | undefined, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const { compressionLevel, force = false } = flags;
      if (file !== undefined) await checkWritable(file, force);
      const saved = await withBus(session, command, async (bus) => {
        const path = file ?? (await defaultPath(bus, name));
        const sizeBytes = await saveFile(path, force, async (write) => {
          const image = await bus.request(getUnikernel, { name, compressionLevel });
          await receive(bus, name, image, write);
        });
        return { path, sizeBytes };
      });
      const { path, sizeBytes } = saved;
      if (path === STDOUT) return;
      if (session.output.isJson) session.output.json({ name, file: path, sizeBytes });
      else session.output.line(`saved the image of ${name} to ${path}: ${sizeBytes} bytes`);
    });
}

/** As images are usually called: `hello.spt`. */
async function defaultPath(bus: Bus, name: UnikernelName): Promise<string> {
  const { target } = await bus.request(showUnikernel, { name });
  return `./${labelOf(name)}.${target}`;
}
