import type { Certificate, SignedRequest } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  decodeExtension,
  encodeExtension,
  policyOf,
  readChain,
  type ChainCertificate,
  type WireCommand,
} from '@albatross/wire';
import { stat } from 'node:fs/promises';
import { policyToJson, type PolicyJson } from './configuration-json.ts';
import { policyWords } from './configuration-words.ts';
import { commandWord } from './explain/command-words.ts';
import { timeText, withPki, type Pki } from './issuing.ts';

interface Files {
  readonly certificateFile: string;
  readonly databaseFile: string;
  readonly keyFile: string;
  readonly requestFile: string;
}

/** What programs get. Times as RFC 3339. */
export interface Signed {
  readonly file: string;
  readonly kind: SignedRequest['kind'];
  /** What it is for: of a unikernel or a path in full, of a server its host. */
  readonly name: string;
  /** Null for a server. */
  readonly command: WireCommand['kind'] | null;
  readonly policy: PolicyJson | null;
  readonly serial: string;
  readonly notAfter: string;
  /** When the first of those above it ends, and with it all below. */
  readonly authorityNotAfter: string;
}

/** Makes the certificate that a request asks for, in this folder. Throws a `Failure`. */
export async function signRequest(files: Files, days: number | null): Promise<Signed> {
  await checkPlain(files.requestFile);
  return await withPki(async (pki) => await sign(pki, files, days));
}

/** What a certificate allows, in words. */
export function allowance({ name, command, policy }: Signed): string {
  if (command === null) return `the server ${name}`;
  if (policy === null) return `${commandWord(command)} ${name}`;
  return `the policy of ${name} with ${policyWords(policy)}`;
}

async function sign(pki: Pki, files: Files, days: number | null): Promise<Signed> {
  const options = { ...files, folder: '.', days, now: Date.now() };
  const { file, kind, commonName, serial, validity } = await pki.sign(options);
  const chain = await pki.readCertificates(file);
  const above = await pki.readCertificates(files.certificateFile);
  const common = {
    file,
    kind,
    serial,
    notAfter: timeText(validity.notAfter),
    authorityNotAfter: timeText(Math.min(...above.map(({ notAfter }) => notAfter))),
  };
  if (kind === 'server') return { ...common, name: commonName, command: null, policy: null };
  return { ...common, ...contentOf(chain) };
}

/** A pipe that nobody writes to would be waited for. */
async function checkPlain(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() === false)
    throw new Failure('FILE_UNREADABLE', `${file} is no plain file`, { file });
}

function contentOf(chain: readonly Certificate[]): Pick<Signed, 'name' | 'command' | 'policy'> {
  const command = decodeExtension(chain[0]?.extension ?? new Uint8Array());
  if (command.kind !== 'policy-add')
    return { name: readChain(chain).name, command: command.kind, policy: null };
  // What somebody may ask for who shows it, for its path.
  const below = { commonName: '.', extension: encodeExtension({ kind: 'policy-info' }) };
  const { name } = readChain<ChainCertificate>([below, ...chain]);
  return { name, command: command.kind, policy: policyToJson(policyOf(command.policy)) };
}
