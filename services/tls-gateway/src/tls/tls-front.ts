import { KnownAuthorities, type Certificate } from '@albatross/pki';
import type { Requests } from '@albatross/shared/bus/bus';
import { ROOT } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { send, type Client } from '../session/client.ts';
import { Connection } from '../session/connection.ts';
import { FrameRoom } from '../session/frame-room.ts';
import type { Order } from '../session/order.ts';
import { authorise, type Authorisation } from './authorise.ts';
import { clientAddress, type ClientAddress } from './client-address.ts';
import { Connections } from './connections.ts';
import {
  CERTIFICATES_BYTES_MAX,
  HandshakeTurns,
  LARGE_CERTIFICATES_BYTES_MAX,
  type Turn,
} from './handshake-turns.ts';
import { HandshakeDeadline } from './handshake-deadline.ts';
import { HandshakeError, sentCertificates, shakeHands } from './handshake.ts';
import { plainRefusal, type SessionRefusal } from './refusal-reasons.ts';
import type { SessionRefusals } from './refusals.ts';
import type { RevocationFolder } from './revocation-folder.ts';
import { contextFor, type SecureContexts } from './secure-contexts.ts';
import { Sessions } from './sessions.ts';

/** From the moment a client is there until it has shown who it is, waiting for its turn included. */
export const HANDSHAKE_DEADLINE_MS = 10_000;
/** Of the content of one frame. Clients send chunks, of which the original's has 65,536 bytes at most. */
export const TLS_FRAME_BYTES_MAX = 1_048_576;
/** How long a client may be silent that has to send more. */
export const TLS_SILENCE_MS_MAX = 30_000;
/** How long it may take nothing of what it is sent. */
export const TLS_WRITE_MS_MAX = 30_000;
/** The same of a stranger, who is only told why it is refused. */
export const REFUSED_WRITE_MS_MAX = 2_000;
/** Frames of all clients together. */
export const TLS_FRAMES_BYTES_MAX = 67_108_864;
/** How long sessions may go on when the gateway is to end. */
export const SESSIONS_GRACE_MS = 2_000;

export interface TlsFrontOptions {
  readonly anchor: Certificate;
  readonly contexts: SecureContexts;
  readonly handshakeDeadlineMs?: number;
}

export interface TlsFrontPeers {
  /** Carries out what an authorised client asks for, as `carryOut`. */
  readonly serve: (order: Order, client: Client) => Promise<void>;
  readonly inTheNameOf: (actor: string) => Requests;
  readonly revocations: Pick<RevocationFolder, 'current' | 'tellProblemsOf'>;
  readonly refusals: SessionRefusals;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Somebody who has not shown yet who it is. */
interface Stranger {
  readonly raw: Socket;
  readonly address: ClientAddress;
  /** Until it is known. */
  readonly arrival: Disposable;
  /** Aborted, with a `HandshakeError`, when it has no more time, or others need its room or its turn. */
  readonly end: AbortController;
}

/** Somebody who got through the handshake. */
interface Met {
  readonly socket: TLSSocket;
  readonly authorisation: Authorisation;
  readonly turn: Turn;
  /** More than small turns are for. */
  readonly isLarge: boolean;
}

/** Takes connections, finds out who is there and what for, and has that carried out. */
export class TlsFront implements AsyncDisposable {
  readonly #anchor: Certificate;
  readonly #known = new KnownAuthorities();
  readonly #handshakeDeadlineMs: number;
  readonly #peers: TlsFrontPeers;
  readonly #now: () => number;
  readonly #turns: HandshakeTurns;
  readonly #connections = new Connections();
  readonly #sessions = new Sessions();
  readonly #room = new FrameRoom(TLS_FRAMES_BYTES_MAX);
  #contexts: SecureContexts;

  constructor(options: TlsFrontOptions, peers: TlsFrontPeers) {
    this.#anchor = options.anchor;
    this.#contexts = options.contexts;
    this.#handshakeDeadlineMs = options.handshakeDeadlineMs ?? HANDSHAKE_DEADLINE_MS;
    this.#turns = new HandshakeTurns({ hasLarge: options.contexts.large !== null });
    this.#peers = peers;
    this.#now = peers.now ?? Date.now;
  }

  get counts() {
    return {
      handshakes: this.#turns.counts,
      sessions: this.#sessions.counts,
      connections: this.#connections.counts,
      certificateBytesMax: this.certificateBytesMax,
    };
  }

  /** The most that a client may send of certificates. */
  get certificateBytesMax(): number {
    return this.#contexts.large === null ? CERTIFICATES_BYTES_MAX : LARGE_CERTIFICATES_BYTES_MAX;
  }

  /** What clients are shown from now on. */
  renew(contexts: SecureContexts): void {
    this.#contexts = contexts;
  }

  /** Resolves when the connection is over. Never rejects. */
  async accept(raw: Socket): Promise<void> {
    // Errors of a socket that is looked after by nobody yet would end the process.
    raw.on('error', () => undefined);
    const address = clientAddress(raw.remoteAddress);
    const end = new AbortController();
    const arrival = this.#connections.arrive(raw, address.group, end);
    if (arrival === null) {
      this.#refuse(address, plainRefusal('too-many-connections'));
      raw.destroy();
      return;
    }
    try {
      await this.#serve({ raw, address, arrival, end });
    } catch (error) {
      this.#peers.log.error('defect', { where: 'a session', error });
    } finally {
      raw.destroy();
    }
  }

