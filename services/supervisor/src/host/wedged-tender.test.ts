import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it, type TestContext } from 'node:test';
import { readBootId, standingOf } from './process-standing.ts';

const HELLO = fileURLToPath(
  new URL('../../../../examples/hello/images/hello.hvt', import.meta.url),
);
const HVT = 'solo5-hvt';

/** Ends its first thread while another goes on. */
const PROGRAM = `
#include <pthread.h>
#include <unistd.h>
static void *stay(void *unused) {
  for (;;) pause();
  return unused;
}
int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, stay, NULL) != 0) return 1;
  pthread_exit(NULL);
}
`;

it('a process of which only a thread is left is wedged until it is killed', async (t) => {
  const program = await compiled(t);
  if (program === null) return t.skip('there is no C compiler');
  await assertWedges(t, spawn(program, { stdio: 'ignore' }));
});

it('a real solo5-hvt that nobody hears any more is wedged, where the kernel adds a thread', async (t) => {
  const why = whyNoHvt();
  if (why !== null) return t.skip(why);
  // What our fifo spares it: a console whose last reader goes, and no SIGPIPE to tell it by.
  const words = ['-c', 'trap "" PIPE; exec "$0" --mem=2 "$1" flood', HVT, HELLO];
  const hvt = spawn('/bin/sh', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(hvt.stdout, 'data');
  const threads = parseProcessStat(readFileSync(`/proc/${hvt.pid}/stat`, 'utf8'))?.threads ?? 1;
  if (threads === 1) {
    hvt.kill('SIGKILL');
    return t.skip('the kernel adds no thread to a virtual machine here');
  }
  hvt.stdout.destroy();
  // What it would end of does nothing any more.
  await assertWedges(t, hvt, () => hvt.kill('SIGTERM'));
});

async function assertWedges(
  t: TestContext,
  child: ChildProcess,
  beforeKill: () => void = () => undefined,
): Promise<void> {
  const { pid } = child;
  assert.ok(pid !== undefined);
  let isEnded = false;
  const ended = once(child, 'exit').then(() => (isEnded = true));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lineOf = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
  const stat = parseProcessStat(lineOf());
  assert.ok(stat !== null);
  const process = { pid, startTicks: stat.startTicks, bootId: readBootId() };
  await eventually('its first thread has ended', () => lineOf().includes(') Z '));
  assert.equal(standingOf(process), 'wedged');
  beforeKill();
  assert.equal(standingOf(process), 'wedged');
  // Nobody is told of its end.
  assert.equal(isEnded, false);
  child.kill('SIGKILL');
  await ended;
  assert.equal(standingOf(process), 'gone');
}

/** Gone with the test; null without a compiler. */
async function compiled(t: TestContext): Promise<string | null> {
  if (spawnSync('gcc', ['--version']).error !== undefined) return null;
  const folder = await mkdtemp(join(tmpdir(), 'albatross-wedged-'));
  t.after(async () => await rm(folder, { recursive: true }));
  const [source, program] = [join(folder, 'wedged.c'), join(folder, 'wedged')];
  writeFileSync(source, PROGRAM);
  execFileSync('gcc', ['-pthread', '-o', program, source]);
  return program;
}

function whyNoHvt(): string | null {
  const { error, stderr } = spawnSync(HVT, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || stderr.includes('stand-in')) return `there is no real ${HVT} in PATH`;
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return null;
  } catch {
    return '/dev/kvm cannot be opened';
  }
}
