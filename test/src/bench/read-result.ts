import { StartError } from '@albatross/shared/runtime/run';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { benchResult, type BenchResult } from './result.ts';

/** What `--json` wrote. Throws a `StartError` that says what is wrong with the file. */
export async function readResult(file: string): Promise<BenchResult> {
  try {
    return parseResult(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new StartError(`${file} is no result of npm run bench -- --json: ${why}`);
  }
}

/** The same, to compare with. Throws a `StartError` for one of `--quick`, too. */
export async function readBaseline(file: string): Promise<BenchResult> {
  const result = await readResult(file);
  if (result.isQuick)
    throw new StartError(`${file} was made with --quick: its figures mean nothing to compare with`);
  return result;
}

function parseResult(text: string): BenchResult {
  return benchResult.parse(JSON.parse(text));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
