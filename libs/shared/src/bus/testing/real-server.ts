import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';
import {
  IDENTITIES,
  type Identity,
  type KeyHolder,
  type Tenant,
} from '../../contracts/identities.ts';
import type { PathName } from '../../domain/name.ts';
import { freePort, untilListening } from '../../runtime/loopback-port.ts';
import { Bus, type BusOptions } from '../bus.ts';
import { generateKey, prover, type KeyPair } from '../keys.ts';
import { renderServerConfig } from '../server-config.ts';
import { Speaker } from './speaker.ts';

const START_DEADLINE_MS = 10_000;

/** A real nats-server with our configuration on a free loopback port, for tests. */
export class RealServer implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #keys: ReadonlyMap<KeyHolder, KeyPair>;
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: string, keys: ReadonlyMap<KeyHolder, KeyPair>) {
    this.#port = port;
    this.url = `nats://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#keys = keys;
  }

  /** `tenants`: the path that each of them rules. */
  static async start({
    intruder = false,
    tenants = new Map(),
  }: {
    readonly intruder?: boolean;
    readonly tenants?: ReadonlyMap<Tenant, PathName>;
  } = {}): Promise<RealServer> {
    const keys = new Map<KeyHolder, KeyPair>(
      [...IDENTITIES, ...tenants.keys()].map((holder) => [holder, generateKey()]),
    );
    const folder = await mkdtemp(join(tmpdir(), 'albatross-nats-'));
    const server = new RealServer(await freePort(), folder, keys);
    const publicKey = (holder: KeyHolder): string => server.#key(holder).publicKey;
    const text = renderServerConfig({
      port: server.#port,
      storeDir: join(folder, 'streams'),
      keys: Object.fromEntries(
        IDENTITIES.map((identity) => [identity, publicKey(identity)]),
      ) as Record<Identity, string>,
      tenants: [...tenants].map(([tenant, path]) => ({
        tenant,
        path,
        publicKey: publicKey(tenant),
      })),
    });
    await writeFile(join(folder, 'nats.conf'), intruder ? withIntruder(text) : text);
    await server.resume();
    return server;
  }

  /** Connects as somebody with a key; a defect fails the test unless `onDefect` takes it. */
  async connect(identity: KeyHolder, options: Partial<BusOptions> = {}): Promise<Bus> {
    return await Bus.connect({
      url: this.url,
      identity,
      seed: this.seed(identity),
      connectDeadlineMs: START_DEADLINE_MS,
      onDefect: (error, where) => {
        throw new Error(`defect in ${where}`, { cause: error });
      },
      ...options,
    });
  }

  /** A connection of the bare package: what a hostile or careless program can do with an identity's key. */
  async connectBare(identity: KeyHolder): Promise<NatsConnection> {
    return await connect({
      servers: this.url,
      authenticator: nkeyAuthenticator(new TextEncoder().encode(this.seed(identity))),
      inboxPrefix: `_INBOX.${identity}`,
    });
  }

  /** A connection without any package, for what is said in thousands. */
  async connectSpeaker(holder: KeyHolder): Promise<Speaker> {
    return await Speaker.connect(this.#port, prover(this.seed(holder)));
  }

  /** The same of the intruder. */
  async connectSpeakingIntruder(): Promise<Speaker> {
    return await Speaker.connect(this.#port, () => ({ user: INTRUDER, pass: INTRUDER }));
  }

  /** Somebody who may do everything on this server, JetStream included; needs `intruder` at the start. */
  async connectIntruder(): Promise<NatsConnection> {
    return await connect({ servers: this.url, user: INTRUDER, pass: INTRUDER });
  }

  seed(holder: KeyHolder): string {
    return this.#key(holder).seed;
  }

  #key(holder: KeyHolder): KeyPair {
    const key = this.#keys.get(holder);
    if (key === undefined) throw new Error(`${holder} has no key on this server`);
    return key;
  }

  /** SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    this.#process = null;
    const exit = once(process, 'exit');
    process.kill('SIGKILL');
    await exit;
  }

  async resume(): Promise<void> {
    const child = spawn('nats-server', ['-c', join(this.#folder, 'nats.conf')], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    this.#process = child;
    if (!(await untilListening(this.#port, START_DEADLINE_MS)))
      throw new Error('nats-server does not listen');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const INTRUDER = 'intruder';

function withIntruder(config: string): string {
  const user = `    { user: ${INTRUDER}, password: ${INTRUDER} }`;
  return config.replace('users: [', `users: [\n${user}`);
}
