import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from '../configuration-options.ts';
import { addCompressionOption, type CompressionFlags } from '../compression-option.ts';
import { openFile } from '../read-file.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

interface Flags extends ConfigurationFlags, CompressionFlags {
  readonly typ: 'solo5' | 'bhyve';
  readonly force?: true;
}

export function addCreate(program: Command, session: Session): void {
  const command = program
    .command('create')
    .description('create a unikernel from an image and start it')
    .argument('<name>', 'its name, as in hello or foo:hello')
    .argument('<image>', 'file of the image')
    .option('-f, --force', 'in place of one of that name, if there is one')
    .addOption(
      new Option('--typ <type>', 'bhyve is refused here')
        .choices(['solo5', 'bhyve'])
        .default('solo5'),
    );
  addCompressionOption(addConfigurationOptions(command))
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross create hello hello.spt --mem 32 --arg tick=1000')
    .action(async (text: string, file: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const configuration = configurationOf(flags);
      await using image = await openFile(file);
      const compressed = flags.compressionLevel > 0;
      const made = await withBus(session, command, async (bus) => {
        const source = deflatedSource(image.source, flags.compressionLevel);
        const blob = await upload(bus, name, source, { compressed });
        const request = {
          id: randomUUID(),
          name,
          blob,
          compressed,
          force: flags.force ?? false,
          hypervisor: flags.typ,
          ...configuration,
        };
        return await bus.request(createUnikernel, request);
      });
      if (session.output.isJson) session.output.json(toJson(made));
      else session.output.line(describeState('created', made));
    });
}
