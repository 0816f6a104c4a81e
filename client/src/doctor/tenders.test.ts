import { foldersOf } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { checkTenders, judgeTenders, mayBeRun } from './tenders.ts';

const said = (text: string) => ({ kind: 'said', text }) as const;

describe('the findings about tenders', () => {
  it('fail when there is none at all', () => {
    const findings = judgeTenders([]);
    assert.deepEqual(
      findings.map(({ level }) => level),
      ['fail'],
    );
  });

  it('tell ABI versions, and warn about those that are missing', () => {
    const findings = judgeTenders([
      { target: 'hvt', path: '/bin/hvt', answer: said('tender, version 1\nABI version 2\n') },
      { target: 'virtio', path: '/bin/qemu', answer: said('QEMU emulator version 7.2.22 (D)\n') },
    ]);
    assert.deepEqual(
      findings.map(({ level, text }) => `${level} ${text}`),
      [
        'ok /bin/hvt, ABI version 2',
        'warn solo5-spt is not installed; images built for spt cannot run',
        'ok /bin/qemu, 7.2.22',
      ],
    );
  });

  it('tell a tender of another version, one that says none, and one that does not answer', () => {
    const levels = [
      said('ABI version 1\n'),
      said('hello'),
      { kind: 'silent', why: 'failed' },
    ] as const;
    assert.deepEqual(
      levels.map((answer) => judgeTenders([{ target: 'spt', path: '/spt', answer }])[1]?.level),
      ['warn', 'fail', 'fail'],
    );
  });

  it('come from the folder of the state first, and from a version of its own before the plain one', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    const bin = folder.file('bin');
    await mkdir(folders.state);
    await mkdir(bin);
    const tender = (version: number): string => `#!/bin/sh\necho "ABI version ${version}" >&2\n`;
    await writeFile(`${bin}/solo5-hvt`, tender(1), { mode: 0o755 });
    await writeFile(`${bin}/solo5-hvt.2`, tender(2), { mode: 0o755 });
    await writeFile(`${bin}/solo5-spt`, tender(1), { mode: 0o755 });
    await writeFile(`${folders.state}/solo5-spt`, tender(2), { mode: 0o755 });
    const uid = process.getuid?.() ?? 0;
    const place = { folders, dir: folder.path, programFolders: [bin], uid, now: 0 };
    const texts = (await checkTenders(place)).map(({ text }) => text);
    assert.deepEqual(texts.slice(0, 2), [
      `${bin}/solo5-hvt.2, ABI version 2`,
      `${folders.state}/solo5-spt, ABI version 2`,
    ]);
  });

  it('are never of programs that somebody else may change', () => {
    const folder = (uid: number, mode: number) =>
      ({ kind: 'there', type: 'folder', mode, uid, gid: 0 }) as const;
    assert.equal(mayBeRun(folder(0, 0o755), 0), true);
    assert.equal(mayBeRun(folder(0, 0o755), 1000), true);
    assert.equal(mayBeRun(folder(1000, 0o755), 1000), true);
    assert.equal(mayBeRun(folder(1000, 0o755), 0), false);
    assert.equal(mayBeRun(folder(0, 0o777), 0), false);
    assert.equal(mayBeRun({ kind: 'missing' }, 0), false);
  });
});
