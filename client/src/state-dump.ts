import type { Exit } from '@albatross/shared/domain/exit';
import type { Policy } from '@albatross/shared/domain/policy';
import { policyOf, type StateEntry, type WireArgs, type WireState } from '@albatross/wire';

/** What stands on a disk, whoever wrote it, as it is shown. */
export interface StateDump {
  readonly policies: readonly DumpEntry<Policy>[];
  readonly unikernels: readonly DumpEntry<DumpedUnikernel>[];
  /** The original has them in no file: its block devices are those there are. */
  readonly blocks: readonly DumpEntry<DumpedBlock>[];
}

export type DumpEntry<T> =
  | { readonly kind: 'read'; readonly name: string; readonly value: T }
  /** `what`: `unikernel foo:hello`, or what else it is called. */
  | {
      readonly kind: 'unreadable';
      readonly name: string | null;
      readonly what: string;
      readonly why: string;
    };

export interface DumpedUnikernel {
  readonly hypervisor: 'solo5' | 'bhyve';
  readonly args: WireArgs;
  readonly image: DumpedImage;
  /** What becomes of it when a supervisor starts. */
  readonly wanted: 'run' | 'stop' | 'ended' | 'failed';
  /** Null where that is not written down. */
  readonly restarts: number | null;
  readonly lastExit: Exit | null;
  /** Why it failed. */
  readonly why: string | null;
}

export interface DumpedImage {
  /** Null when it is not there. */
  readonly storedBytes: number | null;
  readonly compressed: boolean;
  /** SHA-256, lower-case hexadecimal; null where that is not written down. */
  readonly digest: string | null;
  /** What it is built for; null where that is not written down. */
  readonly target: string | null;
}

export interface DumpedBlock {
  readonly sizeMib: number;
  /** Whether there is a file of it. */
  readonly isThere: boolean;
}

/** What the original's daemon wrote: it starts all that it knows. */
export function dumpOfOriginal({ policies, unikernels }: WireState): StateDump {
  return {
    policies: policies.map((entry) => dumpEntry('policy', entry, policyOf)),
    unikernels: unikernels.map((entry) =>
      dumpEntry('unikernel', entry, (config): DumpedUnikernel => {
        const { typ, image, compressed } = config;
        return {
          hypervisor: typ,
          args: config,
          image: { storedBytes: image.length, compressed, digest: null, target: null },
          wanted: 'run',
          restarts: null,
          lastExit: null,
          why: null,
        };
      }),
    ),
    blocks: [],
  };
}

function dumpEntry<Wire, Shown>(
  kind: string,
  entry: StateEntry<Wire>,
  shown: (value: Wire) => Shown,
): DumpEntry<Shown> {
  const { name } = entry;
  if (entry.kind === 'read') return { kind: 'read', name: entry.name, value: shown(entry.value) };
  const what = `${kind} ${name ?? 'of a name that we cannot have'}`;
  return { kind: 'unreadable', name, what, why: entry.why };
}
