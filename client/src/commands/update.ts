import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { createUnikernel, showUnikernel } from '@albatross/shared/contracts/unikernel';
import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';
import { BuildRepository } from '../update/build-repository.ts';
import { BUILDS_DEFAULT, readBuildsAddress } from '../update/builds-address.ts';
import type { DownloadedImage } from '../update/downloaded-image.ts';
import { replaceable, type Replaceable } from '../update/running-here.ts';
import { update, type System } from '../update/update.ts';

interface Flags extends CompressionFlags, DestinationFlags {
  readonly httpHost: URL;
  readonly dryRun?: true;
  readonly dryrun?: true;
}

export function addUpdate(program: Command, session: Session): void {
  const command = program
    .command('update')
    .description('replace the image of a unikernel by the latest build of it')
    .argument('<name>', 'its name')
    .addOption(
      new Option('--http-host <url>', 'where the builds are')
        .argParser(readBuildsAddress)
        .default(new URL(BUILDS_DEFAULT), BUILDS_DEFAULT),
    )
    .option('--dry-run', 'only say whether there is a newer one')
    .addOption(new Option('--dryrun', 'the same').hideHelp());
  addDestinationOptions(addCompressionOption(command))
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross update hello --dry-run')
    .action(async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      const level = compressionLevelAt(place, flags);
      const repository = new BuildRepository(flags.httpHost);
      const order = { repository, isDryRun: flags.dryRun ?? flags.dryrun ?? false };
      if (place.kind === 'csr') throw notWrittenDown();
      if (place.kind === 'remote')
        return await update(session.output, order, {
          find: async () => {
            const { runningThere } = await import('../remote/running-there.ts');
            return await runningThere(session, place, name);
          },
          replace: async ({ configuration }, image) => {
            const { createThere } = await import('../remote/create-there.ts');
            const wanted = { name, typ: 'solo5', configuration, isForced: true } as const;
            await createThere(session, place, { ...wanted, image, compressionLevel: level });
            return { words: `updated ${name}`, json: null };
          },
        });
      await withBus(session, command, async (bus) => {
        await update(session.output, order, {
          find: async () => replaceable(await bus.request(showUnikernel, { name })),
          replace: async (old, image) => await replaceHere(bus, old, image, level),
        });
      });
    });
}

async function replaceHere(
  bus: Bus,
  { name, configuration }: Replaceable,
  { source }: DownloadedImage,
  compressionLevel: number,
): Promise<Awaited<ReturnType<System['replace']>>> {
  const compressed = compressionLevel > 0;
  const blob = await upload(bus, name, deflatedSource(source, compressionLevel), { compressed });
  const made = await bus.request(createUnikernel, {
    id: randomUUID(),
    name,
    blob,
    compressed,
    force: true,
    ...configuration,
  });
  return { words: describeState('updated', made), json: toJson(made) };
}

function notWrittenDown(): Failure {
  const why = 'update has to ask what runs first, so --csr cannot be given';
  return new Failure('USAGE_INVALID', `${why}; create --force --csr asks to replace it`);
}
