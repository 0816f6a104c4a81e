import { Bus } from '@albatross/shared/bus/bus';
import { readKey } from '@albatross/shared/bus/keys';
import { Failure } from '@albatross/shared/contracts/failures';
import { readBusAccess, type BusAccess } from '@albatross/shared/runtime/bus-access';
import { busUrlFile, keyFile } from '@albatross/shared/runtime/folders';
import { StartError } from '@albatross/shared/runtime/run';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import { CONNECT_DEADLINE_MS } from '../session.ts';
import { failed, passed, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { lookAt } from './look-at.ts';
import { judgeProcesses, listenForHeartbeats } from './processes.ts';
import { startCommand } from './start-command.ts';

/** Whether the bus lets us in; then, for `listenMs`, which processes are heard on it. */
export async function checkBus(place: HostPlace, listenMs: number): Promise<readonly Finding[]> {
  const access = await accessTo(place);
  if ('level' in access) return [access];
  let bus: Bus;
  try {
    bus = await Bus.connect({
      ...access,
      identity: 'admin',
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      // Whatever is the matter with it, somebody is not heard then.
      onDefect: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [failed('bus', error.message, startCommand(place))];
  }
  try {
    const heard = await listenForHeartbeats(bus, listenMs);
    const reached = passed('bus', `${access.url} answers, and knows the key of admin`);
    return [reached, ...judgeProcesses(heard, listenMs, startCommand(place))];
  } finally {
    await bus[Symbol.asyncDispose]();
  }
}

/** Where it is and who we are on it, or why that is not known. */
async function accessTo(place: HostPlace): Promise<BusAccess | Finding> {
  const { folders } = place;
  const urlFile = busUrlFile(folders);
  const seedFile = keyFile(folders, 'admin');
  for (const path of [urlFile, seedFile]) {
    const looked = await lookAt(path);
    if (looked.kind === 'missing')
      return failed(
        'bus',
        `there is no ${path}; is albatross set up, and is this its folder?`,
        startCommand(place),
      );
    // What is no file may never end.
    if (looked.kind === 'there' && looked.type !== 'file')
      return failed('bus', `${path} is no file`, `ls -ld ${shellWord(path)}`);
  }
  let access: BusAccess;
  try {
    access = await readBusAccess(folders, 'admin');
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const isHidden = error.message.startsWith('you may not');
    return failed('bus', error.message, isHidden ? sudoDoctor(place) : startCommand(place));
  }
  try {
    readKey(access.seed);
    return access;
  } catch {
    const mend = `rm ${shellWord(seedFile)} && ${startCommand(place)}`;
    return failed('bus', `${seedFile} holds no key; without it, a new one is made`, mend);
  }
}

/** For what only root, or the owner, may see. */
export function sudoDoctor({ dir }: Pick<HostPlace, 'dir'>): string {
  return dir === null ? 'sudo albatross doctor' : `sudo albatross --dir ${shellWord(dir)} doctor`;
}
