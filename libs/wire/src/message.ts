import type { Name } from '@albatross/shared/domain/name';
import { readCommand, writeCommand, type WireCommand } from './command/command.ts';
import { readData, writeData, type WireData } from './data/data.ts';
import { decodeDer, type DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';
import { readNameString, writeNameString } from './name-string.ts';
import { readReply, writeReply, type WireReply } from './reply/reply.ts';
import { readVersion, writeVersion } from './version.ts';

export interface WireMessage {
  readonly header: WireHeader;
  readonly payload: WirePayload;
}

export interface WireHeader {
  /** Of 64 bits, with a sign. A reply has that of its command; over TLS, 0. */
  readonly sequence: bigint;
  /** What a command is about; of a reply that of its command. */
  readonly name: Name;
}

export type WirePayload =
  | { readonly kind: 'command'; readonly command: WireCommand }
  | { readonly kind: 'reply'; readonly reply: WireReply }
  /** Why a command failed. */
  | { readonly kind: 'failure'; readonly text: string }
  | { readonly kind: 'data'; readonly data: WireData };

/**
 * ```asn1
 * Wire    ::= SEQUENCE { header Header, payload Payload }
 * Payload ::= CHOICE { command [0] Command, reply [1] Reply, failure [2] UTF8String, data [3] Data }
 * ```
 *
 * Reads what one frame holds. Images and other bytes are views of it. Throws `WireError`.
 */
export function decodeMessage(bytes: Uint8Array): WireMessage {
  return decodeDer(bytes, (message) =>
    message.sequence((parts) => ({ header: readHeader(parts), payload: readPayload(parts) })),
  );
}

/** What one frame holds, in pieces: images and other bytes among them are those given. Commands as `writeCommand` has them. */
export function encodeMessage({ header, payload }: WireMessage): der.Encoded {
  return der.sequence([writeHeader(header), writePayload(payload)]);
}

/**
 * ```asn1
 * Header ::= SEQUENCE {
 *   version INTEGER (5), sequence OCTET STRING (SIZE(8)), name UTF8String }
 * ```
 */
function readHeader(reader: DerReader): WireHeader {
  return reader.sequence((header) => {
    readVersion(header);
    return { sequence: header.int64(), name: readNameString(header) };
  });
}

export function writeHeader({ sequence, name }: WireHeader): der.Encoded {
  return der.sequence([writeVersion(), der.int64(sequence), writeNameString(name)]);
}

function readPayload(reader: DerReader): WirePayload {
  return reader.choice<WirePayload>({
    0: (command) => ({ kind: 'command', command: readCommand(command) }),
    1: (reply) => ({ kind: 'reply', reply: readReply(reply) }),
    2: (failure) => ({ kind: 'failure', text: failure.utf8String() }),
    3: (data) => ({ kind: 'data', data: readData(data) }),
  });
}

function writePayload(payload: WirePayload): der.Encoded {
  switch (payload.kind) {
    case 'command':
      return der.explicit(0, writeCommand(payload.command));
    case 'reply':
      return der.explicit(1, writeReply(payload.reply));
    case 'failure':
      return der.explicit(2, der.utf8String(payload.text));
    case 'data':
      return der.explicit(3, writeData(payload.data));
  }
}
