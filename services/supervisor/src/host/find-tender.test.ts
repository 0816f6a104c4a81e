import { Failure } from '@albatross/shared/contracts/failures';
import { failureCode } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { TenderFinder } from './find-tender.ts';

let folder: string;
let finder: TenderFinder;
const at = (path: string): string => join(folder, path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-tenders-'));
  for (const one of ['state', 'first', 'second']) await mkdir(at(one));
  finder = new TenderFinder({ stateFolder: at('state'), path: `:${at('first')}::${at('second')}` });
});
afterEach(async () => await rm(folder, { recursive: true }));

/** As a real tender does, on stderr; and it counts how often it is asked. */
async function install(path: string, abiVersion: number | string = 2): Promise<void> {
  const says = `echo x >>${at('asked')}; echo "tender, version 0\\nABI version ${abiVersion}" >&2`;
  await writeFile(at(path), `#!/bin/sh\n[ "$*" = --version ] && ${says}\n`, { mode: 0o755 });
}

const timesAsked = async (): Promise<number> => (await readFile(at('asked'), 'utf8')).length / 2;
const found = async (): Promise<string> => (await finder.find('spt', 2)).path;

describe('a tender is found', () => {
  const inOrder = [
    'state/solo5-spt.2',
    'first/solo5-spt.2',
    'second/solo5-spt.2',
    'state/solo5-spt',
    'first/solo5-spt',
    'second/solo5-spt',
  ];

  it('in our own folder, then in PATH, one of its own version before a plain one', async () => {
    for (const path of inOrder) await install(path);
    for (const path of inOrder) {
      assert.equal(await found(), at(path));
      await rm(at(path));
    }
    assert.equal(await failureCode(found()), 'TENDER_NOT_FOUND');
  });

  it('only where it can be executed', async () => {
    await mkdir(at('state/solo5-spt'));
    await writeFile(at('first/solo5-spt'), '', { mode: 0o644 });
    await install('second/solo5-spt');
    assert.equal(await found(), at('second/solo5-spt'));
  });

  it('without being asked for its version when it is qemu', async () => {
    await writeFile(at('first/qemu-system-x86_64'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const tender = await finder.find('virtio', 1);
    assert.deepEqual(tender, { target: 'virtio', path: at('first/qemu-system-x86_64') });
  });

  it('and asked for its version once, until it is another one', async () => {
    await install('first/solo5-spt');
    await Promise.all([found(), found(), found()]);
    await found();
    assert.equal(await timesAsked(), 1);
    await rm(at('first/solo5-spt'));
    await install('first/solo5-spt', 3);
    assert.equal(await failureCode(found()), 'TENDER_UNUSABLE');
    assert.equal(await timesAsked(), 2);
  });
});

describe('a tender is refused', () => {
  it('when it is for another ABI version, with both', async () => {
    await install('first/solo5-spt', 3);
    await assert.rejects(finder.find('spt', 2), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'TENDER_UNUSABLE');
      assert.deepEqual(error.details, { path: at('first/solo5-spt'), wanted: 2, found: 3 });
      return true;
    });
  });

  it('when it does not answer, and asked again the next time', async () => {
    await install('first/solo5-spt', 'none of your business');
    assert.equal(await failureCode(found()), 'TENDER_UNUSABLE');
    assert.equal(await failureCode(found()), 'TENDER_UNUSABLE');
    assert.equal(await timesAsked(), 2);
  });

  it('when it is not there, with where it was looked for', async () => {
    await assert.rejects(finder.find('hvt', 2), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'TENDER_NOT_FOUND');
      assert.deepEqual(error.details['lookedFor'], ['solo5-hvt.2', 'solo5-hvt']);
      assert.deepEqual(error.details['lookedIn'], [at('state'), at('first'), at('second')]);
      return true;
    });
  });

  for (const target of ['muen', 'genode', 'xen'] as const) {
    it(`when no tender runs images for ${target}`, async () => {
      assert.equal(await failureCode(finder.find(target, 1)), 'IMAGE_TARGET_UNSUPPORTED');
    });
  }
});
