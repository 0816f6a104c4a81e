import { BLOCK_INDEX_FILE, serializeBlockIndex } from '@albatross/shared/contracts/stored-blocks';
import { serializePolicies } from '@albatross/shared/contracts/stored-policies';
import {
  serializeRecord,
  type Desire,
  type StoredUnikernel,
} from '@albatross/shared/contracts/stored-unikernel';
import {
  parseName,
  parseUnikernelName,
  wireForm,
  type PathName,
} from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import {
  blocksFolder,
  imagesFolder,
  policiesFile,
  unikernelsFolder,
} from '@albatross/shared/runtime/folders';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A state folder as a supervisor leaves it, to be filled. */
export class StoredState {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Returns the digest that a record calls it by. */
  async image(bytes: Uint8Array): Promise<string> {
    const digest = createHash('sha256').update(bytes).digest('hex');
    await this.write(join(imagesFolder(this.folder), digest), bytes);
    return digest;
  }

  async unikernel(
    text: string,
    config: Partial<UnikernelConfig> = {},
    desireOf: (unikernel: StoredUnikernel) => Desire = (unikernel) => ({ kind: 'run', unikernel }),
  ): Promise<void> {
    const name = parseUnikernelName(text);
    const unikernel = {
      config: { ...CONFIG, name, ...config },
      uid: 700_000,
      restarts: 0,
      life: 1,
      failures: 0,
      pastLives: [],
    };
    const record = serializeRecord({ name, desire: desireOf(unikernel), outcomes: [] });
    await this.write(this.recordFile(text), record);
  }

  recordFile(text: string): string {
    return join(unikernelsFolder(this.folder), wireForm(parseUnikernelName(text)), 'config');
  }

  async policies(policies: Readonly<Record<string, Policy>>): Promise<void> {
    const entries = Object.entries(policies).map(
      ([path, policy]) => [parseName(path) as PathName, { policy, setAt: 7 }] as const,
    );
    const text = serializePolicies({ policies: new Map(entries), outcomes: [], events: [] });
    await this.write(policiesFile(this.folder), text);
  }

  /** Sizes in MiB. */
  async blocks(sizes: Readonly<Record<string, number>>): Promise<void> {
    const entries = Object.entries(sizes).map(
      ([name, sizeMib]) => [parseUnikernelName(name), sizeMib] as const,
    );
    const text = serializeBlockIndex({ devices: new Map(entries), pending: [], outcomes: [] });
    await this.write(join(blocksFolder(this.folder), BLOCK_INDEX_FILE), text);
  }

  async write(file: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

const CONFIG: Omit<UnikernelConfig, 'name'> = {
  digest: 'd'.repeat(64),
  target: 'spt',
  abiVersion: 2,
  memoryMib: 32,
  cpus: [0],
  nets: [],
  blocks: [],
  startupPriority: 50,
  restart: { kind: 'never' },
  arguments: [],
  addName: true,
};
