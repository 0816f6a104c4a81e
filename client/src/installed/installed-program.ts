import { join } from 'node:path';

/** Set where the client is built: the files' names, which tell their contents apart from others. */
declare const PROGRAM: InstalledProgram;

/** The files of a program. */
export interface InstalledProgram {
  /** The chunks that the command that is given most takes. */
  readonly often: string;
  /** All others. */
  readonly rest: string;
}

/** Beside whatever runs them. */
export function installedProgram(): InstalledProgram {
  return { often: join(__dirname, PROGRAM.often), rest: join(__dirname, PROGRAM.rest) };
}
