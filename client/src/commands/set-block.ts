import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { addCompressionOption, type CompressionFlags } from '../compression-option.ts';
import { openFile } from '../read-file.ts';
import { withBus, type Session } from '../session.ts';
import { setContent } from '../set-content.ts';

export function addSetBlock(program: Command, session: Session): void {
  const command = program
    .command('set-block')
    .description('replace what is on a block device; behind a shorter file it is zeros')
    .argument('<name>', 'its name')
    .argument('<file>', 'file of the new content');
  addCompressionOption(command)
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross set-block foo:data data.img')
    .action(async (text: string, path: string, flags: CompressionFlags, command: Command) => {
      const name = readUnikernelName(text);
      await using file = await openFile(path);
      await withBus(session, command, async (bus) => {
        await setContent(bus, name, file, flags.compressionLevel);
      });
      if (session.output.isJson) session.output.json({ name });
      else session.output.line(`set block device ${name}`);
    });
}
