import { labelsOf, type Name } from '@albatross/shared/domain/name';
import { decodeDer, type Decode, type DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';
import { readNameString, writeNameString } from './name-string.ts';
import {
  readConfigV0,
  readConfigV1,
  readConfigV2,
  readConfigV3,
  readConfigV4,
} from './older-configs.ts';
import { readPolicy, writePolicy, type WirePolicy } from './policy.ts';
import { readConfig, writeConfig, type WireConfig } from './unikernel-config.ts';
import { WireError } from './wire-error.ts';

/** One entry; or why it cannot be had, when the original could read it and we cannot. */
export type StateEntry<T> =
  | { readonly kind: 'read'; readonly name: Name; readonly value: T }
  /** The name is as it stands there, or null when it is what cannot be had. */
  | { readonly kind: 'unrepresentable'; readonly name: string | null; readonly why: string };

/** What the original's daemon remembers, in its order: by labels, a path before what is in it. */
export interface WireState {
  readonly unikernels: readonly StateEntry<WireConfig>[];
  /** That of the root is what the daemon found the machine to have. */
  readonly policies: readonly StateEntry<WirePolicy>[];
}

/**
 * ```asn1
 * State ::= CHOICE {
 *   [0] SEQUENCE OF Entry(ConfigV1), [1] SEQUENCE OF Entry(ConfigV0),
 *   [2] SEQUENCE OF Entry(ConfigV2), [3] SEQUENCE OF Entry(ConfigV3),
 *   [4] SEQUENCE { unikernels SEQUENCE OF Entry(ConfigV3), policies SEQUENCE OF Entry(Policy) },
 *   [5] SEQUENCE { unikernels SEQUENCE OF Entry(ConfigV4), policies SEQUENCE OF Entry(Policy) },
 *   [6] SEQUENCE { unikernels SEQUENCE OF Entry(Config),   policies SEQUENCE OF Entry(Policy) },
 *   [7] NULL }                                  -- reserved, never written
 * ```
 *
 * Images are views of the bytes given. Throws `WireError`, also for a name that occurs twice.
 */
export function decodeState(bytes: Uint8Array): WireState {
  return decodeDer(bytes, (state) =>
    state.choice({
      0: withoutPolicies(readConfigV1),
      1: withoutPolicies(readConfigV0),
      2: withoutPolicies(readConfigV2),
      3: withoutPolicies(readConfigV3),
      4: withPolicies(readConfigV3),
      5: withPolicies(readConfigV4),
      6: withPolicies(readConfig),
    }),
  );
}

function withoutPolicies(config: Decode<WireConfig>): Decode<WireState> {
  return (state) => ({ unikernels: readEntries(state, config), policies: [] });
}

function withPolicies(config: Decode<WireConfig>): Decode<WireState> {
  return (state) =>
    state.sequence((both) => ({
      unikernels: readEntries(both, config),
      policies: readEntries(both, readPolicy),
    }));
}

function readEntries<T>(reader: DerReader, value: Decode<T>): readonly StateEntry<T>[] {
  const seen = new Set<string>();
  return reader.sequenceOf((entries) => {
    const { offset } = entries;
    const entry = readEntry(entries, value);
    if (entry.kind !== 'read') return entry;
    // The original's key is the labels alone: `a:b` and the path `a:b:` are one.
    const key = labelsOf(entry.name).join(':');
    if (seen.has(key))
      throw new WireError({ offset, expected: 'a new name', found: `${entry.name} again` });
    seen.add(key);
    return entry;
  });
}

/**
 * ```asn1
 * Entry(T) ::= SEQUENCE { name UTF8String, value T }
 * ```
 */
function readEntry<T>(reader: DerReader, read: Decode<T>): StateEntry<T> {
  let name: Name | null = null;
  try {
    return reader.sequence((entry) => {
      name = readNameString(entry);
      return { kind: 'read', name, value: read(entry) };
    });
  } catch (error) {
    // The reader stands behind the whole entry already, so those that follow are read as if nothing was.
    if (!(error instanceof WireError) || error.kind === 'invalid') throw error;
    return { kind: 'unrepresentable', name, why: error.message };
  }
}

/** The form that the original writes today, [6]. */
export function encodeState(state: {
  readonly unikernels: readonly { readonly name: Name; readonly value: WireConfig }[];
  readonly policies: readonly { readonly name: Name; readonly value: WirePolicy }[];
}): Uint8Array {
  const unikernels = state.unikernels.map(({ name, value }) =>
    der.sequence([writeNameString(name), writeConfig(value)]),
  );
  const policies = state.policies.map(({ name, value }) =>
    der.sequence([writeNameString(name), writePolicy(value)]),
  );
  const newest = der.sequence([der.sequence(unikernels), der.sequence(policies)]);
  return der.concatenate(der.explicit(6, newest));
}
