import { readCertificate } from '@albatross/pki';
import type { MessageOf } from '@albatross/shared/contracts/feed';
import type { refusedFeed } from '@albatross/shared/contracts/refused';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { WireCommand, WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { send } from '../session/client.ts';
import type { Order } from '../session/order.ts';
import { listen } from '../tls/listen.ts';
import { SessionRefusals } from '../tls/refusals.ts';
import { RevocationFolder } from '../tls/revocation-folder.ts';
import { makeSecureContexts, type LiftLimit } from '../tls/secure-contexts.ts';
import type { ServerIdentity } from '../tls/server-files.ts';
import { TlsFront, type TlsFrontOptions, type TlsFrontPeers } from '../tls/tls-front.ts';
import { mint, pemOf, type Minted } from './mint.ts';
import { WireClient } from './wire-client.ts';

export const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };

export function policyAdd(unikernels = 4n): WireCommand {
  const policy = { cpuids: [0], unikernels, memory: 64, block: null, bridges: [] };
  return { kind: 'policy-add', policy };
}

type RefusedSessions = MessageOf<typeof refusedFeed>;

export interface FrontSettings extends Pick<TlsFrontOptions, 'handshakeDeadlineMs'> {
  readonly serve?: TlsFrontPeers['serve'];
  readonly now?: () => number;
  /** Instead of the root's certificate, in DER. */
  readonly anchor?: Uint8Array;
  readonly lift?: LiftLimit;
  /** Instead of the server's. */
  readonly identity?: ServerIdentity;
}

interface Logged {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The TLS side on a loopback port, over somebody who carries out orders as a test wants it. */
export class FrontUnderTest implements AsyncDisposable {
  readonly root: Minted = mint('ca', null, { isAuthority: true });
  readonly server: Minted = mint('server', this.root);
  readonly orders: Order[] = [];
  readonly actors: string[] = [];
  readonly logged: Logged[] = [];
  readonly published: RefusedSessions[] = [];
  port = 0;
  readonly #settings: FrontSettings;
  readonly #scope = new Scope();
  readonly #events = new EventEmitter();
  #folder: TemporaryFolder | null = null;
  #front: TlsFront | null = null;
  #revocations: RevocationFolder | null = null;

  private constructor(settings: FrontSettings) {
    this.#settings = settings;
    this.#events.setMaxListeners(0);
  }

  static async start(settings: FrontSettings = {}): Promise<FrontUnderTest> {
    const self = new FrontUnderTest(settings);
    await self.#start();
    return self;
  }

  get front(): TlsFront {
    return this.#front ?? assert.fail('it was not started');
  }

  get crls(): string {
    return this.#folder?.file('crls') ?? assert.fail('it was not started');
  }

  /** Shows these certificates, of which the first one's key is the client's. */
  client(...chain: readonly Minted[]): { port: number; chain: string; key: string } {
    const pem = pemOf('CERTIFICATE', ...chain.map(({ der }) => der));
    return { port: this.port, chain: pem, key: chain[0]?.keyPem ?? '' };
  }

  async ask(...chain: readonly Minted[]): Promise<readonly WireMessage[]> {
    return await WireClient.ask(this.client(...chain));
  }

  /** Asserts that whoever shows these is refused for that, told so, and that it is logged with this reason. */
  async assertRefused(chain: readonly Minted[], reason: string, message: RegExp): Promise<void> {
    const before = this.orders.length;
    const [answer, ...others] = await this.ask(...chain);
    assert.ok(answer?.payload.kind === 'failure', JSON.stringify(answer?.payload));
    assert.match(answer.payload.text, message);
    assert.ok(answer.payload.text.endsWith(`[${reason}]`), answer.payload.text);
    assert.deepEqual([others, this.orders.length, answer.header.sequence], [[], before, 0n]);
    assert.deepEqual(
      this.refusals.map((one) => one['reason']),
      [reason],
    );
  }

  /** Those told of in the log. */
  get refusals(): readonly Readonly<Record<string, unknown>>[] {
    return this.logged.flatMap(({ event, fields }) =>
      event === 'session refused' ? [fields] : [],
    );
  }

  /** Resolves with the fields of an event that was or will be logged. */
  async untilLogged(event: string, from = 0): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const found = this.logged.slice(from).find((one) => one.event === event);
      if (found !== undefined) return found.fields;
      await once(this.#events, 'logged', { signal: AbortSignal.timeout(10_000) });
    }
  }

  /** Puts a revocation list into place, as something that replaces files should. */
  async putList(name: string, content: Uint8Array | string): Promise<void> {
    const draft = `${this.crls}/.new_${name}`;
    await writeFile(draft, content);
    await rename(draft, `${this.crls}/${name}`);
  }

  async #start(): Promise<void> {
    const { serve = answerDone, now = Date.now, anchor = this.root.der } = this.#settings;
    this.#folder = this.#scope.use(await TemporaryFolder.make());
    await mkdir(this.crls);
    const log = this.#logger();
    this.#revocations = this.#scope.use(await RevocationFolder.open({ path: this.crls, log }));
    const bus = { publishOwn: (_: unknown, told: unknown) => this.#publish(told) };
    const refusals = this.#scope.use(new SessionRefusals('tls-gateway', { bus, log }));
    const { handshakeDeadlineMs, lift = () => false } = this.#settings;
    const { identity = identityOf(this.server) } = this.#settings;
    const front = new TlsFront(
      {
        anchor: readCertificate(anchor),
        contexts: makeSecureContexts(identity, lift),
        ...(handshakeDeadlineMs === undefined ? {} : { handshakeDeadlineMs }),
      },
      {
        serve: async (order, client) => {
          this.orders.push(order);
          await serve(order, client);
        },
        inTheNameOf: (actor) => {
          this.actors.push(actor);
          return { request: async () => await Promise.reject(new Error('nobody is asked here')) };
        },
        revocations: this.#revocations,
        refusals,
        log,
        now,
      },
    );
    this.#revocations.onChange(() => front.endRevoked());
    this.#front = this.#scope.use(front);
    const from = { kind: 'address', ip: '::', port: 0 } as const;
    const listener = await listen(
      from,
      (socket) => void front.accept(socket),
      (error) => assert.fail(error),
    );
    this.port = this.#scope.use(listener).port;
  }

  #publish(told: unknown): boolean {
    this.published.push(told as RefusedSessions);
    return true;
  }

  #logger(): Logger {
    const record = (event: string, fields: Logged['fields'] = {}): void => {
      this.logged.push({ event, fields });
      this.#events.emit('logged');
    };
    return { error: record, warn: record, info: record, debug: record };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
    const defects = this.logged.filter(({ event }) => event === 'defect');
    assert.deepEqual(defects, []);
  }
}

/** What a gateway shows that has this certificate. */
function identityOf({ der, keyPem }: Minted): ServerIdentity {
  return { certificates: pemOf('CERTIFICATE', der), key: keyPem, notAfter: Infinity };
}

const answerDone: TlsFrontPeers['serve'] = async (order, client) =>
  await send(client, { kind: 'reply', reply: { kind: 'string', text: `done ${order.name}` } });
