import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Writes the program `albatross` into a folder for PATH, as a shell finds it. */
export async function installProgram(folder: string, words: readonly string[]): Promise<void> {
  const file = join(folder, 'albatross');
  await writeFile(file, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(file, 0o755);
}

/** What a bash that has read the script offers when the key is pressed at the end of the line. */
export async function bashOffers(
  script: string,
  line: string,
  { path = '' }: { readonly path?: string } = {},
): Promise<readonly string[]> {
  const program = [
    `source "$1"; COMP_LINE=$2; shift 2`,
    'COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_POINT=${#COMP_LINE}',
    '_albatross albatross "${COMP_WORDS[COMP_CWORD]}" ""',
    'if ((${#COMPREPLY[@]})); then printf "%s\\n" "${COMPREPLY[@]}"; fi',
  ].join('\n');
  const words = [
    '--norc',
    '--noprofile',
    '-c',
    program,
    'bash',
    script,
    line,
    ...brokenWords(line),
  ];
  const { stdout, stderr } = await promisify(execFile)('bash', words, {
    env: { PATH: `${path}:/usr/bin:/bin` },
  });
  return [...stdout.split('\n'), ...stderr.split('\n')].filter((offer) => offer !== '');
}

/** As bash breaks a line without quotes: at blanks, and before and behind colons and equal signs. */
function brokenWords(line: string): readonly string[] {
  const words = line.match(/[:=]+|[^\s:=]+/g) ?? [];
  return /\s$/.test(line) ? [...words, ''] : words;
}
