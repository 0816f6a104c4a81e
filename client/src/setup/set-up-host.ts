import { Failure } from '@albatross/shared/contracts/failures';
import type { Folders } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { StartError } from '@albatross/shared/runtime/run';
import { join, resolve } from 'node:path';
import { whoListens } from './bus-port.ts';
import { makeCertificates, type CertificateOptions, type Certificates } from './certificates.ts';
import { FileMachine } from './file-machine.ts';
import type { Machine } from './machine.ts';
import { natsFile } from './places.ts';
import { setUp, type SetUp, type SetUpOptions } from './set-up.ts';
import type { Step } from './step.ts';
import { systemAccounts } from './system-accounts.ts';

export interface HostSetup {
  /** Where the system finds them. */
  readonly installed: Folders;
  /** Of another system, of which only files are made; null is this one. */
  readonly root: string | null;
  /** Of the bus; null keeps the one it has. */
  readonly port: number | null;
  /** Null makes no certificates. */
  readonly certificates: CertificateOptions | null;
  /** Of this process. */
  readonly uid: number;
  /** PATH. */
  readonly path: string | undefined;
}

export interface DoneSetup extends SetUp {
  readonly certificates: Certificates | null;
  /** What is left to do, or to know. */
  readonly notes: readonly string[];
}

/** Sets this host up, or the files of another one. Throws a `Failure`. */
export async function setUpHost(host: HostSetup, onStep: (step: Step) => void): Promise<DoneSetup> {
  const { root, uid, path } = host;
  if (root === null && uid !== 0) {
    const message =
      'users and the folders of the system are made by root: type sudo albatross setup, or give --root';
    throw new Failure('FILE_UNWRITABLE', message);
  }
  const accounts = root === null ? systemAccounts(path) : null;
  const machine = new FileMachine({ accounts });
  const folders = root === null ? host.installed : below(resolve(root), host.installed);
  const folder = await makeFirst(folders.conf, machine);
  for (const step of folder) onStep(step);
  const lock = await lockSetup(folders.conf);
  try {
    const done = await setUpMachine({ ...host, folders }, machine, onStep);
    return { ...done, steps: [...folder, ...done.steps] };
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}

function below(root: string, { conf, run, state }: Folders): Folders {
  return { conf: join(root, conf), run: join(root, run), state: join(root, state) };
}

/** The folder that the lock is in; it belongs to whoever makes it, which is root on this system. */
async function makeFirst(conf: string, machine: Machine): Promise<readonly Step[]> {
  if ((await machine.look(conf)).kind !== 'nothing') return [];
  const root = { user: 'root', group: 'root', mode: 0o755 };
  const step = { kind: 'make-folder', path: conf, ...root } as const;
  await machine.carryOut(step, null);
  return [step];
}

/** The same on a machine of whatever kind. */
export async function setUpMachine(
  host: Omit<HostSetup, 'uid' | 'path'> & Pick<SetUpOptions, 'folders'>,
  machine: Machine,
  onStep: (step: Step) => void,
): Promise<DoneSetup> {
  const { folders, root, certificates: wanted } = host;
  const options = { ...host, hasAuthority: wanted !== null };
  const first = await setUp(options, machine, onStep);
  const notes = root === null ? [...restartNotes(first, folders), ...(await portNotes(first))] : [];
  if (wanted === null) return { ...first, certificates: null, notes };
  const certificates = await makeCertificates(folders, wanted);
  const issued = certificates.made.map((path) => ({ kind: 'issue', path }) as const);
  for (const step of issued) onStep(step);
  // Whoever made them is not whom they should belong to.
  await setUp(options, machine);
  return {
    ...first,
    steps: [...first.steps, ...issued],
    certificates,
    notes: [...notes, ...certificateNotes(certificates, root)],
  };
}

/** Of two at once, both would make keys, and the bus know those of one. */
async function lockSetup(conf: string): Promise<AsyncDisposable> {
  return await lockFile(join(conf, '.setup.lock'), 'albatross setup').catch((error: unknown) => {
    if (error instanceof StartError) throw new Failure('FILE_UNWRITABLE', error.message);
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure('FILE_UNWRITABLE', `${conf} cannot be written: ${why}`, { file: conf });
  });
}

function restartNotes({ steps }: SetUp, { conf }: Folders): readonly string[] {
  const isRewritten = steps.some(
    (step) => step.kind === 'rewrite-file' && step.path === natsFile(conf),
  );
  return isRewritten
    ? ['what runs knows of it after: systemctl restart albatross.target (unikernels go on)']
    : [];
}

async function portNotes({ port }: SetUp): Promise<readonly string[]> {
  return (await whoListens(port)) === 'somebody else'
    ? [`somebody else listens on port ${port}, where the bus should: give another one with --port`]
    : [];
}

function certificateNotes(certificates: Certificates, root: string | null): readonly string[] {
  const { made, keyFile, isRenewed, serverCertificate, unknownHosts } = certificates;
  const notes: string[] = [];
  if (made.includes(keyFile))
    notes.push(
      `take ${keyFile} off this host, to where you sign: whoever has it may order everything`,
    );
  if (made.includes(serverCertificate) && root === null)
    notes.push(
      isRenewed
        ? 'clients see it after: systemctl try-reload-or-restart albatross-tls-gateway (who is connected stays)'
        : 'TLS clients are let in after: systemctl start albatross-tls-gateway.socket',
    );
  if (unknownHosts.length > 0)
    notes.push(
      `${serverCertificate} is not for ${unknownHosts.join(', ')}: repeat this with --renew and all of its names`,
    );
  return notes;
}
