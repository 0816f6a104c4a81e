import { execFile } from 'node:child_process';

/** A program that has not answered by then is killed. */
export const ASK_PROGRAM_DEADLINE_MS = 5_000;
/** Of an answer; more ends the program. */
export const PROGRAM_ANSWER_BYTES_MAX = 65_536;

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
