import { Failure } from '@albatross/shared/contracts/failures';
import { Option, type Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { addExamples } from '../help/examples.ts';
import {
  addReadyOptions,
  READY_DEFAULT,
  readyOf,
  refuseChecksThere,
  type Ready,
  type ReadyFlags,
} from '../readiness/wait-options.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { BuildRepository } from '../update/build-repository.ts';
import { BUILDS_DEFAULT, readBuildsAddress } from '../update/builds-address.ts';
import { systemHere } from '../update/system-here.ts';
import { update } from '../update/update.ts';

interface Flags extends CompressionFlags, DestinationFlags, ReadyFlags {
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
  addExamples(command, [
    'albatross update hello --dry-run',
    'albatross update hello --ready console:tick --ready-within 30',
  ]);
  addReadyOptions(command).option(
    '--no-ready',
    'take the new image as it is; else, one that does not become ready is replaced by the old one',
  );
  addDestinationOptions(addCompressionOption(command)).action(
    async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      const compressionLevel = compressionLevelAt(place, flags);
      const repository = new BuildRepository(flags.httpHost);
      const ready = readinessWanted(flags);
      const order = { repository, isDryRun: flags.dryRun ?? flags.dryrun ?? false, ready };
      if (place.kind === 'csr') throw notWrittenDown();
      const options = { name, compressionLevel, bars: session.output };
      if (place.kind === 'remote') {
        if (ready !== null) refuseChecksThere(ready);
        const { systemThere } = await import('../update/system-there.ts');
        return await update(session.output, order, systemThere(session, place, options));
      }
      await withBus(session, command, async (bus) => {
        await update(session.output, order, systemHere(bus, options));
      });
    },
  );
}

/** Null: the new image is taken as it is. Throws a `Failure`. */
function readinessWanted(flags: ReadyFlags): Ready | null {
  if (flags.ready !== false) return readyOf(flags) ?? READY_DEFAULT;
  if (flags.readyWithin === undefined) return null;
  throw new Failure('USAGE_INVALID', '--ready-within has no meaning with --no-ready');
}

function notWrittenDown(): Failure {
  const why = 'update has to ask what runs first, so --csr cannot be given';
  return new Failure('USAGE_INVALID', `${why}; create --force --csr asks to replace it`);
}
