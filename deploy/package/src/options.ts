import { VERSION } from '@albatross/shared/runtime/version';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  /** Where the package is put; made if it is not there. */
  readonly folder: string;
  readonly version: string;
  /** As in `somebody <somebody@example.org>`. */
  readonly maintainer: string;
  /** Of everything in it, in seconds since 1970; null is that of the last commit. */
  readonly epoch: number | null;
}

/** One line for people. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));
const MAINTAINER = 'albatross contributors <contributors@albatross.invalid>';

export const USAGE = `usage: npm run package [-- [--package-version VERSION] [FOLDER]]

  FOLDER                     where the package is put; dist unless given
  --package-version VERSION  the version it has; ${VERSION} unless given

DEBFULLNAME and DEBEMAIL name whoever answers for it, SOURCE_DATE_EPOCH the time of its files, which is otherwise
that of the last commit.
`;

/** Null is to print the usage. Throws `OptionsError`. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [folder = DIST, ...rest] = positionals;
  if (folder === '' || rest.length > 0)
    throw new OptionsError(`it takes one folder, as in npm run package -- FOLDER`);
  const version = values['package-version'] ?? VERSION;
  // Of dpkg: it begins with a digit, and has no blanks.
  if (!/^\d[A-Za-z0-9.+~-]*$/.test(version))
    throw new OptionsError(`${JSON.stringify(version)} is no version, as ${VERSION} is`);
  const { DEBFULLNAME: name, DEBEMAIL: email, SOURCE_DATE_EPOCH: epoch } = env;
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch))
    throw new OptionsError(`SOURCE_DATE_EPOCH is ${epoch}; it is seconds since 1970`);
  return {
    folder: resolve(folder),
    version,
    maintainer: email === undefined ? MAINTAINER : `${name ?? 'somebody'} <${email}>`,
    epoch: epoch === undefined ? null : Number(epoch),
  };
}

function parse(args: readonly string[]) {
  const options = { 'package-version': { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}
