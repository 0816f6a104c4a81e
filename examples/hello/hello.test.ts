import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type HelloTarget, helloImage } from './src/index.ts';

const DEADLINE_MS = 30_000;
const TENDERS = { virtio: 'qemu-system-x86_64', spt: 'solo5-spt', hvt: 'solo5-hvt' } as const;

for (const target of ['virtio', 'spt', 'hvt'] as const) {
  describe(`hello.${target} on ${TENDERS[target]}`, () => {
    behaves(target, 'says who it is and exits with 0 when nothing is asked of it', async () => {
      const { lines, end } = await run(target, []);
      assert.deepEqual(lines, [`hello from ${target}`, 'Solo5: solo5_exit(0) called']);
      assert.equal(end, exited(target, 0));
    });

    behaves(target, 'repeats its arguments, prints lines, ticks and exits as asked', async () => {
      const started = performance.now();
      const words = ['tick=50', 'ticks=3', 'unknown', 'lines=2', '--name=web', 'exit=7'];
      const { lines, end } = await run(target, words);
      assert.deepEqual(lines, [
        `hello from ${target}`,
        ...words.map((word) => `argument: ${word}`),
        'line 1',
        'line 2',
        'tick 1',
        'tick 2',
        'tick 3',
        'Solo5: solo5_exit(7) called',
      ]);
      assert.equal(end, exited(target, 7));
      assert.ok(performance.now() - started >= 150);
    });

    behaves(target, 'loses nothing of a word longer than its line buffer', async () => {
      const word = 'x'.repeat(3000);
      const { lines } = await run(target, [word, 'exit=1']);
      assert.deepEqual(lines.slice(1, 3), [`argument: ${word}`, 'argument: exit=1']);
    });

    behaves(target, 'aborts', async () => {
      const { lines, end } = await run(target, ['abort']);
      assert.equal(lines.at(-1), 'Solo5: solo5_abort() called');
      assert.equal(end, exited(target, 255));
    });

    behaves(target, 'traps, which spt knows only as a signal', async () => {
      const { lines, end } = await run(target, ['fault']);
      if (target === 'spt') {
        assert.equal(lines.at(-1), 'argument: fault');
        assert.equal(end, 'SIGSEGV');
      } else {
        assert.match(lines.at(-1) ?? '', /^Solo5: trap: type=#PF ec=0x2 rip=0x[0-9a-f]+$/);
        assert.equal(end, exited(target, 255));
      }
    });

    behaves(target, 'refuses to be named when asked to', async () => {
      const { lines, end } = await run(target, ['--name=web', 'name=refuse', 'lines=1']);
      assert.deepEqual(lines.slice(-2), ['name refused', 'Solo5: solo5_exit(64) called']);
      assert.equal(end, exited(target, 64));
    });

    for (const word of ['lines=', 'tick=0', 'ticks=-1', 'exit=1x', 'lines=1000000000']) {
      behaves(target, `refuses ${word}`, async () => {
        const { lines, end } = await run(target, ['lines=1', word]);
        assert.deepEqual(lines.slice(-2), [
          `bad argument: ${word}`,
          'Solo5: solo5_exit(64) called',
        ]);
        assert.equal(end, exited(target, 64));
      });
    }

    behaves(target, 'ticks, floods and hangs until it is terminated', async () => {
      const endless = { 'tick=1': 'tick 20', flood: 'flood 200', hang: 'argument: hang' };
      for (const [word, lastLine] of Object.entries(endless)) {
        const { lines, end } = await run(target, [word], lastLine);
        assert.ok(lines.includes(lastLine));
        assert.ok(!lines.some((line) => line.startsWith('Solo5: ')));
        assert.equal(end, terminated(target), word);
      }
    });
  });
}

function behaves(target: HelloTarget, sentence: string, check: () => Promise<void>): void {
  it(sentence, async (t) => {
    const missing = whyCannotRun(target);
    if (missing === undefined) await check();
    else t.skip(missing);
  });
}

interface Ended {
  /** Whole lines only. */
  readonly lines: readonly string[];
  /** The tender's exit status, or the signal that ended it (SIGKILL: the deadline passed). */
  readonly end: number | NodeJS.Signals | null;
}

/** Runs hello to its end, or until `lastLine` is on its console: then the tender gets SIGTERM. */
async function run(
  target: HelloTarget,
  words: readonly string[],
  lastLine?: string,
): Promise<Ended> {
  const child = spawn(TENDERS[target], tenderArguments(target, words), {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    const isReached = lastLine !== undefined && text.includes(`\n${lastLine}\n`);
    if (isReached && !child.killed) child.kill();
  });
  await once(child, 'close');
  const lines = text.split('\n').slice(0, -1);
  return { lines, end: child.exitCode ?? child.signalCode };
}

function tenderArguments(target: HelloTarget, words: readonly string[]): string[] {
  const image = helloImage(target);
  if (target !== 'virtio') return ['--mem=16', '--', image, ...words];
  const machine = '-cpu Westmere -m 32 -nodefaults -machine acpi=off -display none -serial stdio';
  const device = ['-device', 'isa-debug-exit'];
  return [...machine.split(' '), ...device, '-kernel', image, '-append', words.join(' ')];
}

/** What the tender ends with when the guest exits: qemu with 83 whatever the guest's status. */
function exited(target: HelloTarget, status: number): number {
  return target === 'virtio' ? 83 : status;
}

function terminated(target: HelloTarget): number | NodeJS.Signals {
  const ends = { virtio: 0, spt: 'SIGTERM', hvt: 1 } as const;
  return ends[target];
}

function whyCannotRun(target: HelloTarget): string | undefined {
  const tender = TENDERS[target];
  if (spawnSync(tender, ['--version']).error !== undefined) return `${tender} is not installed`;
  if (target !== 'hvt') return undefined;
  try {
    closeSync(openSync('/dev/kvm', 'r+'));
    return undefined;
  } catch {
    return '/dev/kvm cannot be opened';
  }
}
