import type { Certificate, SignedRequest } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import { amountOf, choiceOf } from '@albatross/shared/domain/policy-words';
import {
  decodeDer,
  decodeExtension,
  encodeExtension,
  readChain,
  type DerReader,
  type WireCommand,
} from '@albatross/wire';
import type { Command } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { readNumber } from '../arguments.ts';
import {
  checkApart,
  checkDatabase,
  checkReplaceable,
  timeText,
  withPki,
  type Pki,
} from '../issuing.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly days?: number;
}

interface Files {
  readonly certificateFile: string;
  readonly databaseFile: string;
  readonly keyFile: string;
  readonly requestFile: string;
}

export function addSign(program: Command, { output }: Session): void {
  program
    .command('sign')
    .description('make the certificate that a signing request asks for, as CN.pem in this folder')
    .argument('<cacert>', "the authority's certificate, and behind it those above, if any")
    .argument('<db>', 'file that lists what it issued; made if there is none')
    .argument('<cakey>', "the authority's key")
    .argument('<csr>', 'the signing request')
    .option(
      '--days <days>',
      'how long it is valid (default: 365; 1 for a command)',
      readNumber('--days'),
    )
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross sign cacert.pem ca.db ca.key hello.req')
    .action(
      async (
        certificateFile: string,
        databaseFile: string,
        keyFile: string,
        requestFile: string,
        flags: Flags,
      ) => {
        const files = { certificateFile, databaseFile, keyFile, requestFile };
        const signed = await withPki(async (pki) => await sign(pki, files, flags.days ?? null));
        if (output.isJson) return output.json(signed);
        const { file, serial, notAfter, authorityNotAfter } = signed;
        const isShorter = authorityNotAfter < notAfter;
        const except = isShorter ? `, but its authority only until ${authorityNotAfter}` : '';
        output.line(`wrote ${file}: ${allowance(signed)}, until ${notAfter}${except}`);
        output.line(`its serial number is ${serial}`);
      },
    );
}

/** What programs get. Times as RFC 3339. */
interface Signed {
  readonly file: string;
  readonly kind: SignedRequest['kind'];
  /** What it is for: of a unikernel or a path in full, of a server its host. */
  readonly name: string;
  /** Null for a server. */
  readonly command: WireCommand['kind'] | null;
  readonly policy: Policy | null;
  readonly serial: string;
  readonly notAfter: string;
  /** When the first of those above it ends, and with it all below. */
  readonly authorityNotAfter: string;
}

interface Policy {
  /** Null: any number. */
  readonly unikernels: number | null;
  readonly memoryMib: number;
  readonly cpus: readonly number[];
  /** Null: no block devices. */
  readonly blockMib: number | null;
  readonly bridges: readonly string[];
}

async function sign(pki: Pki, files: Files, days: number | null): Promise<Signed> {
  await checkDatabase(files.databaseFile);
  await checkTarget(pki, files);
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

/** The name is the requester's choice, and the file is called by it: it may be that of anything here. */
async function checkTarget(pki: Pki, files: Files): Promise<void> {
  const { requestFile } = files;
  const found = await stat(requestFile).catch(() => null);
  // What is no plain file may be read only once.
  if (found?.isFile() === false)
    throw new Failure('FILE_UNREADABLE', `${requestFile} is no plain file`, { file: requestFile });
  const wanted = await readWanted(pki, requestFile);
  if (wanted === null) return;
  const path = `${wanted.commonName}.pem`;
  checkApart(path, Object.values(files));
  await checkReplaceable(pki, path, wanted.publicKey);
}

interface Wanted {
  readonly commonName: string;
  /** A `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
}

/**
 * Whose certificate is asked for, as whoever signs it will read it. Null for a request that is malformed:
 * that is refused, with the reason, when it is to be signed.
 */
async function readWanted(pki: Pki, file: string): Promise<Wanted | null> {
  try {
    const text = await readFile(file, 'latin1');
    const [request = new Uint8Array()] = pki.readPemOf('CERTIFICATE REQUEST', text, file);
    return decodeDer(request, (whole) =>
      whole.sequence((parts) => {
        const wanted = parts.sequence(readInfo);
        passOver(parts);
        return wanted;
      }),
    );
  } catch {
    return null;
  }
}

/**
 * ```asn1
 * CertificationRequestInfo ::= SEQUENCE {
 *   version INTEGER, subject Name, subjectPKInfo SubjectPublicKeyInfo, attributes ANY }
 * Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
 * ```
 */
function readInfo(info: DerReader): Wanted {
  info.any();
  const names = info.sequenceOf((part) => part.setOf((one) => one.sequence(readCommonName)));
  const publicKey = info.any().bytes;
  passOver(info);
  const commonName = names.flat().findLast((name) => name !== null) ?? '';
  return { commonName, publicKey };
}

/** 2.5.4.3, with its tag and length. */
const COMMON_NAME = '0603550403';

function readCommonName(attribute: DerReader): string | null {
  const type = Buffer.from(attribute.any().bytes).toString('hex');
  const { content } = attribute.any();
  return type === COMMON_NAME ? Buffer.from(content).toString('latin1') : null;
}

function passOver(reader: DerReader): void {
  while (!reader.isAtEnd) reader.any();
}

function contentOf(chain: readonly Certificate[]): Pick<Signed, 'name' | 'command' | 'policy'> {
  const command = decodeExtension(chain[0]?.extension ?? new Uint8Array());
  if (command.kind !== 'policy-add')
    return { name: readChain(chain).name, command: command.kind, policy: null };
  // What somebody may ask for who shows it, for its path.
  const below = { commonName: '.', extension: encodeExtension({ kind: 'policy-info' }) };
  const { unikernels, memory, cpuids, block, bridges } = command.policy;
  const isAny = unikernels > BigInt(Number.MAX_SAFE_INTEGER);
  const policy = {
    unikernels: isAny ? null : Number(unikernels),
    memoryMib: memory,
    cpus: cpuids,
    blockMib: block,
    bridges,
  };
  return { name: readChain([below, ...chain]).name, command: command.kind, policy };
}

function allowance({ name, command, policy }: Signed): string {
  if (command === null) return `the server ${name}`;
  if (policy === null) return `${COMMANDS[command] ?? command} ${name}`;
  const { unikernels, memoryMib, blockMib, cpus, bridges } = policy;
  const limits = [
    unikernels === null ? 'any number of unikernels' : amountOf('unikernels', unikernels),
    amountOf('memoryMib', memoryMib),
    amountOf('blockMib', blockMib ?? 0),
    choiceOf('cpus', cpus),
    choiceOf('bridges', bridges),
  ];
  return `the policy of ${name} with ${limits.join(', ')}`;
}

/** As the commands are called here, where they are called otherwise on the wire. */
const COMMANDS: Partial<Record<WireCommand['kind'], string>> = {
  'unikernel-info': 'info',
  'unikernel-create': 'create',
  'unikernel-force-create': 'create --force',
  'unikernel-restart': 'restart',
  'unikernel-destroy': 'destroy',
  'unikernel-get': 'get',
  'policy-info': 'policy',
  'policy-remove': 'remove-policy',
  'console-subscribe': 'console',
  'console-list-inactive': 'inactive-consoles',
  'stats-subscribe': 'stats',
  'block-info': 'block',
  'block-add': 'create-block',
  'block-old-add': 'create-block',
  'block-remove': 'destroy-block',
  'block-set': 'set-block',
  'block-old-set': 'set-block',
  'block-dump': 'dump-block',
  'block-old-dump': 'dump-block',
};
