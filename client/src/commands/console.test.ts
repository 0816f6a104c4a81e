import type { Bus } from '@albatross/shared/bus/bus';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { lines, ToyConsole } from '@albatross/shared/bus/testing/toy-console';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { Command } from 'commander';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Line } from '../colour.ts';
import { addCommonOptions } from '../common-options.ts';
import { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { addConsole } from './console.ts';
import { addInactiveConsoles } from './inactive-consoles.ts';

const ALBATROSS = fileURLToPath(new URL('../../bin/albatross.mjs', import.meta.url));

let dir: string;
let server: RealServer;
let bus: Bus;
let toy: ToyConsole;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'albatross-console-command-'));
  server = await RealServer.start();
  const folders = foldersOf(dir);
  const key = keyFile(folders, 'admin');
  await mkdir(dirname(key), { recursive: true });
  await writeFile(busUrlFile(folders), server.url);
  await writeFile(key, server.seed('admin'));
  bus = await server.connect('console');
  toy = await ToyConsole.start(bus);
  toy.of('hello', lines(1, 4));
  toy.of('foo:wild', [wild]);
  toy.of('foo:old', lines(1, 2)).isActive = false;
  toy.of('older', lines(1, 3)).isActive = false;
});
after(async () => {
  await bus[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const BYTES = Uint8Array.from([0x1b, 0x5b, 0x32, 0x4a, 0xc2, 0x9b, 0xff]);
const wild: ConsoleEntry = {
  seq: 1,
  at: 1500,
  entry: { kind: 'line', bytes: BYTES, truncated: false },
};

/** Prints where the test can see it. */
class Paper extends Output {
  printed: string[] = [];
  notes: string[] = [];

  override line(line: Line): void {
    this.printed.push(String(line));
  }

  override json(value: unknown): void {
    this.printed.push(JSON.stringify(value));
  }

  override note(text: string): void {
    this.notes.push(text);
  }
}

const textPaper = new Paper({ isJson: false });
const jsonPaper = new Paper({ isJson: true });

async function albatross(...args: readonly string[]): Promise<Paper> {
  const output = args.includes('--json') ? jsonPaper : textPaper;
  [output.printed, output.notes] = [[], []];
  const session: Session = { invokedAs: 'albatross', output, env: { ALBATROSS_DIR: dir } };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const add of [addConsole, addInactiveConsoles]) add(program, session);
  for (const command of program.commands) addCommonOptions(command);
  await program.parseAsync([...args], { from: 'user' });
  return output;
}

describe('albatross console', () => {
  it('shows what one unikernel printed without its name', async () => {
    const { printed } = await albatross('console', 'hello', '--count', '2');
    assert.deepEqual(printed, [
      '1970-01-01T00:00:03.000Z line 3',
      '1970-01-01T00:00:04.000Z line 4',
    ]);
  });

  it('shows what those at and below a path printed with their names, by time', async () => {
    const { printed } = await albatross('console', 'foo:', '--count', '1');
    assert.deepEqual(printed, [
      'foo:wild 1970-01-01T00:00:01.500Z \\x1b[2J\\u009b\\xff',
      'foo:old 1970-01-01T00:00:02.000Z line 2',
    ]);
    const all = await albatross('console', ':', '--since', '1970-01-01T00:00:03Z', '--json');
    assert.deepEqual(
      all.printed.map((json) => (JSON.parse(json) as { readonly name: string }).name),
      ['hello', 'older', 'hello'],
    );
  });

  it('says that there is nothing below a path', async () => {
    const { printed, notes } = await albatross('console', 'bar:');
    assert.deepEqual([printed, notes], [[], ['nothing is kept of what is at and below bar:']]);
  });

  it('takes only one of --raw and --json', async () => {
    const both = albatross('console', 'hello', '--raw', '--json');
    assert.equal(await failureCode(both), 'USAGE_INVALID');
    assert.equal(await failureCode(albatross('console', 'a b')), 'NAME_INVALID');
  });

  it('prints the bytes of the unikernel, and nothing else, with --raw', async () => {
    const child = spawn(process.execPath, [ALBATROSS, 'console', 'foo:wild', '--raw'], {
      env: { ...env, ALBATROSS_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
    const [status] = (await once(child, 'close')) as [number];
    assert.equal(status, 0);
    assert.deepEqual(Buffer.concat(chunks), Buffer.concat([BYTES, Buffer.from('\n')]));
  });
});

describe('albatross console --follow with a reader that reads nothing for a while', () => {
  it('keeps little, asks for little, and shows everything that is kept, with a gap for the rest', async () => {
    const flood = toy.of('flood:a', lines(1, 1));
    const child = spawn(process.execPath, [ALBATROSS, 'console', 'flood:', '--follow', '--json'], {
      env: { ...env, ALBATROSS_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await eventually('the history is shown', () => text.includes('line 1'), 30_000);
    child.stdout.pause();
    const before = memoryKib(child.pid ?? 0);
    for (let count = 0; count < 400; count += 1) {
      flood.print(250);
      flood.entries = flood.entries.slice(-1000);
      await bus.flush();
    }
    const { length: asked } = toy.asked;
    const grown = memoryKib(child.pid ?? 0) - before;
    child.stdout.resume();
    await eventually('the last is shown', () => text.includes(`line ${flood.newest}"`), 60_000);
    child.kill('SIGINT');
    await once(child, 'close');
    const seqs = text
      .trimEnd()
      .split('\n')
      .map((json) => JSON.parse(json) as { readonly seq: number; readonly marker: string | null });
    assertGapless(seqs);
    assert.ok(seqs.some(({ marker }) => marker === 'gap'));
    assert.ok(seqs.length < 50_000, `${seqs.length} were shown`);
    // 100,000 lines take more than 10 MiB of JSON, and as many objects a multiple of it.
    assert.ok(grown < 100 * 1024, `it grew by ${grown} KiB`);
    assert.ok(toy.asked.length - asked < 1000);
  });
});

/** Resident, at most until now. */
function memoryKib(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function assertGapless(
  entries: readonly { readonly seq: number; readonly marker: string | null }[],
): void {
  for (const [index, { seq, marker }] of entries.entries()) {
    const before = entries[index - 1]?.seq ?? 0;
    if (marker === 'gap') assert.ok(seq > before, `${seq} after ${before}`);
    else assert.equal(seq, before + 1);
  }
}

describe('albatross inactive-consoles', () => {
  it('shows those that nothing is read from, and when they last spoke', async () => {
    assert.deepEqual((await albatross('inactive-consoles')).printed, [
      'NAME     LAST                  BYTES',
      'foo:old  1970-01-01T00:00:02Z  20',
      'older    1970-01-01T00:00:03Z  30',
    ]);
    assert.deepEqual((await albatross('inactive-consoles', '-p', 'foo', '--json')).printed, [
      '[{"name":"foo:old","isActive":false,"bytes":20,"lastAt":"1970-01-01T00:00:02.000Z"}]',
    ]);
    assert.deepEqual((await albatross('inactive-consoles', '--path', 'bar:')).printed, [
      'no consoles',
    ]);
  });
});
