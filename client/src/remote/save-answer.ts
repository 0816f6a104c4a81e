import { bytesSource } from '@albatross/shared/bus/blob-source';
import { inflate } from '@albatross/shared/bus/zlib-stream';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Name } from '@albatross/shared/domain/name';
import type { WireCommand } from '@albatross/wire';
import type { Bars } from '../progress.ts';
import type { Session } from '../session.ts';
import { saveFile, type Write } from '../write-file.ts';
import { askedWith } from './certificate-names.ts';
import type { CsrPlace, RemotePlace } from './destination-options.ts';
import type { OnReceived } from './converse.ts';
import { receiveDump } from './dump-reply.ts';
import { expectReply } from './expected-reply.ts';
import { giveOrder, type ShowReply } from './give-order.ts';

/** Gives the order, and shows what is answered. */
export type Ask = (show: ShowReply, onReceived: OnReceived) => Promise<void>;

/** What is asked, and of what. */
export interface Question {
  readonly name: Name;
  readonly command: WireCommand;
}

export interface Target {
  /** Undefined is one called as what it is of. */
  readonly file: string | undefined;
  readonly force: boolean;
}

export interface Saved {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Gives an order that is answered with an image or a content, and saves that. Null when a request for it was
 * only written down. Throws a `Failure`.
 */
export async function saveThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  order: Question,
  target: Target,
): Promise<Saved | null> {
  const ask: Ask = async (show, onReceived) =>
    await giveOrder(session, place, { ...order, onReceived }, show);
  if (place.kind === 'remote') return await saveAnswer(session.output, order, target, ask);
  const { file } = target;
  if (file !== undefined) {
    const right = `give it to albatross certificate, as --output ${file}`;
    throw new Failure('USAGE_INVALID', `with --csr nothing is saved to ${file}; ${right}`);
  }
  await giveOrder(session, place, order, () => undefined);
  return null;
}

/** Saves what `ask` is answered; null, and nothing is asked, where that is not what files are for. */
export async function saveAnswer(
  bars: Bars,
  { name, command }: Question,
  { file, force }: Target,
  ask: Ask,
): Promise<Saved | null> {
  const saving = savingOf(command);
  if (saving === null) return null;
  const path = file ?? `./${askedWith(name)}.${saving.ending}`;
  const sizeBytes = await saveFile(path, force, async (write) => {
    using progress = bars.progress(`receiving ${name}`, null);
    await saving.receive(async (show) => await ask(show, progress.add), write);
  });
  return { path, sizeBytes };
}

interface Saving {
  readonly ending: string;
  readonly receive: (ask: (show: ShowReply) => Promise<void>, write: Write) => Promise<void>;
}

function savingOf({ kind }: WireCommand): Saving | null {
  switch (kind) {
    case 'unikernel-get':
      return { ending: 'image', receive: receiveImage('unikernel-image') };
    case 'block-old-dump':
      return { ending: 'img', receive: receiveImage('old-block-device-image') };
    case 'block-dump':
      return { ending: 'img', receive: receiveDump };
    default:
      return null;
  }
}

/** In one reply, inflated. Throws a `Failure`, or what `ask` and `write` throw. */
export function receiveImage(
  kind: 'unikernel-image' | 'old-block-device-image',
): Saving['receive'] {
  return async (ask, write) =>
    await ask(async (message) => {
      const { image, compressed } = expectReply(message, kind);
      if (compressed) await inflate(bytesSource(image).pieces(), write);
      else await write(image);
    });
}
