import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { WireCommand, WirePolicy } from '@albatross/wire';
import { generateAuthority } from '../authority.ts';
import { makeFile } from '../durable-file.ts';
import type { Issued } from '../issue.ts';
import type { IssuerFiles } from '../issuer.ts';
import type { KeyType } from '../key-type.ts';
import { writeRequestFile } from '../request-file.ts';
import { recordedKeyPem } from './recorded-requests.ts';
import { sign, type SignedRequest } from '../sign.ts';

export const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };

export function policyAdd(limits: Partial<WirePolicy> = {}): WireCommand & { kind: 'policy-add' } {
  const policy = {
    cpuids: [0, 1],
    unikernels: 16n,
    memory: 1024,
    block: 100,
    bridges: ['service'],
  };
  return { kind: 'policy-add', policy: { ...policy, ...limits } };
}

/** A root with its files in a folder, as `generate` leaves them, and what people do with it. */
export class SampleAuthority implements AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly keyType: KeyType;
  /** Now, for all that is done. */
  readonly now: number;

  private constructor(folder: TemporaryFolder, keyType: KeyType, now: number) {
    this.folder = folder;
    this.keyType = keyType;
    this.now = now;
  }

  static async make(keyType: KeyType = 'ed25519', now = Date.now()): Promise<SampleAuthority> {
    const folder = await TemporaryFolder.make();
    const sample = new SampleAuthority(folder, keyType, now);
    await sample.#bringKey('ca', 'authority');
    await sample.#bringKey('server', 'server');
    const names = { name: 'ca', server: 'server', days: 3650, serverDays: 365 };
    const { databaseFile } = sample;
    await generateAuthority({ ...names, folder: folder.path, databaseFile, keyType, now });
    return sample;
  }

  get databaseFile(): string {
    return this.folder.file('database');
  }

  /** Of the root, or of an authority below it, by its common name. */
  files(authority = 'ca'): IssuerFiles {
    const certificate = authority === 'ca' ? 'cacert' : authority;
    return {
      certificateFile: this.folder.file(`${certificate}.pem`),
      keyFile: this.folder.file(`${authority}.key`),
    };
  }

  async request(commonName: string, command: WireCommand | null): Promise<string> {
    const { keyType, folder } = this;
    await this.#bringKey(commonName, 'info-hello');
    const asked = { commonName, command, folder: folder.path, keyType };
    return (await writeRequestFile(asked)).requestFile;
  }

  /** Requests and signs. */
  async issue(
    commonName: string,
    command: WireCommand | null,
    authority = 'ca',
    days: number | null = null,
  ): Promise<SignedRequest & Issued> {
    const requestFile = await this.request(commonName, command);
    const { databaseFile, folder, now } = this;
    const files = this.files(authority);
    return await sign({ ...files, databaseFile, requestFile, folder: folder.path, days, now });
  }

  /** Making RSA keys takes seconds: those are recorded ones. */
  async #bringKey(name: string, recorded: string): Promise<void> {
    if (!this.keyType.startsWith('rsa')) return;
    await makeFile(
      this.folder.file(`${name}.key`),
      recordedKeyPem(`${recorded}-${this.keyType}`),
      0o400,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}
