import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readStatistics, writeStatistics, type WireStatistics } from './statistics.ts';

/** What comes behind a reply, as often as it likes. */
export type WireData =
  | { readonly kind: 'statistics'; readonly statistics: WireStatistics }
  /** A line that a guest printed, without its end: any bytes. A view of what was read. `at`: milliseconds since 1970. */
  | { readonly kind: 'console'; readonly at: number; readonly line: Uint8Array }
  /** A piece of a block device, a view of what was read, which has as many bytes as a chunk may have. */
  | { readonly kind: 'block-some'; readonly bytes: Uint8Array }
  /** The end of a block device. */
  | { readonly kind: 'block-none' };

/**
 * ```asn1
 * Data ::= CHOICE {
 *   statistics [1] Statistics,
 *   log [2] NULL,                                    -- refused since 1.2
 *   console [3] SEQUENCE { timestamp GeneralizedTime, line UTF8String },
 *   block [4] CHOICE { some [0] OCTET STRING, none [1] NULL } }
 * ```
 *
 * Throws `WireError`.
 */
export function readData(reader: DerReader): WireData {
  return reader.choice<WireData>({
    1: (statistics) => ({ kind: 'statistics', statistics: readStatistics(statistics) }),
    3: readLine,
    4: readBlock,
  });
}

function readLine(reader: DerReader): WireData {
  return reader.sequence((console) => ({
    kind: 'console',
    at: console.generalizedTime(),
    line: console.utf8Bytes(),
  }));
}

function readBlock(reader: DerReader): WireData {
  return reader.choice<WireData>({
    0: (some) => ({ kind: 'block-some', bytes: some.octetString() }),
    1: (none) => none.nullAs({ kind: 'block-none' }),
  });
}

export function writeData(data: WireData): der.Encoded {
  switch (data.kind) {
    case 'statistics':
      return der.explicit(1, writeStatistics(data.statistics));
    case 'console':
      return der.explicit(
        3,
        der.sequence([der.generalizedTime(data.at), der.utf8Bytes(data.line)]),
      );
    case 'block-some':
      return der.explicit(4, der.explicit(0, der.octetString(data.bytes)));
    case 'block-none':
      return der.explicit(4, der.explicit(1, der.nothing()));
  }
}
