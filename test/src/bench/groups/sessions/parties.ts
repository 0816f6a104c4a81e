import {
  generateAuthority,
  issueLeaf,
  openIssuer,
  sign,
  writeRequestFile,
  type AuthorityFiles,
  type Issuer,
} from '@albatross/pki';
import type { WireCommand } from '@albatross/wire';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POLICY } from '../../../harness/tenants.ts';

export type PartyKeys = 'p256' | 'ed25519';

/** What a client shows, in files in PEM. */
export interface Shown {
  readonly chain: string;
  readonly key: string;
}

/** Under which clients ask for things; `tenant:hello` is what a leaf called hello is about. */
export const TENANT = 'tenant';

/**
 * An authority, the certificate of an endpoint, and a tenant with a policy, all with keys of one type: what a
 * client shows is a leaf and the tenant's certificate.
 */
export class Parties {
  readonly files: AuthorityFiles;
  readonly #folder: string;
  readonly #keys: PartyKeys;
  readonly #tenant: Issuer;

  private constructor(files: AuthorityFiles, folder: string, keys: PartyKeys, tenant: Issuer) {
    this.files = files;
    this.#folder = folder;
    this.#keys = keys;
    this.#tenant = tenant;
  }

  static async make(parent: string, keys: PartyKeys): Promise<Parties> {
    const folder = join(parent, keys);
    await mkdir(folder);
    const databaseFile = join(folder, 'database');
    const now = Date.now();
    const validity = { days: 1, serverDays: 1, now };
    const names = { name: 'root', server: 'server' };
    const files = await generateAuthority({
      ...names,
      ...validity,
      folder,
      databaseFile,
      keyType: keys,
    });
    const { requestFile, keyFile } = await writeRequestFile({
      commonName: TENANT,
      command: { kind: 'policy-add', policy: POLICY },
      folder,
      keyType: keys,
    });
    const { file: certificateFile } = await sign({
      ...files,
      databaseFile,
      requestFile,
      folder,
      days: null,
      now,
    });
    const tenant = await openIssuer({ certificateFile, keyFile }, now);
    return new Parties(files, folder, keys, tenant);
  }

  /** Good for five minutes, and for as many sessions as take place in them. */
  async show(commonName: string, command: WireCommand, called = commonName): Promise<Shown> {
    const leaf = await issueLeaf(this.#tenant, {
      command,
      commonName,
      keyType: this.#keys,
      now: Date.now(),
    });
    const chain = join(this.#folder, `${called}.chain.pem`);
    const key = join(this.#folder, `${called}.leaf.key`);
    await writeFile(chain, leaf.certificatesPem);
    await writeFile(key, leaf.keyPem);
    return { chain, key };
  }

  /** The bytes as a file of that name. */
  async keep(called: string, bytes: Uint8Array): Promise<string> {
    const file = join(this.#folder, called);
    await writeFile(file, bytes);
    return file;
  }
}

export async function pemOf({ chain, key }: Shown): Promise<Shown> {
  return { chain: await readFile(chain, 'utf8'), key: await readFile(key, 'utf8') };
}
