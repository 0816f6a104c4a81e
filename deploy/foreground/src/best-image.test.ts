import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { accessSync, chmodSync, constants, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { findBestImage } from './best-image.ts';

async function withTenders(...tenders: readonly string[]): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.make();
  for (const tender of tenders) writeFileSync(folder.file(tender), '', { mode: 0o755 });
  return folder;
}

function mayUseKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return process.getuid?.() !== 0;
  } catch {
    return false;
  }
}

describe('the image that is suggested', () => {
  it('is that of the quickest tender there is', async () => {
    for (const [tenders, target] of [
      [['solo5-spt', 'solo5-hvt', 'qemu-system-x86_64'], 'spt'],
      [['solo5-hvt', 'qemu-system-x86_64'], mayUseKvm() ? 'hvt' : 'virtio'],
      [['qemu-system-x86_64'], 'virtio'],
    ] as const) {
      await using folder = await withTenders(...tenders);
      const best = await findBestImage(`/nowhere:${folder.path}`);
      assert.equal(best?.target, target);
      assert.equal(basename(best?.image ?? ''), `hello.${target}`);
      accessSync(best?.image ?? '', constants.R_OK);
    }
  });

  it('is none where there is no tender', async () => {
    await using folder = await withTenders('solo5-spt');
    chmodSync(folder.file('solo5-spt'), 0o644);
    assert.equal(await findBestImage(folder.path), null);
    assert.equal(await findBestImage(''), null);
  });
});
