import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';

export type ConsoleCommand =
  | {
      readonly kind: 'console-add';
      /** How many unikernels its path may have. That of the root is 2^62 - 1, which no number holds. */
      readonly unikernels: bigint;
    }
  | { readonly kind: 'console-subscribe'; readonly from: ConsoleStart }
  | { readonly kind: 'console-list-inactive' };

/** Where in what was printed a subscription begins. */
export type ConsoleStart =
  /** In milliseconds since 1970. */
  | { readonly kind: 'since'; readonly at: number }
  /** So many lines back. The original looks neither whether it is below 0 nor whether it is too much. */
  | { readonly kind: 'count'; readonly lines: bigint };

/**
 * ```asn1
 * ConsoleCmd ::= CHOICE {
 *   add [0] INTEGER,
 *   subscribe [2] CHOICE { since [0] GeneralizedTime, count [1] INTEGER },
 *   list-inactive [3] NULL }
 * ```
 *
 * Throws `WireError`.
 */
export function readConsoleCommand(reader: DerReader): ConsoleCommand {
  return reader.choice<ConsoleCommand>({
    0: (add) => ({ kind: 'console-add', unikernels: add.integer() }),
    2: (subscribe) => ({ kind: 'console-subscribe', from: readStart(subscribe) }),
    3: (list) => list.nullAs({ kind: 'console-list-inactive' }),
  });
}

function readStart(reader: DerReader): ConsoleStart {
  return reader.choice<ConsoleStart>({
    0: (since) => ({ kind: 'since', at: since.generalizedTime() }),
    1: (count) => ({ kind: 'count', lines: count.integer() }),
  });
}

export function writeConsoleCommand(command: ConsoleCommand): der.Encoded {
  switch (command.kind) {
    case 'console-add':
      return der.explicit(0, der.integer(command.unikernels));
    case 'console-subscribe':
      return der.explicit(2, writeStart(command.from));
    case 'console-list-inactive':
      return der.explicit(3, der.nothing());
  }
}

function writeStart(from: ConsoleStart): der.Encoded {
  return from.kind === 'since'
    ? der.explicit(0, der.generalizedTime(from.at))
    : der.explicit(1, der.integer(from.lines));
}
