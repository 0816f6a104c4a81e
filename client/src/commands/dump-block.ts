import { dumpBlock } from '@albatross/shared/contracts/block';
import { labelOf } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { addCompressionOption, type CompressionFlags } from '../compression-option.ts';
import { receive } from '../receive.ts';
import { withBus, type Session } from '../session.ts';
import { checkWritable, saveFile, STDOUT } from '../write-file.ts';

interface Flags extends CompressionFlags {
  readonly force?: true;
}

export function addDumpBlock(program: Command, session: Session): void {
  const command = program
    .command('dump-block')
    .description('save what is on a block device')
    .argument('<name>', 'its name')
    .argument('[file]', 'where to; "-" is standard output (default: ./LABEL.img)')
    .option('--force', 'replace the file if there is one');
  addCompressionOption(command)
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross dump-block foo:data data.img')
    .action(async (text: string, file: string | undefined, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const { compressionLevel, force = false } = flags;
      const path = file ?? `./${labelOf(name)}.img`;
      await checkWritable(path, force);
      const sizeBytes = await withBus(session, command, async (bus) => {
        return await saveFile(path, force, async (write) => {
          const dump = await bus.request(dumpBlock, { name, compressionLevel });
          await receive(bus, name, { ...dump, compressed: compressionLevel > 0 }, write);
        });
      });
      if (path === STDOUT) return;
      if (session.output.isJson) session.output.json({ name, file: path, sizeBytes });
      else session.output.line(`saved ${name} to ${path}: ${sizeBytes} bytes`);
    });
}
