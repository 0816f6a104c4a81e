import { generateAuthority, issueLeaf, openIssuer, type Issuer } from '@albatross/pki';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { WireCommand } from '@albatross/wire';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { liftCertificateLimit } from './certificate-limit.ts';
import { HandshakeError, shakeHands } from './handshake.ts';

const BUILD = fileURLToPath(new URL('../../native/build.mjs', import.meta.url));
const ADDON = `certificate-limit-${process.versions.modules}-${process.arch}.node`;
const MIB = 2 ** 20;
const HANDSHAKE_MS_MAX = 60_000;

describe('the limit for certificates of clients', () => {
  let party: Party;
  let addon: string;
  let whyNot: string;

  before(async () => {
    party = await Party.make();
    whyNot = spawnSync(process.execPath, [BUILD, party.folder], { encoding: 'utf8' }).stderr.trim();
    addon = `${party.folder}/${ADDON}`;
  });
  after(async () => await party[Symbol.asyncDispose]());

  /** Says so where it cannot be: then nothing about it was tried. */
  const isBuilt = (t: TestContext): boolean => {
    if (existsSync(addon)) return true;
    t.skip(`not run here: ${whyNot}`);
    return false;
  };

  for (const [imageBytes, size] of [
    [MIB, '1 MiB'],
    [15 * MIB, '15 MiB'],
  ] as const)
    it(`is lifted for one with an image of ${size}`, async (t) => {
      if (!isBuilt(t)) return;
      const context = party.serverContext();
      assert.equal(liftCertificateLimit(context, 16 * MIB, [addon]), true);
      assert.ok((await party.handshake(context, imageBytes)) > imageBytes);
      // Of this context only.
      const refused = party.handshake(party.serverContext(), imageBytes);
      assert.equal(await reasonOf(refused), 'certificate-too-large');
    });

  it('is what it is lifted to', async (t) => {
    if (!isBuilt(t)) return;
    const context = party.serverContext();
    assert.equal(liftCertificateLimit(context, MIB, [addon]), true);
    const refused = party.handshake(context, MIB);
    assert.equal(await reasonOf(refused), 'certificate-too-large');
  });

  it('is 100 KiB without that', async () => {
    const context = party.serverContext();
    assert.ok((await party.handshake(context, 98 * 1024)) > 98 * 1024);
    const refused = party.handshake(context, 101 * 1024);
    assert.equal(await reasonOf(refused), 'certificate-too-large');
  });

  it('stays where there is no addon, or something that is none', async () => {
    const broken = `${party.folder}/broken.node`;
    await writeFile(broken, 'ELF');
    const context = createSecureContext();
    for (const place of [`${party.folder}/absent.node`, broken])
      assert.equal(liftCertificateLimit(context, MIB, [place]), false);
  });

  it('is not lifted of what is no context, nor to what is no size', (t) => {
    if (!isBuilt(t)) return;
    const lift = (context: unknown, bytes: number): boolean =>
      liftCertificateLimit(context as SecureContext, bytes, [addon]);
    for (const context of [{}, { context: null }, { context: { _external: 7 } }])
      assert.equal(lift(context, MIB), false);
    for (const bytes of [0, -1, 1.5, 2 ** 31, Number.NaN])
      assert.equal(lift(createSecureContext(), bytes), false);
    assert.equal(lift(createSecureContext(), MIB), true);
  });

  it('is told in one line where nothing can be built', () => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [BUILD, `${party.folder}/other`],
      {
        env: { PATH: party.folder },
        encoding: 'utf8',
      },
    );
    assert.deepEqual([status, stdout], [0, '']);
    assert.match(
      stderr,
      /^albatross: the TLS gateway will take certificates of at most 100 KiB: .+\n$/,
    );
  });
});

async function reasonOf(handshake: Promise<unknown>): Promise<string> {
  const error: unknown = await handshake.then(
    () => assert.fail('it came to be'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof HandshakeError, String(error));
  return error.refusal.reason;
}

/** An authority, its server, and clients of it. */
class Party implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #issuer: Issuer;
  readonly #server: { readonly key: Buffer; readonly cert: Buffer };

  private constructor(
    folder: TemporaryFolder,
    issuer: Issuer,
    server: { readonly key: Buffer; readonly cert: Buffer },
  ) {
    this.#folder = folder;
    this.#issuer = issuer;
    this.#server = server;
  }

  static async make(): Promise<Party> {
    const folder = await TemporaryFolder.make();
    const now = Date.now();
    const files = await generateAuthority({
      name: 'ca',
      server: 'server',
      folder: folder.path,
      databaseFile: folder.file('database'),
      keyType: 'ed25519',
      days: 1,
      serverDays: 1,
      now,
    });
    const issuer = await openIssuer(files, now);
    const key = await readFile(files.serverKeyFile);
    return new Party(folder, issuer, { key, cert: await readFile(files.serverCertificateFile) });
  }

  get folder(): string {
    return this.#folder.path;
  }

  serverContext(): SecureContext {
    return createSecureContext({ ...this.#server, minVersion: 'TLSv1.3' });
  }

  /** With a client whose certificate has an image of so many bytes. Resolves with the length of what it showed. */
  async handshake(context: SecureContext, imageBytes: number): Promise<number> {
    const now = Date.now();
    const command = createOf(new Uint8Array(imageBytes).fill(7));
    const wanted = { command, commonName: 'hello', keyType: 'ed25519', now } as const;
    const leaf = await issueLeaf(this.#issuer, wanted);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect({
      port: (server.address() as AddressInfo).port,
      key: leaf.keyPem,
      cert: leaf.certificatesPem,
      rejectUnauthorized: false,
    });
    // What becomes of it is seen by the server.
    client.on('error', () => undefined);
    try {
      const [raw] = await accepted;
      const socket = await shakeHands(raw, context, AbortSignal.timeout(HANDSHAKE_MS_MAX));
      const shown = socket.getPeerX509Certificate()?.raw.length ?? 0;
      socket.destroy();
      return shown;
    } finally {
      client.destroy();
      server.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

function createOf(image: Uint8Array): WireCommand {
  const config = {
    typ: 'solo5',
    compressed: false,
    image,
    startup: null,
    addName: true,
    fail: { kind: 'quit' },
    cpuids: [0],
    memory: 32,
    blocks: [],
    nets: [],
    arguments: [],
    vcpus: 1,
    linuxBoot: null,
  } as const;
  return { kind: 'unikernel-create', config };
}
