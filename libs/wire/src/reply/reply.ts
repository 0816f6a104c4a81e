import type { Name } from '@albatross/shared/domain/name';
import type { Decode, DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import type { InfoForm } from '../info-form.ts';
import { readNameString, writeNameString } from '../name-string.ts';
import { readPolicy, writePolicy, type WirePolicy } from '../policy.ts';
import {
  readInfo,
  readOlderInfo,
  writeInfo,
  writeOlderInfo,
  type WireInfo,
} from './unikernel-info.ts';

/** Names in lists are relative to the path that was asked for, which itself is `:` then. */
export type WireReply =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'policies'; readonly policies: readonly Named<{ policy: WirePolicy }>[] }
  | { readonly kind: 'block-devices'; readonly blocks: readonly Named<WireBlockDevice>[] }
  /** Images and contents are views of what was read; compressed they are zlib streams. */
  | { readonly kind: 'unikernel-image'; readonly compressed: boolean; readonly image: Uint8Array }
  | {
      readonly kind: 'old-block-device-image';
      readonly compressed: boolean;
      readonly image: Uint8Array;
    }
  /** The content follows as data. */
  | { readonly kind: 'block-device-image'; readonly compressed: boolean }
  | { readonly kind: 'consoles'; readonly names: readonly Name[] }
  | {
      readonly kind: 'unikernel-info';
      readonly form: InfoForm;
      readonly unikernels: readonly Named<{ info: WireInfo }>[];
    };

type Named<T> = Readonly<T> & { readonly name: Name };

interface WireBlockDevice {
  /** MiB. */
  readonly size: number;
  /** Whether a unikernel has it. */
  readonly active: boolean;
}

/**
 * ```asn1
 * Reply ::= CHOICE {
 *   empty [0] NULL, string [1] UTF8String,
 *   policies [2] SEQUENCE OF SEQUENCE { name UTF8String, policy Policy },
 *   block-devices [4] SEQUENCE OF SEQUENCE { name UTF8String, size INTEGER, active BOOLEAN },
 *   unikernel-image [6] SEQUENCE { compressed BOOLEAN, image OCTET STRING },
 *   old-block-device-image [7] SEQUENCE { compressed BOOLEAN, image OCTET STRING },
 *   info-4 [9]  SEQUENCE OF SEQUENCE { name UTF8String, info InfoV4 },
 *   block-device-image [10] BOOLEAN,
 *   info-5 [11] SEQUENCE OF SEQUENCE { name UTF8String, info InfoV5 },
 *   consoles [12] SEQUENCE OF UTF8String,
 *   unikernel-info [13] SEQUENCE OF SEQUENCE { name UTF8String, info Info } }
 * ```
 *
 * The tags that are missing had older forms until 2.6 and 2.7. Throws `WireError`.
 */
export function readReply(reader: DerReader): WireReply {
  return reader.choice<WireReply>({
    0: (empty) => empty.nullAs({ kind: 'empty' }),
    1: (string) => ({ kind: 'string', text: string.utf8String() }),
    2: (list) => ({ kind: 'policies', policies: list.sequenceOf(readNamedPolicy) }),
    4: (list) => ({ kind: 'block-devices', blocks: list.sequenceOf(readBlockDevice) }),
    6: (image) => ({ kind: 'unikernel-image', ...readImage(image) }),
    7: (image) => ({ kind: 'old-block-device-image', ...readImage(image) }),
    9: readInfos('info-4', (info) => readOlderInfo(info, 'info-4')),
    10: (image) => ({ kind: 'block-device-image', compressed: image.boolean() }),
    11: readInfos('info-5', (info) => readOlderInfo(info, 'info-5')),
    12: (list) => ({ kind: 'consoles', names: list.sequenceOf(readNameString) }),
    13: readInfos('newest', readInfo),
  });
}

function readNamedPolicy(reader: DerReader): Named<{ policy: WirePolicy }> {
  return reader.sequence((named) => ({ name: readNameString(named), policy: readPolicy(named) }));
}

function readBlockDevice(reader: DerReader): Named<WireBlockDevice> {
  return reader.sequence((block) => ({
    name: readNameString(block),
    size: block.safeInteger(),
    active: block.boolean(),
  }));
}

function readImage(reader: DerReader): { compressed: boolean; image: Uint8Array } {
  return reader.sequence((both) => ({ compressed: both.boolean(), image: both.octetString() }));
}

function readInfos(form: InfoForm, read: Decode<WireInfo>): Decode<WireReply> {
  return (list) => ({
    kind: 'unikernel-info',
    form,
    unikernels: list.sequenceOf((named) =>
      named.sequence((both) => ({ name: readNameString(both), info: read(both) })),
    ),
  });
}

export function writeReply(reply: WireReply): der.Encoded {
  switch (reply.kind) {
    case 'empty':
      return der.explicit(0, der.nothing());
    case 'string':
      return der.explicit(1, der.utf8String(reply.text));
    case 'policies':
      return der.explicit(
        2,
        writeList(reply.policies, ({ policy }) => [writePolicy(policy)]),
      );
    case 'block-devices':
      return der.explicit(4, writeList(reply.blocks, writeBlockDevice));
    case 'unikernel-image':
    case 'old-block-device-image':
      return der.explicit(IMAGE_TAGS[reply.kind], writeImage(reply.compressed, reply.image));
    case 'block-device-image':
      return der.explicit(10, der.boolean(reply.compressed));
    case 'consoles':
      return der.explicit(12, der.sequence(reply.names.map(writeNameString)));
    case 'unikernel-info':
      return writeInfos(reply.form, reply.unikernels);
  }
}

function writeList<T>(
  list: readonly Named<T>[],
  write: (named: Named<T>) => readonly der.Encoded[],
): der.Encoded {
  return der.sequence(
    list.map((named) => der.sequence([writeNameString(named.name), ...write(named)])),
  );
}

function writeBlockDevice({ size, active }: WireBlockDevice): readonly der.Encoded[] {
  return [der.integer(size), der.boolean(active)];
}

function writeImage(compressed: boolean, image: Uint8Array): der.Encoded {
  return der.sequence([der.boolean(compressed), der.octetString(image)]);
}

/** Of replies whose last part is an image. */
export const IMAGE_TAGS = { 'unikernel-image': 6, 'old-block-device-image': 7 } as const;

function writeInfos(form: InfoForm, unikernels: readonly Named<{ info: WireInfo }>[]): der.Encoded {
  const write = (info: WireInfo): der.Encoded =>
    form === 'newest' ? writeInfo(info) : writeOlderInfo(info, form);
  return der.explicit(
    INFO_TAGS[form],
    writeList(unikernels, ({ info }) => [write(info)]),
  );
}

const INFO_TAGS: Readonly<Record<InfoForm, number>> = { 'info-4': 9, 'info-5': 11, newest: 13 };
