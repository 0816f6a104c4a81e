import {
  KeyError,
  portIn,
  serverFiles,
  type ServerFiles,
} from '@albatross/shared/bus/server-files';
import { Failure } from '@albatross/shared/contracts/failures';
import { IDENTITIES, type Identity } from '@albatross/shared/contracts/identities';
import { busUrlFile, keyFile, type Folders } from '@albatross/shared/runtime/folders';
import { OWN_GROUPS, OWN_USERS } from './accounts.ts';
import { BUS_PORT_DEFAULT } from './bus-port.ts';
import type { AccountsFile, Machine } from './machine.ts';
import { authorityPlace, placesOf, storeFolder } from './places.ts';
import { planAccounts, planPlaces, type Accounts, type Found } from './plan.ts';
import type { Step } from './step.ts';

export interface SetUpOptions {
  /** Where this process finds them. */
  readonly folders: Folders;
  /** Where the system finds them, once it runs. */
  readonly installed: Folders;
  /** Of the bus; null keeps the one it has. */
  readonly port: number | null;
  /** Whether there has to be a folder for the key of an authority. */
  readonly hasAuthority: boolean;
}

export interface SetUp {
  /** What was done, in this order. */
  readonly steps: readonly Step[];
  /** Of the bus. */
  readonly port: number;
}

/**
 * Makes users, folders, keys and the configuration of the bus, as far as they are not as they should be. What was
 * interrupted can be done again. `onStep` is told of what is done at once. Throws a `Failure`.
 */
export async function setUp(
  { folders, installed, port: wantedPort, hasAuthority }: SetUpOptions,
  machine: Machine,
  onStep: (step: Step) => void = () => undefined,
): Promise<SetUp> {
  const steps: Step[] = [];
  const done = (step: Step): void => {
    steps.push(step);
    onStep(step);
  };
  const accounts = machine.accounts === null ? null : await addAccounts(machine.accounts, done);
  const url = await machine.look(busUrlFile(folders));
  const port = wantedPort ?? portIn(url.kind === 'file' ? url.text : '') ?? BUS_PORT_DEFAULT;
  const bus = await busFiles(folders, { port, storeDir: storeFolder(installed) }, machine);
  const places = placesOf(folders, bus, hasAuthority ? authorityPlace(folders.conf) : null);
  const found = new Map<string, Found>();
  for (const { path } of places) found.set(path, await machine.look(path));
  for (const step of planPlaces(places, found, accounts)) {
    await machine.carryOut(step, accounts);
    done(step);
  }
  return { steps, port };
}

async function addAccounts(file: AccountsFile, done: (step: Step) => void): Promise<Accounts> {
  const read = async (): Promise<Accounts> => await file.read(OWN_USERS, OWN_GROUPS);
  const steps = planAccounts(await read());
  for (const step of steps) {
    await (step.kind === 'group' ? file.addGroup(step.name) : file.addUser(step.name));
    done(step);
  }
  return await read();
}

/** With the keys that are there. */
async function busFiles(
  folders: Folders,
  server: { readonly port: number; readonly storeDir: string },
  machine: Machine,
): Promise<ServerFiles> {
  const present: Partial<Record<Identity, string | null>> = {};
  for (const identity of IDENTITIES) {
    const found = await machine.look(keyFile(folders, identity));
    if (found.kind === 'link')
      throw new Failure(
        'FILE_UNREADABLE',
        `${keyFile(folders, identity)} is a symbolic link, through which no key is read; put the key itself there`,
      );
    // Whatever else is there is told of by the plan.
    present[identity] = found.kind === 'file' ? found.text : null;
  }
  const keys = present as Record<Identity, string | null>;
  try {
    return serverFiles({ ...server, keys });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const file = keyFile(folders, error.identity);
    throw new Failure('KEY_INVALID', `${file} holds no key; remove it, and a new one is made`);
  }
}
