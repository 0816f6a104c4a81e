import {
  encodeFrame,
  encodeMessage,
  type Frame,
  type WireHeader,
  type WirePayload,
} from '@albatross/wire';
import type { Name } from '@albatross/shared/domain/name';

/** Who gave an order, as long as the connection lasts. */
export interface Client {
  /** What replies have: the name asked about; over TLS the sequence 0, on a socket that of the command. */
  readonly header: WireHeader;
  /** What it sends behind its command. A client that is too slow with the next one is an error. */
  readonly frames: AsyncIterator<Frame, void, undefined>;
  /**
   * Sends bytes, whole frames or parts of one, and resolves when there is room for more. Rejects when the
   * client has gone, or takes nothing for too long; `gone` is aborted then.
   */
  readonly write: (bytes: readonly Uint8Array[]) => Promise<void>;
  /** Aborted, with the reason, when nobody is there to be answered any more, or nobody may be. */
  readonly gone: AbortSignal;
  /** Likewise, and also when it ends its side or says anything more: what streams ends with that. */
  readonly silent: AbortSignal;
}

/** One message; `name` where it is about another one than was asked about. */
export async function send(client: Client, payload: WirePayload, name?: Name): Promise<void> {
  const header = name === undefined ? client.header : { ...client.header, name };
  await client.write(encodeFrame(encodeMessage({ header, payload })));
}
