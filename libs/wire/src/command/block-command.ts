import { TAG } from '../der/tag.ts';
import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';

/** Levels are those of zlib, 0 is raw; sizes are MiB. The original looks at no bounds of either here. */
export type BlockCommand =
  | { readonly kind: 'block-info' }
  | { readonly kind: 'block-add'; readonly size: number }
  | { readonly kind: 'block-remove' }
  /** The content follows as chunks, which together are one zlib stream when it is compressed. */
  | { readonly kind: 'block-set'; readonly compressed: boolean }
  /** The content comes behind the reply, as data. */
  | { readonly kind: 'block-dump'; readonly level: number }
  /** What clients of before 2.5 say, who send and get the content in one piece. */
  | OldBlockAdd
  | OldBlockSet
  | { readonly kind: 'block-old-dump'; readonly level: number };

interface OldBlockAdd {
  readonly kind: 'block-old-add';
  readonly size: number;
  readonly compressed: boolean;
  /** A view of what was read; null: an empty device. */
  readonly data: Uint8Array | null;
}

interface OldBlockSet {
  readonly kind: 'block-old-set';
  readonly compressed: boolean;
  /** A view of what was read. */
  readonly data: Uint8Array;
}

/**
 * ```asn1
 * BlockCmd ::= CHOICE {
 *   info [0] NULL, add [1] INTEGER, remove [2] NULL,
 *   old-add [3] SEQUENCE { size INTEGER, compress BOOLEAN, data OCTET STRING OPTIONAL },
 *   old-set [4] SEQUENCE { compress BOOLEAN, data OCTET STRING },
 *   old-dump [5] INTEGER, dump [6] INTEGER, set [7] BOOLEAN }
 * ```
 *
 * Throws `WireError`.
 */
export function readBlockCommand(reader: DerReader): BlockCommand {
  return reader.choice<BlockCommand>({
    0: (info) => info.nullAs({ kind: 'block-info' }),
    1: (add) => ({ kind: 'block-add', size: add.safeInteger() }),
    2: (remove) => remove.nullAs({ kind: 'block-remove' }),
    3: readOldAdd,
    4: readOldSet,
    5: (dump) => ({ kind: 'block-old-dump', level: dump.safeInteger() }),
    6: (dump) => ({ kind: 'block-dump', level: dump.safeInteger() }),
    7: (set) => ({ kind: 'block-set', compressed: set.boolean() }),
  });
}

function readOldAdd(reader: DerReader): OldBlockAdd {
  return reader.sequence((add) => ({
    kind: 'block-old-add',
    size: add.safeInteger(),
    compressed: add.boolean(),
    data: add.has(TAG.octetString) ? add.octetString() : null,
  }));
}

function readOldSet(reader: DerReader): OldBlockSet {
  return reader.sequence((set) => ({
    kind: 'block-old-set',
    compressed: set.boolean(),
    data: set.octetString(),
  }));
}

export function writeBlockCommand(command: BlockCommand): der.Encoded {
  switch (command.kind) {
    case 'block-info':
      return der.explicit(0, der.nothing());
    case 'block-add':
      return der.explicit(1, der.integer(command.size));
    case 'block-remove':
      return der.explicit(2, der.nothing());
    case 'block-old-add':
      return der.explicit(3, writeOldAdd(command));
    case 'block-old-set':
      return der.explicit(4, writeOldSet(command));
    case 'block-old-dump':
      return der.explicit(5, der.integer(command.level));
    case 'block-dump':
      return der.explicit(6, der.integer(command.level));
    case 'block-set':
      return der.explicit(7, der.boolean(command.compressed));
  }
}

function writeOldAdd({ size, compressed, data }: OldBlockAdd): der.Encoded {
  return der.sequence([
    der.integer(size),
    der.boolean(compressed),
    der.optional(data, der.octetString),
  ]);
}

function writeOldSet({ compressed, data }: OldBlockSet): der.Encoded {
  return der.sequence([der.boolean(compressed), der.octetString(data)]);
}
