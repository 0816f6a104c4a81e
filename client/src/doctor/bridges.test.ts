import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { checkBridges, judgeBridges } from './bridges.ts';

describe('the findings about bridges', () => {
  it('warn when there is none, with how one is made', () => {
    const [finding, ...more] = judgeBridges([]);
    assert.equal(more.length, 0);
    assert.ok(finding?.level === 'warn');
    assert.match(finding.mend, /^sudo ip link add service type bridge/);
  });

  it('tell bridges that are up from bridges that are down', async () => {
    await using folder = await TemporaryFolder.make();
    for (const [name, flags, isBridge] of [
      ['service', '0x1003', true],
      ['idle', '0x1002', true],
      ['eth0', '0x1003', false],
    ] as const) {
      const path = folder.file(`class/net/${name}`);
      await mkdir(isBridge ? `${path}/bridge` : path, { recursive: true });
      await writeFile(`${path}/flags`, `${flags}\n`);
    }
    assert.deepEqual(await checkBridges(folder.path), [
      { level: 'ok', check: 'bridges', text: 'up: service' },
      {
        level: 'warn',
        check: 'bridges',
        text: 'down, so that nothing goes through: idle',
        mend: 'sudo ip link set dev idle up',
      },
    ]);
  });

  it('name some of many', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ name: `br${index}`, isUp: true }));
    assert.match(judgeBridges(many)[0]?.text ?? '', /br7, and 12 more$/);
  });

  it('are none where the machine shows no interfaces', async () => {
    assert.equal((await checkBridges('/nonexistent'))[0]?.level, 'warn');
  });
});
