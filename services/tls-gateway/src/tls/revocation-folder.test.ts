import { readCertificate } from '@albatross/pki';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { Logger } from '@albatross/shared/runtime/logger';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { mint, mintRevocationList, pemOf } from '../testing/mint.ts';
import { RevocationFolder } from './revocation-folder.ts';

const root = mint('ca', null, { isAuthority: true });
const [one, other] = [mint('one', root), mint('other', root)];
const anchor = readCertificate(root.der);
const certificate = readCertificate(one.der);

class Scene implements AsyncDisposable {
  readonly errors: Readonly<Record<string, unknown>>[] = [];
  readonly warned: string[] = [];
  loads = 0;
  readonly folder: TemporaryFolder;

  constructor(folder: TemporaryFolder) {
    this.folder = folder;
  }

  static async set(files: Readonly<Record<string, Uint8Array | string>> = {}): Promise<Scene> {
    const scene = new Scene(await TemporaryFolder.make());
    for (const [name, content] of Object.entries(files))
      await writeFile(scene.folder.file(name), content);
    return scene;
  }

  async open(): Promise<RevocationFolder> {
    const log: Logger = {
      error: (_, fields = {}) => void this.errors.push(fields),
      warn: (event) => void this.warned.push(event),
      info: () => void (this.loads += 1),
      debug: () => undefined,
    };
    return await RevocationFolder.open({ path: this.folder.path, log, rescanMs: 20 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

const statusIn = (folder: RevocationFolder): string => folder.current.statusOf(certificate, anchor);

describe('the folder of revocation lists', () => {
  it('holds lists in PEM and DER, and drafts and folders that are passed over', async () => {
    for (const list of [
      mintRevocationList(root, [one]),
      pemOf('X509 CRL', mintRevocationList(root, []), mintRevocationList(root, [one])),
    ]) {
      await using scene = await Scene.set({ 'ca.crl': list, '.new_ca.crl': 'a draft' });
      await mkdir(scene.folder.file('old'));
      await using folder = await scene.open();
      assert.equal(statusIn(folder), 'revoked');
    }
  });

  it('that is missing, or holds a malformed list, keeps the gateway from starting', async () => {
    await using scene = await Scene.set({ 'ca.crl': 'nothing' });
    await assert.rejects(scene.open(), {
      name: 'StartError',
      message: /ca\.crl: it is malformed: .* has no -----BEGIN X509 CRL-----/,
    });
    await rm(scene.folder.path, { recursive: true });
    await assert.rejects(scene.open(), {
      name: 'StartError',
      message: /cannot be read \(ENOENT\)/,
    });
  });

  it('counts as it is changed, told to who wants to know', async () => {
    await using scene = await Scene.set();
    await using folder = await scene.open();
    let changes = 0;
    folder.onChange(() => (changes += 1));
    assert.equal(statusIn(folder), 'good');
    await writeFile(scene.folder.file('ca.crl'), mintRevocationList(root, [other]));
    await eventually('it was read', () => changes > 0);
    assert.equal(statusIn(folder), 'good');
    await writeFile(scene.folder.file('more.crl'), mintRevocationList(root, [one]));
    await eventually('it is revoked', () => statusIn(folder) === 'revoked');
    await rm(scene.folder.file('more.crl'));
    await eventually('it is good again', () => statusIn(folder) === 'good');
    assert.deepEqual(scene.warned, [
      'a revocation list was removed; what it listed is no longer revoked',
    ]);
  });

  it('keeps what a list said that is malformed now, and tells of that once', async () => {
    await using scene = await Scene.set({ 'ca.crl': mintRevocationList(root, [one]) });
    await using folder = await scene.open();
    const path = scene.folder.file('ca.crl');
    await writeFile(path, mintRevocationList(root, []).subarray(0, 50));
    await eventually('it was told', () => scene.errors.length > 0);
    assert.equal(statusIn(folder), 'revoked');
    const errors = scene.errors.length;
    await writeFile(scene.folder.file('more.crl'), mintRevocationList(root, [other]));
    await eventually('another was read', () => scene.loads > 1);
    assert.equal(statusIn(folder), 'revoked');
    assert.equal(scene.errors.length, errors);
    assert.equal(scene.errors[0]?.['file'], path);
    await writeFile(path, mintRevocationList(root, []));
    await eventually('it is good', () => statusIn(folder) === 'good');
  });

  it('that cannot be read any more keeps what it said', async () => {
    await using scene = await Scene.set({ 'ca.crl': mintRevocationList(root, [one]) });
    await using folder = await scene.open();
    const away = `${scene.folder.path}-away`;
    await rename(scene.folder.path, away);
    await eventually('it was told', () => scene.errors.length > 0);
    assert.equal(statusIn(folder), 'revoked');
    await rename(away, scene.folder.path);
    await writeFile(scene.folder.file('ca.crl'), mintRevocationList(root, []));
    await eventually('it is read again', () => statusIn(folder) === 'good');
  });

  it('tells what is the matter with a list, once for each load', async () => {
    const forged = mintRevocationList(root, [], mint('evil', null).keys);
    await using scene = await Scene.set({ 'ca.crl': forged });
    await using folder = await scene.open();
    for (let time = 0; time < 3; time += 1) folder.tellProblemsOf([anchor], Date.now());
    assert.deepEqual(scene.warned, ['a revocation list needs attention']);
    assert.equal(statusIn(folder), 'unknown');
  });
});
