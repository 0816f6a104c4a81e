import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateAuthority } from '../authority.ts';
import { IssueError } from '../issue-error.ts';
import { writeRequestFile } from '../request-file.ts';
import { revoke } from '../revoke.ts';
import { sign } from '../sign.ts';

/**
 * Makes an authority, a request, a certificate and a revocation list, in one new folder after the other below
 * the one it is given. Each line it prints is the folder it is about to begin with.
 *
 * `limits` gives each folder a few bytes more that a file may have, and ends; `forever` gives all of them
 * as many as they like, until somebody kills it.
 */
const [base = '', mode = ''] = process.argv.slice(2);

const FILE_BYTES_STEP = 16;
const LIMITED_FOLDERS = 50;

for (let count = 0; mode === 'forever' || count < LIMITED_FOLDERS; count += 1) {
  const folder = join(base, `${count}`);
  await mkdir(folder);
  process.stdout.write(`${folder}\n`);
  if (mode === 'limits') limitFiles(count * FILE_BYTES_STEP);
  await work(folder).catch((error: unknown) => {
    if (!(error instanceof IssueError && error.code === 'FILE_UNWRITABLE')) throw error;
  });
}

async function work(folder: string): Promise<void> {
  const now = Date.now();
  const databaseFile = join(folder, 'database');
  const days = { days: 3650, serverDays: 365 };
  const names = { name: 'ca', server: 'server' };
  await generateAuthority({ ...names, ...days, folder, databaseFile, keyType: 'ed25519', now });
  const command = { kind: 'unikernel-info', form: 'newest' } as const;
  const asked = { commonName: 'hello', command, folder, keyType: 'ed25519' } as const;
  const { requestFile } = await writeRequestFile(asked);
  const issuer = { certificateFile: join(folder, 'cacert.pem'), keyFile: join(folder, 'ca.key') };
  const { file } = await sign({ ...issuer, databaseFile, requestFile, folder, days: null, now });
  const target = { kind: 'certificate', file } as const;
  const listFile = join(folder, 'ca.crl');
  await revoke({ ...issuer, databaseFile, listFile, target, days: 365, now });
}

/** What is written beyond that fails, as on a full disk, but for one of these files at a time. */
function limitFiles(bytes: number): void {
  const limit = `--fsize=${bytes}:unlimited`;
  const { status, error } = spawnSync('prlimit', ['--pid', `${process.pid}`, limit]);
  if (status !== 0) throw error ?? new Error(`prlimit ended with ${status}`);
}
