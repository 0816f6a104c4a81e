import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * A script of a program, with what V8 made of it another time if that is kept beside it. Without that V8 makes it
 * again, which takes longer; it takes none of another version, or that was cut off.
 */
export function readProgram(file: string): Script {
  const cachedData = keptCode(file);
  // It is ASCII all through: nothing has to be decoded.
  const source = readFileSync(file, 'latin1');
  return new Script(source, { filename: file, ...(cachedData === null ? {} : { cachedData }) });
}

/**
 * Where that is kept. V8 believes what it is given: of the program it compares the length only, so programs of
 * other contents have other names.
 */
export function codeFile(file: string): string {
  return `${file}.${process.version}-${process.arch}.cache`;
}

function keptCode(file: string): Buffer | null {
  try {
    return readFileSync(codeFile(file));
  } catch {
    return null;
  }
}
