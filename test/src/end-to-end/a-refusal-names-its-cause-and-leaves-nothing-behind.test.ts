import { eventually } from '@albatross/shared/bus/testing/asserts';
import { isFailureCode, type FailureCode } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { buildImage } from '../../../libs/solo5/src/testing/build-image.ts';
import { entryTexts } from '../harness/console-entries.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { insideScratchKvm } from '../harness/scratch-kvm.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };

/** What `docs/errors.md` says of the exit status. */
const [REFUSED, UNREACHABLE, USAGE] = [117, 122, 124];

interface Refusal {
  readonly why: string;
  readonly words: readonly string[];
  readonly code: FailureCode;
  readonly status: number;
}

/** Files that are made for these tests, by name. */
const images = new Map<string, Uint8Array>([
  ['text', Buffer.from('#!/bin/sh\necho this is no unikernel\n')],
  ['empty', new Uint8Array()],
  ['truncated', (await readFile(helloImage('spt'))).subarray(0, 1000)],
  ['muen', buildImage({ target: 'muen' })],
  ['xen', buildImage({ target: 'xen' })],
  ['net', buildImage({ target: 'spt', devices: [{ name: 'service', kind: 'net' }] })],
  ['block', buildImage({ target: 'spt', devices: [{ name: 'storage', kind: 'block' }] })],
]);
const folder = await mkdtemp(join(tmpdir(), 'albatross-images-'));
for (const [name, bytes] of images) await writeFile(join(folder, name), bytes);
after(async () => await rm(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);
const spt = helloImage('spt');

const refusals: readonly Refusal[] = [
  ...ofImages({
    text: 'IMAGE_NOT_ELF',
    empty: 'IMAGE_EMPTY',
    truncated: 'IMAGE_TRUNCATED',
    muen: 'IMAGE_TARGET_UNSUPPORTED',
    xen: 'IMAGE_TARGET_UNSUPPORTED',
    // Devices that nobody gave are on what is called as they are.
    net: 'BRIDGE_NOT_FOUND',
    block: 'BLOCK_NOT_FOUND',
  }),
  ...['a/b', 'a_b', 'a'.repeat(64), 'foo:'].map((name) => ({
    why: `it is named ${name}`,
    words: ['create', name, spt],
    code: 'NAME_INVALID' as const,
    status: USAGE,
  })),
  usage('its name begins with "-", behind --', 'NAME_INVALID', 'create', '--', '-a', spt),
  usage('its name begins with "-"', 'USAGE_INVALID', 'create', '-a', spt),
  ...['0', '-1', '10TB', '1.5'].map((memory) =>
    usage(`its memory is ${memory}`, 'MEMORY_INVALID', 'create', 'a', spt, `--mem=${memory}`),
  ),
  refused('its memory is too much', 'POLICY_EXCEEDED', 'create', 'a', spt, '--mem', '10485760'),
  refused('its name is taken', 'UNIKERNEL_EXISTS', 'create', 'taken', spt),
  refused('its tender is absent', 'TENDER_NOT_FOUND', 'create', 'a', helloImage('virtio')),
  refused('its tender may not open /dev/kvm', 'DEVICE_ACCESS', 'create', 'a', helloImage('hvt')),
  usage('its image is not there', 'FILE_UNREADABLE', 'create', 'a', file('nosuch')),
  usage('its image is a folder', 'FILE_UNREADABLE', 'create', 'a', folder),
  usage('a word is missing', 'USAGE_INVALID', 'create', 'a'),
  usage('there is no such command', 'USAGE_INVALID', 'crate', 'a', spt),
  usage('there is no such option', 'USAGE_INVALID', 'info', '--nosuch'),
  refused('what is to be destroyed is not there', 'UNIKERNEL_NOT_FOUND', 'destroy', 'nobody'),
  refused('it never printed anything', 'CONSOLE_NOT_FOUND', 'console', 'nobody'),
  unreachable('there is no such folder', '--dir', file('nosuch'), 'info'),
];

/** One of the client's own and one of a service; the text is made in one place for all. */
const PRINTED_AS_TEXT = ['USAGE_INVALID', 'IMAGE_NOT_ELF'];

describe('a refusal', () => {
  const kvm = insideScratchKvm('0600');
  let system: RunningSystem;
  before(async () => {
    const tenders = await standInTender();
    const hvt = { 'solo5-hvt': (tenders['solo5-spt'] ?? '').replace(/spt$/, 'hvt') };
    const inside = 'words' in kvm ? kvm.words : [];
    system = await RunningSystem.start({ tenders: { ...tenders, ...hvt }, inside });
    await (await system.administrator()).create('taken', spt, 'hang');
    // What it leaves by itself is there before anything is refused.
    await eventually('its console is kept', () => system.traces().consoles.includes(':taken'));
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  for (const refusal of refusals) {
    it(`says so when ${refusal.why}`, DEADLINE, async (t) => {
      if (refusal.code === 'DEVICE_ACCESS' && 'why' in kvm) return t.skip(kvm.why);
      const before = system.traces();
      assertRefused(await system.albatross(...asJson(refusal.words)), refusal);
      assert.deepEqual(system.traces(), before);
    });
  }

  for (const code of PRINTED_AS_TEXT) {
    it(`is one line for people, as ${code}`, DEADLINE, async () => {
      const refusal = refusals.find((one) => one.code === code);
      assert.ok(refusal !== undefined);
      const { status, stdout, stderr } = await system.albatross(...refusal.words);
      assert.deepEqual([status, stdout], [refusal.status, '']);
      assert.match(stderr, new RegExp(`^[^\\n]+ \\[${code}\\]\\n$`));
    });
  }

  it(
    'is not what the label ".." meets, which is legal and stays in its folders',
    DEADLINE,
    async () => {
      const around = join(system.dir, '..');
      const before = new Set(readdirSync(around, { recursive: true, encoding: 'utf8' }));
      const administrator = await system.administrator();
      for (const name of ['..', 'foo:..']) {
        const { status, stderr } = await system.albatross('create', name, spt, '--arg', 'hang');
        assert.deepEqual([status, stderr], [0, '']);
        const texts = entryTexts(await administrator.console(name));
        assert.deepEqual(texts[1], 'hello from spt');
        assert.equal((await administrator.show(name)).state, 'running');
      }
      const made = readdirSync(around, { recursive: true, encoding: 'utf8' }).filter(
        (path) => !before.has(path),
      );
      for (const name of [':..', 'foo:..']) {
        const own = new RegExp(
          `^dir/(run/lives/${name}@\\d+|lib/(unikernels|console)/${name})(/\\w+)?$`,
        );
        assert.ok(made.filter((path) => own.test(path)).length > 3);
        for (const path of made.filter((path) => own.test(path)))
          made.splice(made.indexOf(path), 1);
      }
      assert.deepEqual(made, []);
      for (const name of ['..', 'foo:..']) await administrator.destroy(name);
    },
  );

  it('says so when the bus is not running', DEADLINE, async () => {
    const { dir } = system;
    await (await system.administrator()).destroyAll();
    const { status, stderr } = await system.stop();
    assert.equal(status, 0, stderr);
    const refusal = unreachable('', '--dir', dir, 'create', 'a', spt);
    assertRefused(await system.albatross(...asJson(refusal.words)), refusal);
  });
});

/** Behind `--` it would be no option. */
function asJson(words: readonly string[]): readonly string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.toSpliced(end, 0, '--json');
}

function assertRefused({ status, stdout, stderr }: Ended, refusal: Refusal): void {
  assert.equal(status, refusal.status, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^[^\n]+\n$/, 'one line');
  const { code, message, details, ...more } = JSON.parse(stderr);
  assert.deepEqual([code, more], [refusal.code, {}], message);
  assert.ok(isFailureCode(code));
  assert.match(message, /^[^\n]{10,}$/);
  assert.doesNotMatch(message, /\bat .*:\d+:\d+|\bError:/);
  assert.equal(typeof details, 'object');
}

function ofImages(codes: Readonly<Record<string, FailureCode>>): readonly Refusal[] {
  return Object.entries(codes).map(([name, code]) =>
    refused(`its image is ${name}`, code, 'create', 'a', file(name)),
  );
}

function refused(why: string, code: FailureCode, ...words: readonly string[]): Refusal {
  return { why, words, code, status: REFUSED };
}

function usage(why: string, code: FailureCode, ...words: readonly string[]): Refusal {
  return { why, words, code, status: USAGE };
}

function unreachable(why: string, ...words: readonly string[]): Refusal {
  return { why, words, code: 'BUS_UNREACHABLE', status: UNREACHABLE };
}
