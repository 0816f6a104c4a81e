import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that has not answered by then is killed. */
export const ASK_PROGRAM_DEADLINE_MS = 5_000;
/** Of an answer; more ends the program. */
export const PROGRAM_ANSWER_BYTES_MAX = 65_536;

/** The first executable file of this name; null when there is none. */
export async function findProgram(
  name: string,
  folders: readonly string[],
): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export type Answer =
  /** What it printed, on stdout and stderr. */
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'silent'; readonly why: string };

/** Never throws. */
export async function askProgram(
  path: string,
  args: readonly string[],
  deadlineMs = ASK_PROGRAM_DEADLINE_MS,
): Promise<Answer> {
  const options = {
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    maxBuffer: PROGRAM_ANSWER_BYTES_MAX,
    cwd: '/',
  } as const;
  return await new Promise((resolve) => {
    execFile(path, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ kind: 'said', text: stdout + stderr });
      const why = error.killed === true ? `did not answer within ${deadlineMs} ms` : 'failed';
      resolve({ kind: 'silent', why });
    });
  });
}
