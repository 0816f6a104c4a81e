import { shellWord } from '@albatross/shared/runtime/shell-word';
import { join } from 'node:path';
import { sudoDoctor } from './bus.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { listFolder, lookAt, type Looked } from './look-at.ts';
import { startCommand } from './start-command.ts';

/** A file or folder, and how it is. */
export interface Seen {
  readonly path: string;
  readonly looked: Looked;
}

const CHECK = 'permissions';
/** Of a folder; more than anybody has. */
const KEYS_LOOKED_AT = 256;

/** Whether secrets are secret, and folders of ours are changed by us alone. */
export async function checkPermissions(place: HostPlace): Promise<readonly Finding[]> {
  const { conf, run, state } = place.folders;
  const seen = async (path: string): Promise<Seen> => ({ path, looked: await lookAt(path) });
  const tops = await Promise.all([conf, run, state].map(seen));
  const inner = await Promise.all(
    ['keys', 'tls'].map(async (name) => await seen(join(conf, name))),
  );
  const keys: Seen[] = [];
  const hidden: Seen[] = [];
  for (const [folder, ending] of [
    ['keys', '.nk'],
    ['tls', '.key'],
  ] as const) {
    const path = join(conf, folder);
    const listed = await listFolder(path);
    if (listed.kind === 'hidden') hidden.push({ path, looked: listed });
    if (listed.kind !== 'there') continue;
    const names = listed.names.filter((name) => name.endsWith(ending)).slice(0, KEYS_LOOKED_AT);
    for (const name of names) keys.push(await seen(join(path, name)));
  }
  return [
    ...judgeFolders(tops, inner, place),
    ...hidden.map((one) => hiddenFinding(one, place)),
    ...judgeKeys(keys, place),
  ];
}

/** `tops` have to be there once albatross is set up. */
export function judgeFolders(
  tops: readonly Seen[],
  inner: readonly Seen[],
  place: HostPlace,
): readonly Finding[] {
  const missing = tops.filter(({ looked }) => looked.kind === 'missing').map(({ path }) => path);
  const findings = [...tops, ...inner].flatMap((one) => folderProblem(one, place));
  if (missing.length > 0) {
    const text = `there is no ${missing.join(', no ')}: albatross is not set up, or this is not its folder`;
    return [warned(CHECK, text, startCommand(place)), ...findings];
  }
  return findings.length > 0
    ? findings
    : [passed(CHECK, 'folders are changed by their owners alone')];
}

function folderProblem(seen: Seen, place: HostPlace): readonly Finding[] {
  const { path, looked } = seen;
  if (looked.kind === 'missing') return [];
  if (looked.kind === 'hidden') return [hiddenFinding(seen, place)];
  if (looked.type !== 'folder')
    return [failed(CHECK, `${path} is no folder`, `ls -ld ${shellWord(path)}`)];
  if ((looked.mode & 0o002) !== 0)
    return [
      failed(
        CHECK,
        `everybody may change what is in ${path}`,
        chmod('o-w', path, looked.uid, place),
      ),
    ];
  if ((looked.mode & 0o020) !== 0 && looked.gid !== 0)
    return [
      warned(
        CHECK,
        `the group ${looked.gid} may change what is in ${path}`,
        chmod('g-w', path, looked.uid, place),
      ),
    ];
  return [];
}

/** Whoever holds a key is whom it belongs to. */
export function judgeKeys(keys: readonly Seen[], place: HostPlace): readonly Finding[] {
  if (keys.length === 0) return [];
  const findings = keys.flatMap((seen) => {
    const { path, looked } = seen;
    if (looked.kind === 'missing') return [];
    if (looked.kind === 'hidden') return [hiddenFinding(seen, place)];
    // 0600 and 0640 are well, and so is less.
    if ((looked.mode & ~0o640) === 0) return [];
    const isRead = (looked.mode & 0o006) !== 0;
    const text = `${path} is a secret, and its mode ${looked.mode.toString(8)}`;
    const mend = chmod('600', path, looked.uid, place);
    return [
      isRead ? failed(CHECK, `${text}: everybody gets at it`, mend) : warned(CHECK, text, mend),
    ];
  });
  return findings.length > 0
    ? findings
    : [passed(CHECK, `${keys.length} ${keys.length === 1 ? 'key is' : 'keys are'} secret`)];
}

function hiddenFinding({ path, looked }: Seen, place: HostPlace): Finding {
  const code = looked.kind === 'hidden' ? looked.code : 'unknown';
  return warned(CHECK, `you may not look at ${path} (${code})`, sudoDoctor(place));
}

function chmod(mode: string, path: string, owner: number, { uid }: HostPlace): string {
  return `${uid === owner || uid === 0 ? '' : 'sudo '}chmod ${mode} ${shellWord(path)}`;
}
