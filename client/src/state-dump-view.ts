import { describeExit } from '@albatross/shared/domain/exit';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { configurationToJson, policyToJson } from './configuration-json.ts';
import { configurationWords, deviceWords, policyWords } from './configuration-words.ts';
import type {
  DumpedBlock,
  DumpedImage,
  DumpedUnikernel,
  DumpEntry,
  StateDump,
} from './state-dump.ts';

/**
 * What there is on a disk, as it stands there; of the arguments, which may be secrets, how many there are. What
 * cannot be had says why.
 */
export function dumpLines({ policies, unikernels, blocks }: StateDump): readonly string[] {
  const lines = [
    ...policies.flatMap((entry) => entryLines('policy', entry, (policy) => [policyWords(policy)])),
    ...unikernels.flatMap((entry) => entryLines('unikernel', entry, unikernelLines)),
    ...blocks.flatMap((entry) => entryLines('block device', entry, blockLines)),
  ];
  const nothing = lines.length === 0 ? ['no policies, no unikernels'] : [];
  return [...lines, ...nothing].map(escapeControl);
}

/** The same for programs. */
export function dumpToJson({ policies, unikernels, blocks }: StateDump): object {
  return {
    policies: policies.map((entry) => ({
      ...common(entry),
      policy: entry.kind === 'read' ? policyToJson(entry.value) : null,
    })),
    unikernels: unikernels.map((entry) => ({
      ...common(entry),
      unikernel: entry.kind === 'read' ? unikernelToJson(entry.value) : null,
    })),
    blocks: blocks.map((entry) => ({
      ...common(entry),
      block: entry.kind === 'read' ? entry.value : null,
    })),
  };
}

function entryLines<T>(
  kind: string,
  entry: DumpEntry<T>,
  linesOf: (value: T) => readonly string[],
): readonly string[] {
  const heading = entry.kind === 'read' ? `${kind} ${entry.name}` : entry.what;
  // A path ends in the colon that is wanted here.
  const titled = `${heading}${heading.endsWith(':') ? '' : ':'}`;
  if (entry.kind !== 'read') return [`${titled} ${entry.why}`];
  return [titled, ...linesOf(entry.value).map((line) => `  ${line}`)];
}

function unikernelLines(unikernel: DumpedUnikernel): readonly string[] {
  const { args, hypervisor, image } = unikernel;
  return [
    configurationWords(args),
    hypervisor === 'bhyve' ? 'for bhyve' : imageWords(image),
    ...deviceWords(args),
    ...(args.vcpus === 1 ? [] : [`${args.vcpus} CPUs inside the guest`]),
    ...(args.linuxBoot === null ? [] : [`boot partition ${args.linuxBoot}`]),
    ...standingWords(unikernel),
  ];
}

function imageWords({ storedBytes, compressed, digest, target }: DumpedImage): string {
  const name = digest === null ? '' : ` ${digest}`;
  const built = target === null ? '' : ` for ${target}`;
  if (storedBytes === null) return `image${name}${built} is not there`;
  return `image${name}${built} of ${storedBytes} bytes${compressed ? ' compressed' : ''}`;
}

/** Nothing where only that is written down which any of them has. */
function standingWords({ wanted, restarts, lastExit, why }: DumpedUnikernel): readonly string[] {
  if (restarts === null) return [];
  const times = `${restarts} restart${restarts === 1 ? '' : 's'}`;
  const end = lastExit === null ? '' : `, the last life ended: ${describeExit(lastExit)}`;
  const reason = why === null ? '' : `, because ${why}`;
  return [`${STANDING[wanted]}${reason}, ${times}${end}`];
}

const STANDING: Readonly<Record<DumpedUnikernel['wanted'], string>> = {
  run: 'to be running',
  stop: 'stopped',
  ended: 'exited',
  failed: 'failed',
};

function blockLines({ sizeMib, isThere }: DumpedBlock): readonly string[] {
  return [`${sizeMib} MiB${isThere ? '' : ', its file is not there'}`];
}

function common<T>(entry: DumpEntry<T>): object {
  return { name: entry.name, why: entry.kind === 'read' ? null : entry.why };
}

function unikernelToJson(unikernel: DumpedUnikernel): object {
  const { hypervisor, args, image, wanted, restarts, lastExit, why } = unikernel;
  const { vcpus, linuxBoot } = args;
  return {
    hypervisor,
    ...configurationToJson(args),
    vcpus,
    linuxBoot,
    image,
    wanted,
    restarts,
    lastExit,
    because: why,
  };
}