  /** Ends the sessions of those whose certificates were revoked since they began. */
  endRevoked(): void {
    this.#sessions.endRevoked(this.#peers.revocations.current, this.#anchor, (address, refusal) =>
      this.#peers.refusals.refused(address, refusal),
    );
  }

  /** Ends all connections, after a moment for those that are being answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#connections.close();
    await Promise.race([
      this.#sessions.allOver(),
      sleep(SESSIONS_GRACE_MS, undefined, { ref: false }),
    ]);
    this.#sessions.endAll();
    this.#connections.destroyAll();
  }

  async #serve(stranger: Stranger): Promise<void> {
    const met = await this.#meet(stranger);
    if (met === null) return;
    using turn = met.turn;
    const { raw, address, arrival, end } = stranger;
    const { socket, authorisation } = met;
    // OpenSSL holds what a stranger sent as long as its socket is there.
    if (authorisation.kind === 'authorised' || !met.isLarge) turn[Symbol.dispose]();
    else end.signal.addEventListener('abort', () => raw.destroy(), { once: true });
    if (authorisation.kind === 'refused') {
      await this.#answerRefused(socket, address, authorisation);
    } else if (this.#sessions.hasRoomFor(authorisation.path)) {
      arrival[Symbol.dispose]();
      await this.#session(socket, address, authorisation);
    } else {
      await this.#answerRefused(socket, address, plainRefusal('too-many-sessions'));
    }
  }

  /** Null when there is nobody who could be answered. */
  async #meet({ raw, address, end }: Stranger): Promise<Met | null> {
    using deadline = new HandshakeDeadline(end, this.#handshakeDeadlineMs);
    let turn: Turn | null = null;
    try {
      turn = await this.#turns.take(address.group, end);
      deadline.hasTurn();
      const context = contextFor(this.#contexts, turn.size);
      const socket = await shakeHands(raw, context, end.signal);
      const sent = sentCertificates(socket);
      const bytes = sent.reduce((sum, { length }) => sum + length, 0);
      const isLarge = bytes > CERTIFICATES_BYTES_MAX;
      return { socket, turn, isLarge, authorisation: this.#authorise(sent) };
    } catch (error) {
      turn?.[Symbol.dispose]();
      if (!(error instanceof HandshakeError)) throw error;
      this.#refuse(address, this.#asOfNow(error.refusal));
      return null;
    }
  }

  /** Too large is only what had no large turn. */
  #asOfNow(refusal: SessionRefusal): SessionRefusal {
    const isForNow = refusal.reason === 'certificate-too-large' && this.#contexts.large !== null;
    return isForNow ? plainRefusal('too-many-large-certificates') : refusal;
  }

  #authorise(sent: readonly Uint8Array[]): Authorisation {
    const { revocations } = this.#peers;
    const now = this.#now();
    const trust = { anchor: this.#anchor, known: this.#known, now };
    const found = authorise({ ...trust, sent, revocations: revocations.current });
    if (found.kind === 'authorised')
      revocations.tellProblemsOf([...found.path.slice(1), this.#anchor], now);
    return found;
  }

  async #session(
    socket: TLSSocket,
    address: ClientAddress,
    authorisation: Authorisation & { readonly kind: 'authorised' },
  ): Promise<void> {
    const { name, command, policies, actor, path } = authorisation;
    const connection = this.#connectionOf(socket, TLS_WRITE_MS_MAX);
    const session = this.#sessions.begin({ path, address: address.text, connection });
    const requests = this.#peers.inTheNameOf(actor);
    const { log } = this.#peers;
    log.debug('session', { address: address.text, actor, name, command: command.kind });
    try {
      const order = { name, command, policies, requests, door: 'tls' } as const;
      await this.#peers.serve(order, connection.client({ sequence: 0n, name }));
    } catch (error) {
      if (connection.gone.aborted) log.debug('a client has gone', { address: address.text, error });
      else log.error('defect', { where: command.kind, error });
    }
    await connection.end();
    session[Symbol.dispose]();
  }

  async #answerRefused(
    socket: TLSSocket,
    address: ClientAddress,
    { reason, message }: SessionRefusal,
  ): Promise<void> {
    this.#refuse(address, { reason, message });
    const connection = this.#connectionOf(socket, REFUSED_WRITE_MS_MAX);
    const client = connection.client({ sequence: 0n, name: ROOT });
    // Who has gone meanwhile is not told.
    await send(client, { kind: 'failure', text: `${message} [${reason}]` }).catch(() => undefined);
    await connection.end();
  }

  #connectionOf(socket: TLSSocket, writeMsMax: number): Connection {
    return new Connection(socket, {
      frameBytesMax: TLS_FRAME_BYTES_MAX,
      silenceMsMax: TLS_SILENCE_MS_MAX,
      writeMsMax,
      room: this.#room,
    });
  }

  #refuse(address: ClientAddress, refusal: SessionRefusal): void {
    this.#peers.refusals.refused(address.text, refusal);
  }
}
