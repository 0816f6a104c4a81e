import { Failure } from '@albatross/shared/contracts/failures';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AccountsFile } from './machine.ts';

/** To look up or make an account takes so long at most, wherever accounts are kept. */
export const ACCOUNT_MS_MAX = 60_000;

/** Where the programs are that only root has in its PATH. */
const SBIN = '/usr/sbin:/sbin';

/** Through getent(1), groupadd(8) and useradd(8), found in `path`; they know of other places than /etc/passwd, too. */
export function systemAccounts(path = '/usr/bin:/bin'): AccountsFile {
  const run = async (program: string, ...words: readonly string[]): Promise<string> => {
    const options = {
      env: { PATH: `${path}:${SBIN}`, LC_ALL: 'C.UTF-8' },
      timeout: ACCOUNT_MS_MAX,
    };
    const { stdout } = await promisify(execFile)(program, words, options);
    return stdout;
  };
  return {
    read: async (users, groups) => ({
      users: idsIn(await entries(run, 'passwd', users)),
      groups: idsIn(await entries(run, 'group', groups)),
    }),
    addGroup: async (name) => await adding(run('groupadd', '--system', name)),
    addUser: async (name) => {
      const bare = [
        '--no-create-home',
        '--home-dir',
        '/nonexistent',
        '--shell',
        '/usr/sbin/nologin',
      ];
      await adding(run('useradd', '--system', '--gid', name, ...bare, name));
    },
  };
}

/** Of getent, when one of the names is not known; the others are told. */
const SOME_UNKNOWN = 2;

async function entries(
  run: (program: string, ...words: readonly string[]) => Promise<string>,
  database: 'passwd' | 'group',
  names: readonly string[],
): Promise<string> {
  return await run('getent', database, 'root', ...names).catch((error: unknown) => {
    const { code, stdout } = error as { readonly code?: unknown; readonly stdout?: string };
    if (code === SOME_UNKNOWN) return stdout ?? '';
    throw new Failure(
      'FILE_UNREADABLE',
      `the accounts of this host cannot be read: ${whyOf(error)}`,
    );
  });
}

/**
 * ```abnf
 * line = name ":" password ":" id *(":" field) LF   ; of passwd(5) and group(5)
 * ```
 */
function idsIn(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name = '', , id = ''] = line.split(':');
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : [];
    }),
  );
}

async function adding(made: Promise<unknown>): Promise<void> {
  await made.catch((error: unknown) => {
    throw new Failure('FILE_UNWRITABLE', `an account cannot be made: ${whyOf(error)}`);
  });
}

/** What the program said itself, in one line. */
function whyOf(error: unknown): string {
  const { stderr = '', code } = error as { readonly stderr?: string; readonly code?: unknown };
  if (code === 'ENOENT') return 'there is no groupadd, useradd or getent in PATH';
  return stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || String(error);
}
