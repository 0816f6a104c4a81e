import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@albatross/shared/bus/testing/asserts';

const TOLD_WITHIN_MS = 30_000;

/**
 * Part of every Node that is started with these options: at SIGUSR2 it throws away what nobody holds any more, and
 * tells what is left. All else is as it is installed.
 */
const TELLER = `
const { renameSync, writeFileSync } = require('node:fs');
process.on('SIGUSR2', () => {
  require('node:v8').setFlagsFromString('--expose-gc');
  const collect = require('node:vm').runInNewContext('gc');
  // What a finalizer lets go is collected the second time.
  collect();
  setImmediate(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const file = FOLDER + '/' + process.pid;
    writeFileSync(file + '.draft', String(heapUsed + external));
    renameSync(file + '.draft', file);
  });
});
`;

/** What processes under Node hold, to the byte: their memory says little about that. */
export class HeapTeller {
  /** For NODE_OPTIONS. */
  readonly nodeOptions: string;
  readonly #folder: string;

  /** `folder`: for its files. */
  constructor(folder: string) {
    this.#folder = mkdtempSync(join(folder, 'heaps-'));
    const file = join(this.#folder, 'teller.cjs');
    writeFileSync(file, TELLER.replace('FOLDER', JSON.stringify(this.#folder)));
    this.nodeOptions = `--require=${file}`;
  }

  /** Bytes that it holds, of its heap and beside it. */
  async ask(pid: number): Promise<number> {
    const file = join(this.#folder, String(pid));
    rmSync(file, { force: true });
    process.kill(pid, 'SIGUSR2');
    await eventually(`process ${pid} tells`, () => existsSync(file), TOLD_WITHIN_MS);
    return Number(readFileSync(file, 'utf8'));
  }
}
