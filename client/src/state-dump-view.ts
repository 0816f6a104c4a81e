import { escapeControl } from '@albatross/shared/runtime/escape';
import { policyOf, type StateEntry, type WireConfig, type WireState } from '@albatross/wire';
import { configurationToJson, policyToJson } from './configuration-json.ts';
import { configurationWords, deviceWords, policyWords } from './configuration-words.ts';

/**
 * What a state file holds, as it stands there; of the arguments, which may be secrets, how many there are. An
 * entry that cannot be had says why.
 */
export function dumpLines({ policies, unikernels }: WireState): readonly string[] {
  const lines = [
    ...policies.flatMap((entry) =>
      entryLines('policy', entry, (policy) => [policyWords(policyOf(policy))]),
    ),
    ...unikernels.flatMap((entry) => entryLines('unikernel', entry, unikernelLines)),
  ];
  const nothing = lines.length === 0 ? ['no policies, no unikernels'] : [];
  return [...lines, ...nothing].map(escapeControl);
}

/** The same for programs. */
export function dumpToJson({ policies, unikernels }: WireState): object {
  return {
    policies: policies.map((entry) => ({
      ...common(entry),
      policy: entry.kind === 'read' ? policyToJson(policyOf(entry.value)) : null,
    })),
    unikernels: unikernels.map((entry) => ({
      ...common(entry),
      unikernel: entry.kind === 'read' ? unikernelToJson(entry.value) : null,
    })),
  };
}

function entryLines<T>(
  kind: string,
  entry: StateEntry<T>,
  linesOf: (value: T) => readonly string[],
): readonly string[] {
  const name = entry.name ?? 'of a name that we cannot have';
  // A path ends in the colon that is wanted here.
  const heading = `${kind} ${name}${name.endsWith(':') ? '' : ':'}`;
  if (entry.kind !== 'read') return [`${heading} ${entry.why}`];
  return [heading, ...linesOf(entry.value).map((line) => `  ${line}`)];
}

function unikernelLines(config: WireConfig): readonly string[] {
  const { typ, image, compressed, vcpus, linuxBoot } = config;
  return [
    configurationWords(config),
    ...(typ === 'bhyve'
      ? ['for bhyve']
      : [`image of ${image.length} bytes${compressed ? ' compressed' : ''}`]),
    ...deviceWords(config),
    ...(vcpus === 1 ? [] : [`${vcpus} CPUs inside the guest`]),
    ...(linuxBoot === null ? [] : [`boot partition ${linuxBoot}`]),
  ];
}

function common<T>(entry: StateEntry<T>): object {
  return { name: entry.name, why: entry.kind === 'read' ? null : entry.why };
}

function unikernelToJson(config: WireConfig): object {
  const { typ, image, compressed, vcpus, linuxBoot } = config;
  return {
    hypervisor: typ,
    ...configurationToJson(config),
    vcpus,
    linuxBoot,
    image: { storedBytes: image.length, compressed },
  };
}
