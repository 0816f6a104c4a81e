import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { History } from './history.ts';
import { data, show } from './testing/entries.ts';
import type { Note } from './transcript.ts';

/** What the first version wrote. It stays as it is, whatever later versions write. */
const FIRST = join(import.meta.dirname, 'testing', 'history-of-format-1');
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const AT = 1_700_000_000_000;

/** Every kind of note there is, and a line that was under way. */
const NOTES: readonly Exclude<Note, { kind: 'start' }>[] = [
  { kind: 'boot', at: AT, life: 7 },
  data('Hello\nWor', AT + 1),
  data('ld \xfc\n', AT + 2),
  { kind: 'dropped', at: AT + 3, lines: 12, isMidLine: false },
  { kind: 'gap', at: AT + 4, why: 'the supervisor was away' },
  { kind: 'rest' },
  { kind: 'exit', at: AT + 5, life: 7, why: 'status 3' },
  { kind: 'boot', at: AT + 6, life: 8 },
  data('under w', AT + 7),
];

function filesOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

const now = (): number => AT;

describe('a history that version 1 wrote down', () => {
  it('is what is written now; otherwise raise the format, keep these files, and add others beside them', async () => {
    await using folder = await TemporaryFolder.make();
    {
      using history = History.open(folder.file('written'), { now });
      for (const note of NOTES) history.append(note);
    }
    assert.deepEqual(filesOf(folder.file('written')), filesOf(FIRST));
  });

  it('is read, and gone on with where it ended', async () => {
    await using folder = await TemporaryFolder.make();
    cpSync(FIRST, folder.file('kept'), { recursive: true });
    using history = History.open(folder.file('kept'), { now });
    history.append(data('ay\n', AT + 8));
    const { entries } = history.read(
      { kind: 'after', seq: 0 },
      { entries: Infinity, bytes: Infinity },
    );
    assert.deepEqual(entries.map(show), [
      '1 <boot 7>',
      '2 Hello',
      '3 World \xc3\xbc',
      '4 <dropped 12>',
      '5 <gap>',
      '6 <exit 7 status 3>',
      '7 <boot 8>',
      '8 under way',
    ]);
  });
});

it('histories that a newer version wrote stay as they are, and the console does not start', async () => {
  await using folder = await TemporaryFolder.make();
  const histories = folder.file('lib/console');
  const kept = join(histories, ':hello');
  mkdirSync(kept, { recursive: true });
  // Which this one would take for a torn end, and cut off.
  writeFileSync(join(kept, '1'), Buffer.concat([readFileSync(join(FIRST, '1')), Buffer.from([9])]));
  writeFileSync(join(histories, 'format'), '2\n');
  const before = filesOf(kept);
  const words = [`ALBATROSS_DIR=${folder.path}`, process.execPath, ...LOADER, MAIN];
  const service = spawn('env', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [status]] = await Promise.all([text(service.stderr), once(service, 'exit')]);
  assert.equal(status, 1);
  assert.equal(
    said,
    `console: ${histories}/format says that ${histories} is of format 2, and this program knows 1: a newer albatross wrote it, which has to be started instead; or put back the folder from before. Nothing in it was touched\n`,
  );
  assert.deepEqual(filesOf(kept), before);
});
