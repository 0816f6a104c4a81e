import { isPathName, NameError, parseName, type PathName } from '@albatross/shared/domain/name';
import type { NameForm } from '@albatross/shared/domain/unikernel';
import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { readLogLevel, type LogLevel } from '@albatross/shared/runtime/logger';
import { StartError } from '@albatross/shared/runtime/run';

export interface Config {
  readonly folders: Folders;
  readonly logLevel: LogLevel;
  /** Where tenders are looked for. */
  readonly path: string;
  /** How guests are told their name. */
  readonly nameForm: NameForm;
  /** Paths whose unikernels may use ZFS volumes. */
  readonly zvolPaths: readonly PathName[];
  /** Users for tenders; null when started by an ordinary user. */
  readonly tenderUids: { readonly first: number; readonly count: number } | null;
}

const TENDER_UIDS_DEFAULT = '700000:65536';
/** The number that stands for no user. */
const UID_END = 2 ** 32 - 1;

/** Throws `StartError`. */
export function readConfig(env: NodeJS.ProcessEnv, uid: number): Config {
  return {
    folders: foldersOf(env['ALBATROSS_DIR']),
    logLevel: readLogLevel(env['ALBATROSS_LOG_LEVEL']),
    path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    nameForm: readNameForm(env['ALBATROSS_NAME_FORM']),
    zvolPaths: readPaths(env['ALBATROSS_ZVOL_PATHS'] ?? ''),
    tenderUids: uid === 0 ? readUids(env['ALBATROSS_TENDER_UIDS'] ?? TENDER_UIDS_DEFAULT) : null,
  };
}

function readNameForm(text = 'label'): NameForm {
  if (text === 'label' || text === 'full') return text;
  throw new StartError(`ALBATROSS_NAME_FORM is ${text}; it is label or full`);
}

/** Separated by blanks, each as in `foo:`; the root is `:`. */
function readPaths(text: string): readonly PathName[] {
  return text.split(' ').flatMap((word) => (word === '' ? [] : [readPath(word)]));
}

function readPath(word: string): PathName {
  try {
    const name = parseName(word);
    if (isPathName(name)) return name;
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
  }
  throw new StartError(`ALBATROSS_ZVOL_PATHS has ${word}; it holds paths, as in "foo: foo:bar:"`);
}

function readUids(text: string): { readonly first: number; readonly count: number } {
  const match = /^(?<first>[1-9]\d{0,9}):(?<count>[1-9]\d{0,9})$/.exec(text);
  if (match?.groups === undefined) {
    throw new StartError(
      `ALBATROSS_TENDER_UIDS is ${text}; it is FIRST:COUNT, as in ${TENDER_UIDS_DEFAULT}`,
    );
  }
  const [first, count] = [Number(match.groups['first']), Number(match.groups['count'])];
  if (first + count > UID_END) {
    throw new StartError(`ALBATROSS_TENDER_UIDS is ${text}; users are numbers below ${UID_END}`);
  }
  return { first, count };
}
