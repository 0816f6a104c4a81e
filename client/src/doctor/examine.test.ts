import { foldersOf } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { carryOutAll, examine } from './examine.ts';
import { passed, warned } from './finding.ts';
import { findingLines, findingToJson } from './view.ts';

describe('an examination', () => {
  it('goes on past checks that throw or do not end, and says so', async () => {
    const checks = {
      first: async () => [passed('first', 'well')],
      thrown: async () => await Promise.reject(new Error('EIO')),
      endless: async () => await new Promise<never>(() => undefined),
      last: async () => [passed('last', 'well')],
    };
    const findings = await carryOutAll(checks, { mend: 'sudo', deadlineMs: 20 });
    assert.deepEqual(
      findings.map(({ level, check, text }) => `${level} ${check} ${text}`),
      [
        'ok first well',
        'fail thrown could not be looked at: EIO',
        'fail endless could not be looked at within 20 ms',
        'ok last well',
      ],
    );
  });

  it('of a host where nothing is set up ends, has what to type, and changes nothing', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    const place = { folders, dir: folder.path, programFolders: [], uid: 0, now: Date.now() };
    const findings = await examine(place);
    const checks = new Set(findings.map(({ check }) => check));
    for (const check of ['kvm', 'tun', 'bridges', 'tenders', 'nats-server', 'clock', 'disk', 'bus'])
      assert.ok(checks.has(check), check);
    for (const finding of findings) {
      assert.doesNotMatch(finding.text, /\n|could not be looked at/);
      if (finding.level !== 'ok') assert.match(finding.mend, /^[^\n]+$/);
    }
    assert.deepEqual(await readdir(folder.path), []);
  });
});

describe('findings', () => {
  const findings = [passed('kvm', 'well'), warned('bridges', 'none', 'ip link')];

  it('are lines for people, with what to type below', () => {
    assert.deepEqual(findingLines(findings), [
      'ok    kvm      well',
      'warn  bridges  none',
      '      mend it: ip link',
      '1 ok, 1 warn, 0 fail',
    ]);
  });

  it('are objects of the same shape for programs', () => {
    assert.deepEqual(findings.map(findingToJson), [
      { level: 'ok', check: 'kvm', text: 'well', mend: null },
      { level: 'warn', check: 'bridges', text: 'none', mend: 'ip link' },
    ]);
  });
});
