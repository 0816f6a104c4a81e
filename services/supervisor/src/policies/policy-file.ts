import { SchemaError } from '@albatross/shared/contracts/schema';
import {
  parsePolicies,
  serializePolicies,
  type PolicyState,
} from '@albatross/shared/contracts/stored-policies';
import { NewerFormat } from '@albatross/shared/contracts/stored-version';
import { policiesFile } from '@albatross/shared/runtime/folders';
import { StartError } from '@albatross/shared/runtime/run';
import { draftOf, writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile, rm } from 'node:fs/promises';
import { newerFile } from '../newer-file.ts';

export const NO_POLICIES: PolicyState = { policies: new Map(), outcomes: [], events: [] };

/** The file `policies` in the state folder. */
export class PolicyFile {
  readonly #path: string;

  constructor(stateFolder: string) {
    this.#path = policiesFile(stateFolder);
  }

  /**
   * What stands there; nothing before the first change. Removes what a crash left.
   *
   * Throws `StartError` for a file that cannot be understood, and leaves it where it is: to go on without
   * it, now or at the next start, would lift every tenant's limits, and nobody would notice.
   */
  async read(): Promise<PolicyState> {
    await rm(draftOf(this.#path), { force: true });
    const text = await this.#text();
    return text === null ? NO_POLICIES : parse(text, this.#path);
  }

  async write(state: PolicyState): Promise<void> {
    await writeFileAtomically(this.#path, serializePolicies(state));
  }

  /** Whether this is what stands there, as after a write that failed before it replaced anything. */
  async holds(state: PolicyState): Promise<boolean> {
    const text = await this.#text().catch(() => undefined);
    return text === null ? state === NO_POLICIES : text === serializePolicies(state);
  }

  async #text(): Promise<string | null> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw new StartError(
        `${this.#path}, which holds the policies, cannot be read: ${String(error)}`,
      );
    }
  }
}

function parse(text: string, path: string): PolicyState {
  try {
    return parsePolicies(text);
  } catch (error) {
    if (error instanceof NewerFormat) throw newerFile(path, error);
    throw new StartError(
      `${path}, which holds the policies, is damaged: ${reason(error)}. ` +
        'Put back a good copy; or remove the file, which lifts every limit but that of the machine, and set the policies again. ' +
        'Unikernels that run are not touched meanwhile',
    );
  }
}

function reason(error: unknown): string {
  if (error instanceof SchemaError) {
    const [issue] = error.issues;
    return issue === undefined
      ? 'unknown'
      : `${issue.path.map(String).join('.')}: ${issue.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
