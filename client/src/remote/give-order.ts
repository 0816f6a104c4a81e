import { Failure } from '@albatross/shared/contracts/failures';
import type { Name } from '@albatross/shared/domain/name';
import type { WireCommand, WireMessage } from '@albatross/wire';
import { withPki } from '../issuing.ts';
import type { Session } from '../session.ts';
import { commonNameOf } from './certificate-names.ts';
import { converse, type OnReceived } from './converse.ts';
import { ownCredentials } from './credentials.ts';
import { describeServer, type CsrPlace, type RemotePlace } from './destination-options.ts';
import { expectDone } from './expected-reply.ts';
import { whyNotThere } from './protocol-limits.ts';
import type { Content } from './send-content.ts';
import { writeRequest } from './write-request.ts';

/** What somebody wants done on another host. The content is not asked for with `--csr`. */
export interface RemoteOrder extends Content {
  /** Relative to the path of the certificates: a label, or the root for that path itself. */
  readonly name: Name;
  readonly command: WireCommand;
  readonly onReceived?: OnReceived;
}

/** Takes each message that the server sends, one after the other; no failures. */
export type ShowReply = (message: WireMessage) => void | Promise<void>;

/**
 * Gives an order to a server, with a certificate made for it, and resolves when it is carried out; a stream
 * also with Ctrl-C. Or writes a request for that certificate, and says so. Throws a `Failure`.
 */
export async function giveOrder(
  session: Session,
  place: CsrPlace | RemotePlace,
  order: RemoteOrder,
  show: ShowReply,
): Promise<void> {
  const why = whyNotThere(order.command, place.kind);
  if (why !== null) throw new Failure('USAGE_INVALID', why);
  const commonName = commonNameOf(order);
  await withPki(async (pki) => {
    if (place.kind === 'csr') {
      const keyType = place.keyType === null ? null : pki.parseKeyType(place.keyType);
      return await writeRequest(session, pki, { commonName, command: order.command, keyType });
    }
    session.output.info(`asking ${describeServer(place)} about ${commonName}`);
    const credentials = await ownCredentials(pki, place, commonName, order.command);
    await converse(place, credentials, order, show);
  });
}

/**
 * The same for an order that is answered with a word. Returns whether it was carried out: a request for it was
 * only written down.
 */
export async function carryOut(
  session: Session,
  place: CsrPlace | RemotePlace,
  order: RemoteOrder,
): Promise<boolean> {
  await giveOrder(session, place, order, (message) => void expectDone(message));
  return place.kind === 'remote';
}
