import { FileMachine } from '../setup/file-machine.ts';
import type { AccountsFile, Machine } from '../setup/machine.ts';
import type { Accounts, Found } from '../setup/plan.ts';
import type { PlaceStep } from '../setup/step.ts';

/** Files of whoever runs the test, that say of themselves whom they were given to; and users that nobody has. */
export class OwnedMachine implements Machine {
  /** Called before each step, with how many there were. */
  beforeStep: (done: number) => void = () => undefined;
  readonly #owners = new Map<string, readonly [uid: number, gid: number]>();
  readonly #users = new Map([['root', 0]]);
  readonly #groups = new Map([['root', 0]]);
  readonly #files: FileMachine;
  #done = 0;

  constructor() {
    this.#files = new FileMachine({
      accounts: null,
      // A draft is renamed to what it is a draft of.
      chown: async (path, uid, gid) => {
        this.#owners.set(path.replace('/.new_', '/'), [uid, gid]);
      },
    });
  }

  get accounts(): AccountsFile {
    return {
      read: async () => ({ users: new Map(this.#users), groups: new Map(this.#groups) }),
      addGroup: async (name) => this.#add(this.#groups, name),
      addUser: async (name) => this.#add(this.#users, name),
    };
  }

  #add(ids: Map<string, number>, name: string): void {
    this.beforeStep(this.#done++);
    // Those of a user and its group differ.
    ids.set(name, 900 + this.#users.size * 100 + this.#groups.size);
  }

  /** As `user:group`, by name. */
  ownerOf(path: string): string {
    const [uid, gid] = this.#owners.get(path) ?? [0, 0];
    const nameIn = (ids: ReadonlyMap<string, number>, id: number): string | undefined =>
      [...ids].find(([, one]) => one === id)?.[0];
    return `${nameIn(this.#users, uid)}:${nameIn(this.#groups, gid)}`;
  }

  async look(path: string): Promise<Found> {
    const found = await this.#files.look(path);
    const [uid, gid] = this.#owners.get(path) ?? [0, 0];
    return 'uid' in found ? { ...found, uid, gid } : found;
  }

  async carryOut(step: PlaceStep, accounts: Accounts | null): Promise<void> {
    this.beforeStep(this.#done++);
    await this.#files.carryOut(step, accounts);
  }
}
