import { ROOT } from '@albatross/shared/domain/name';
import { decodeMessage, encodeMessage, type WireMessage, type WireReply } from '@albatross/wire';
import { inflateSync } from 'node:zlib';
import { framesIn } from './answer.ts';

/** How an answer of ours is like the one that the original gave. */
export type Likeness =
  | 'the same bytes'
  /** When a unikernel was started, what the machine has, how the original's endpoint counts streams. */
  | 'the same but for what depends on the run'
  | 'the same once inflated'
  | 'a stream of the same kind'
  /** Which are not kept for solo5, and are told rightly below a path as well. */
  | 'the same but for what only bhyve has, and for sizes of block devices'
  /** In our words, and with the code of ours. */
  | `refused as well: ${string}`
  | `refused: ${string}; the original says nothing`
  | `refused: ${string}; the original does it`
  | 'something else';

/** Both are frames as they came. */
export function likenessOf(ours: Buffer, theirs: Buffer): Likeness {
  if (ours.equals(theirs)) return 'the same bytes';
  const [our, their] = [messagesIn(ours), messagesIn(theirs)];
  const code = refusalIn(our);
  if (code !== null) {
    if (their.length === 0) return `refused: ${code}; the original says nothing`;
    return refusalIn(their) === null
      ? `refused: ${code}; the original does it`
      : `refused as well: ${code}`;
  }
  if (isStream(our, their)) return 'a stream of the same kind';
  if (textOf(our) === textOf(their)) return 'the same but for what depends on the run';
  if (textOf(inflated(our)) === textOf(inflated(their))) return 'the same once inflated';
  if (textOf(our.map(withoutDevices)) === textOf(their.map(withoutDevices)))
    return 'the same but for what only bhyve has, and for sizes of block devices';
  return 'something else';
}

function messagesIn(stream: Buffer): readonly WireMessage[] {
  return framesIn(stream).map((frame) => withoutRun(decodeMessage(frame)));
}

function withoutRun({ header, payload }: WireMessage): WireMessage {
  const message = { header: { ...header, sequence: 0n }, payload };
  if (payload.kind !== 'reply') return message;
  return { ...message, payload: { kind: 'reply', reply: withoutMachine(header, payload.reply) } };
}

function withoutMachine({ name: asked }: WireMessage['header'], reply: WireReply): WireReply {
  if (reply.kind === 'unikernel-info') {
    const unikernels = reply.unikernels.map(({ name, info }) => ({
      name,
      info: { ...info, startedAt: 0 },
    }));
    return { ...reply, unikernels };
  }
  if (reply.kind !== 'policies' || asked !== ROOT) return reply;
  // That of the root is what this machine has.
  return { ...reply, policies: reply.policies.filter(({ name }) => name !== ROOT) };
}

/** The code in a refusal, or else its text; the original says another one when it ends a dump. */
function refusalIn(messages: readonly WireMessage[]): string | null {
  const texts = messages.map(({ payload }) => (payload.kind === 'failure' ? payload.text : null));
  const [first = null] = texts;
  if (first === null || texts.includes(null)) return null;
  return /\[([A-Z_]+)\]$/.exec(first)?.[1] ?? first;
}

/** The same word first, and then, at least once, what the original sends of that name: lines, or samples. */
function isStream(our: readonly WireMessage[], their: readonly WireMessage[]): boolean {
  const [first, ...data] = our;
  const [theirFirst, theirData] = their;
  if (first === undefined || theirFirst === undefined || theirData === undefined) return false;
  const kind = kindOf(theirData);
  const names = new Set(their.slice(1).map(({ header }) => header.name));
  return (
    (kind === 'console' || kind === 'statistics') &&
    textOf([first]) === textOf([theirFirst]) &&
    data.length > 0 &&
    data.every((one) => kindOf(one) === kind && names.has(one.header.name))
  );
}

function kindOf({ payload }: WireMessage): string {
  return payload.kind === 'data' ? payload.data.kind : payload.kind;
}

function withoutDevices(message: WireMessage): WireMessage {
  const { payload } = message;
  if (payload.kind !== 'reply' || payload.reply.kind !== 'unikernel-info') return message;
  const unikernels = payload.reply.unikernels.map(({ name, info }) => {
    const blocks = info.blocks.map((block) => ({ ...block, size: 0 }));
    return { name, info: { ...info, blocks, vcpus: 1, linuxBoot: null } };
  });
  return { ...message, payload: { kind: 'reply', reply: { ...payload.reply, unikernels } } };
}

/** Two programs deflate the same differently. */
function inflated(messages: readonly WireMessage[]): readonly WireMessage[] {
  const pieces: Uint8Array[] = [];
  let isZlib = false;
  const rest = messages.flatMap((message): readonly WireMessage[] => {
    const { payload } = message;
    if (payload.kind === 'data' && payload.data.kind === 'block-some') {
      pieces.push(payload.data.bytes);
      return [];
    }
    if (payload.kind !== 'reply') return [message];
    const { reply } = payload;
    if (reply.kind === 'block-device-image') isZlib = reply.compressed;
    if (reply.kind !== 'unikernel-image' || !reply.compressed) return [message];
    const whole = { ...reply, image: inflateSync(reply.image) };
    return [{ ...message, payload: { kind: 'reply', reply: whole } }];
  });
  const [first] = messages;
  if (pieces.length === 0 || first === undefined) return rest;
  const joined = Buffer.concat(pieces);
  const bytes = isZlib ? inflateSync(joined) : joined;
  return [...rest, { ...first, payload: { kind: 'data', data: { kind: 'block-some', bytes } } }];
}

function textOf(messages: readonly WireMessage[]): string {
  return messages.map((one) => Buffer.concat(encodeMessage(one)).toString('hex')).join('\n');
}
