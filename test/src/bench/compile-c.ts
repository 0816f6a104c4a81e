import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Makes a program of one file of C. Rejects where that cannot be done, as without a compiler. */
export async function compileC(
  source: string,
  program: string,
  further: readonly string[] = [],
): Promise<void> {
  await promisify(execFile)('gcc', ['-O2', '-std=gnu11', '-o', program, source, ...further]);
}
