import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from '../configuration-options.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import {
  completeDevices,
  refuseMissing,
  tellFilledIn,
  type Completed,
} from '../create/complete-devices.ts';
import { addExamples } from '../help/examples.ts';
import { withBar } from '../progress.ts';
import { openFile, type OpenFile } from '../read-file.ts';
import { addWaitOptions, waitOf, type Wait, type WaitFlags } from '../readiness/wait-options.ts';
import {
  addDestinationOptions,
  destinationOf,
  type CsrPlace,
  type DestinationFlags,
  type RemotePlace,
} from '../remote/destination-options.ts';
import { tellAndStay, tellAndStayThere } from '../readiness/tell-and-stay.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends ConfigurationFlags, CompressionFlags, DestinationFlags, WaitFlags {
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
  addExamples(command, [
    'albatross create hello hello.spt --mem 32 --arg tick=1000',
    'albatross create hello hello.spt --arg tick=1000 --wait ready --ready console:tick',
    'albatross create hello hello.spt --wait exit --follow',
    'albatross create hello hello.spt --destination host.example.org --ca foo.pem --ca-key foo.key',
  ]);
  addDestinationOptions(
    addWaitOptions(addCompressionOption(addConfigurationOptions(command))),
  ).action(async (text: string, file: string, flags: Flags, command: Command) => {
    const place = destinationOf(flags);
    const name = readUnikernelName(text);
    const given = configurationOf(flags);
    const compressionLevel = compressionLevelAt(place, flags);
    const wait = waitOf(flags, place.kind);
    await using image = withBar(session.output, `sending ${file}`, await openFile(file));
    // bhyve has no manifest.
    const isSolo5 = flags.typ === 'solo5';
    const completed = isSolo5 ? completeDevices(image, given) : { configuration: given };
    const wanted = { name, typ: flags.typ, isForced: flags.force ?? false, ...completed };
    const order = { ...wanted, image, compressionLevel, wait };
    if (place.kind === 'local') return await createHere(session, command, order);
    await createElsewhere(session, place, order);
  });
}

interface Wanted extends Completed {
  readonly name: UnikernelName;
  readonly typ: Flags['typ'];
  readonly isForced: boolean;
  readonly image: OpenFile;
  readonly compressionLevel: number;
  readonly wait: Wait;
}

async function createHere(session: Session, command: Command, wanted: Wanted): Promise<void> {
  const { name, typ, configuration, isForced, image, compressionLevel, wait } = wanted;
  const compressed = compressionLevel > 0;
  await withBus(session, command, async (bus) => {
    await refuseMissing(bus, name, configuration);
    tellFilledIn(session.output, wanted);
    const source = deflatedSource(image.source, compressionLevel);
    const blob = await upload(bus, name, source, { compressed });
    const id = randomUUID();
    const request = {
      id,
      name,
      blob,
      compressed,
      force: isForced,
      hypervisor: typ,
      ...configuration,
    };
    const askedAt = Date.now();
    const made = await bus.request(createUnikernel, request);
    const started = { made, requestId: id, askedAt };
    await tellAndStay(session, bus, started, { done: 'created', wait });
  });
}

async function createElsewhere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { wait, ...wanted }: Wanted,
): Promise<void> {
  const { name, configuration } = wanted;
  tellFilledIn(session.output, wanted);
  const { createThere } = await import('../remote/create-there.ts');
  if (!(await createThere(session, place, wanted)) || place.kind === 'csr') return;
  await tellAndStayThere(
    session,
    place,
    { name, isNamed: configuration.addName },
    {
      done: 'created',
      wait,
    },
  );
}
