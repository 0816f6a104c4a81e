import type { Accounts, Found } from './plan.ts';
import type { PlaceStep } from './step.ts';

/** What setup looks at and changes. */
export interface Machine {
  /** Null where there are no accounts to be made, and everything belongs to whoever makes it. */
  readonly accounts: AccountsFile | null;
  /** Throws a `Failure` `FILE_UNREADABLE`. */
  look(path: string): Promise<Found>;
  /** `accounts` has the owner of the place. Throws a `Failure` `FILE_UNWRITABLE` or `DISK_FULL`. */
  carryOut(step: PlaceStep, accounts: Accounts | null): Promise<void>;
}

/** The users and groups of a system. */
export interface AccountsFile {
  /** Of these names, and root, those that are there. Throws a `Failure` `FILE_UNREADABLE`. */
  read(users: readonly string[], groups: readonly string[]): Promise<Accounts>;
  /** Throws a `Failure` `FILE_UNWRITABLE`. */
  addGroup(name: string): Promise<void>;
  /** With the group of its name, without a shell or a home. Throws the same. */
  addUser(name: string): Promise<void>;
}
