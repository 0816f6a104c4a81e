import { eventually } from '@albatross/shared/bus/testing/asserts';
import { listBlocks } from '@albatross/shared/contracts/block';
import { listPolicies } from '@albatross/shared/contracts/policy';
import { ROOT } from '@albatross/shared/domain/name';
import type { WireCommand, WireMessage, WirePayload, WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { mint, pemOf, type Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import { WireClient } from '../../../services/tls-gateway/src/testing/wire-client.ts';
import { RunningGateway } from './running-gateway.ts';
import { RunningSystem } from './running-system.ts';
import { standInTender } from './tender-path.ts';
import { order } from './tenants.ts';

/** Of the gateway, whatever is done to it. */
const GATEWAY_MIB_MAX = 320;

/** A running system with a gateway, below an authority that the test has the key of. */
export class Endpoint implements AsyncDisposable {
  readonly system: RunningSystem;
  readonly root: Minted;
  /** For the files of a test. */
  readonly folder: string;
  readonly #words: readonly string[];
  #gateway: RunningGateway | null = null;

  private constructor(system: RunningSystem, root: Minted, folder: string) {
    this.system = system;
    this.root = root;
    this.folder = folder;
    const files = ['cacert.pem', 'server.pem', 'server.key'].map((file) => join(folder, file));
    this.#words = ['--ip', '127.0.0.1', '--port', '0', ...files];
  }

  static async start(): Promise<Endpoint> {
    // What is sampled now and then is waited for by some.
    env['ALBATROSS_STATS_INTERVAL_S'] = '1';
    return await Endpoint.of(await RunningSystem.start({ tenders: await standInTender() }));
  }

  /** Beside a system, which ends with it. */
  static async of(system: RunningSystem): Promise<Endpoint> {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-endpoint-'));
    const root = mint('ca', null, { isAuthority: true });
    const server = mint('server', root);
    await writeFile(join(folder, 'cacert.pem'), pemOf('CERTIFICATE', root.der));
    await writeFile(join(folder, 'ca.key'), root.keyPem);
    await writeFile(join(folder, 'server.pem'), pemOf('CERTIFICATE', server.der));
    await writeFile(join(folder, 'server.key'), server.keyPem);
    const self = new Endpoint(system, root, folder);
    try {
      await self.startGateway();
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
    return self;
  }

  get gateway(): RunningGateway {
    return this.#gateway ?? assert.fail('the gateway was stopped');
  }

  async startGateway(): Promise<void> {
    this.#gateway = await RunningGateway.start(this.system, ...this.#words);
  }

  async stopGateway(): Promise<void> {
    const gateway = this.gateway;
    this.#gateway = null;
    await gateway[Symbol.asyncDispose]();
  }

  /** Those who hold the key of the chain's leaf; from another address of this machine, if one is given. */
  async connect(chain: readonly Minted[], from?: string): Promise<WireClient> {
    const pem = pemOf('CERTIFICATE', ...chain.map(({ der }) => der));
    const who = { port: this.gateway.port, chain: pem, key: chain[0]?.keyPem ?? '' };
    if (from === undefined) return await WireClient.connect(who);
    const socket = connect({ port: who.port, host: '127.0.0.1', localAddress: from });
    await once(socket, 'connect');
    return await WireClient.connect({ ...who, tls: { socket } });
  }

  /** All that is answered. */
  async ask(chain: readonly Minted[], from?: string): Promise<readonly WireMessage[]> {
    await using client = await this.connect(chain, from);
    return await client.rest();
  }

  /** What is answered in one message. */
  async answer(chain: readonly Minted[]): Promise<WirePayload> {
    return onlyPayload(await this.ask(chain));
  }

  /** The text of a failure, which is all that is answered. */
  async failure(chain: readonly Minted[]): Promise<string> {
    return failureText(await this.answer(chain));
  }

  /** What somebody is answered who asks about the path of the first authority. */
  async asked(
    command: WireCommand,
    ...authorities: readonly [Minted, ...(readonly Minted[])]
  ): Promise<WireReply> {
    return replyIn(await this.answer(order('.', command, ...authorities)));
  }

  /** Asserts that it is done, and said so with these words. */
  async does(said: string, chain: readonly Minted[]): Promise<void> {
    assert.deepEqual(await this.answer(chain), {
      kind: 'reply',
      reply: { kind: 'string', text: said },
    });
  }

  /** All that somebody could have changed: what is refused leaves it as it is. */
  async standing() {
    const administrator = await this.system.administrator();
    const { bus } = administrator;
    const unikernels = await administrator.list();
    const { policies } = await bus.request(listPolicies, { name: ROOT });
    const { blocks } = await bus.request(listBlocks, { name: ROOT });
    const { blobs, images } = this.system.traces();
    return { unikernels, policies, blocks, blobs, images };
  }

  /** Asserts that the order fails with this code and these words, and that everything stands as it stood. */
  async leavesNothing(chain: readonly Minted[], code: string, words: RegExp): Promise<void> {
    const before = await this.standing();
    const text = await this.failure(chain);
    assert.ok(text.endsWith(` [${code}]`), text);
    assert.match(text, words);
    assert.deepEqual(await this.standing(), before);
  }

  /** With our client, as an operator does it; resolves when the gateway knows. */
  async revoke(issuer: Minted, revoked: Minted): Promise<void> {
    const file = (suffix: string): string => join(this.folder, `${issuer.commonName}${suffix}`);
    await writeFile(file('.pem'), pemOf('CERTIFICATE', issuer.der));
    await writeFile(file('.key'), issuer.keyPem);
    await writeFile(file('-revoked.pem'), pemOf('CERTIFICATE', revoked.der));
    const loads = (): number =>
      this.gateway.log.filter(({ msg }) => msg === 'revocation lists loaded').length;
    const before = loads();
    const list = join(this.system.folders.conf, 'tls', 'crls', `${issuer.commonName}.crl`);
    const files = [file('.pem'), file('.db'), file('.key'), file('-revoked.pem')];
    const { status, stderr } = await this.system.albatross('revoke', ...files, '--crl', list);
    assert.deepEqual([status, stderr], [0, '']);
    await eventually('the list is loaded', () => loads() > before);
  }

  /** Asserts that the gateway never was larger than it may be. */
  isSmall(): void {
    const status = readFileSync(`/proc/${this.gateway.pid}/status`, 'utf8');
    const mib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    assert.ok(mib > 0 && mib < GATEWAY_MIB_MAX, `the gateway had ${mib} MiB`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.system[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}

export function onlyPayload(messages: readonly WireMessage[]): WirePayload {
  const [message, ...others] = messages;
  assert.ok(message !== undefined && others.length === 0, `${messages.length} messages`);
  return message.payload;
}

export function replyIn(payload: WirePayload): WireReply {
  assert.ok(payload.kind === 'reply', `no reply, but ${JSON.stringify(payload, plain)}`);
  return payload.reply;
}

export function failureText(payload: WirePayload | undefined): string {
  assert.ok(payload?.kind === 'failure', `no failure, but ${JSON.stringify(payload, plain)}`);
  return payload.text;
}

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
