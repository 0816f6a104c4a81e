import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';

/** A tap, and the guest's name of the net that it is. */
export interface WireTap {
  readonly bridge: string;
  readonly tap: string;
}

export type StatsCommand =
  | {
      readonly kind: 'stats-add';
      /** Of bhyve; empty on Linux. */
      readonly vmmDevice: string;
      readonly pid: number;
      readonly taps: readonly WireTap[];
    }
  | { readonly kind: 'stats-remove' }
  | { readonly kind: 'stats-subscribe' }
  /** What the original's stats says first to its daemon, which from then on commands it. */
  | { readonly kind: 'stats-initial' };

/**
 * ```asn1
 * StatsCmd ::= CHOICE {
 *   add [0] SEQUENCE {
 *     vmmdev UTF8String, pid INTEGER,
 *     network SEQUENCE OF SEQUENCE { bridge UTF8String, tap UTF8String } },
 *   remove [1] NULL, subscribe [2] NULL, initial [3] NULL }
 * ```
 *
 * Throws `WireError`.
 */
export function readStatsCommand(reader: DerReader): StatsCommand {
  return reader.choice<StatsCommand>({
    0: readAdd,
    1: (remove) => remove.nullAs({ kind: 'stats-remove' }),
    2: (subscribe) => subscribe.nullAs({ kind: 'stats-subscribe' }),
    3: (initial) => initial.nullAs({ kind: 'stats-initial' }),
  });
}

function readAdd(reader: DerReader): StatsCommand {
  return reader.sequence((add) => ({
    kind: 'stats-add',
    vmmDevice: add.utf8String(),
    pid: add.safeInteger(),
    taps: add.sequenceOf((taps) =>
      taps.sequence((pair) => ({ bridge: pair.utf8String(), tap: pair.utf8String() })),
    ),
  }));
}

export function writeStatsCommand(command: StatsCommand): der.Encoded {
  switch (command.kind) {
    case 'stats-add':
      return der.explicit(0, writeAdd(command));
    case 'stats-remove':
      return der.explicit(1, der.nothing());
    case 'stats-subscribe':
      return der.explicit(2, der.nothing());
    case 'stats-initial':
      return der.explicit(3, der.nothing());
  }
}

function writeAdd(add: Extract<StatsCommand, { kind: 'stats-add' }>): der.Encoded {
  const taps = add.taps.map(({ bridge, tap }) =>
    der.sequence([der.utf8String(bridge), der.utf8String(tap)]),
  );
  return der.sequence([der.utf8String(add.vmmDevice), der.integer(add.pid), der.sequence(taps)]);
}
