import { StartError } from '@albatross/shared/runtime/run';
import { readFile } from 'node:fs/promises';

/** The token in a file, which is one word. Throws `StartError`, which never shows it. */
export async function readToken(file: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartError(`--token-file ${file} cannot be read (${why})`);
  }
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const what = text === '' ? 'is empty' : 'holds more than one word';
  throw new StartError(
    `--token-file ${file} ${what}; it takes a file with a token and nothing else`,
  );
}
