import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { inflateSync } from 'node:zlib';
import type { WireCommand } from '@albatross/wire';
import { readPemOf } from '../../../libs/pki/src/pem.ts';
import { readSigningRequest, type SigningRequest } from '../../../libs/pki/src/signing-request.ts';
import { clientProgram } from '../harness/client-program.ts';
import { Program } from '../harness/program.ts';
import type { Outcome } from './cell.ts';
import { REQUEST_STEPS, type ByteLikeness, type RequestStep } from './byte-steps.ts';
import { byteOutcome } from './byte-outcome.ts';
import { recordedCertificate, signedAs } from './recorded-certificates.ts';
import { recordedKeyPem, recordedRequestPem } from './recorded.ts';

/** Has our client write what the original's wrote, with its keys, and signs that as it was signed. */
export async function tryRequests(folder: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of REQUEST_STEPS) outcomes.push(await tryOne(folder, step));
  return outcomes;
}

export function requestTitle({ words }: RequestStep): string {
  return `${words} --csr`;
}

async function tryOne(shared: string, step: RequestStep): Promise<Outcome> {
  const folder = await mkdtemp(join(shared, 'request-'));
  try {
    for (const file of filesIn(step.words)) await copyFile(join(shared, file), join(folder, file));
    const keyFile = join(folder, `${step.commonName}.key`);
    await writeFile(keyFile, recordedKeyPem(step.recorded), { mode: 0o400 });
    const [command = '', ...words] = step.words.split(' ');
    const client = [process.execPath, await clientProgram(), command, '--csr', ...words];
    const { status, stderr } = await Program.run(client, { env, cwd: folder });
    if (status !== 0) {
      const manner = status === USAGE ? 'refused' : 'something else';
      return byteOutcome(requestTitle(step), step, manner, stderr);
    }
    const pem = await readFile(join(folder, `${step.commonName}.req`), 'latin1');
    return byteOutcome(requestTitle(step), step, await likenessTo(step, pem), stderr);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With which a command line is refused. */
const USAGE = 124;

function filesIn(words: string): readonly string[] {
  return words.split(' ').filter((word) => /^(content|tiny\w*\.hvt)$/.test(word));
}

async function likenessTo(
  { recorded, certificate }: RequestStep,
  pem: string,
): Promise<ByteLikeness | 'something else'> {
  const theirPem = recordedRequestPem(recorded);
  const [ours, theirs] = [requestIn(pem), requestIn(theirPem)];
  const isSigned = certificate === null || (await isSignedAlike(certificate, ours));
  if (pem === theirPem) return isSigned ? 'the same bytes' : 'something else';
  const areAlike = JSON.stringify(plain(ours)) === JSON.stringify(plain(theirs));
  if (!areAlike) return 'something else';
  return isSigned ? 'the same but for a random signature' : 'the same once put together';
}

/** Whether our certificate of it is the one that the original made. */
async function isSignedAlike(name: string, request: SigningRequest): Promise<boolean> {
  const recorded = recordedCertificate(name);
  return Buffer.from(await signedAs(recorded, request)).equals(recorded.der);
}

function requestIn(pem: string): SigningRequest {
  const [der = new Uint8Array()] = readPemOf('CERTIFICATE REQUEST', pem, 'a request');
  return readSigningRequest(der);
}

/** All that it says, with the image as it is. */
function plain({ subject, publicKey, command }: SigningRequest): object {
  return {
    subject: hex(subject.der),
    publicKey: hex(publicKey),
    command: command === null ? null : withPlainImage(command),
  };
}

function withPlainImage(command: WireCommand): object {
  if (!('config' in command)) return command;
  const { image, compressed } = command.config;
  return {
    ...command,
    config: { ...command.config, image: hex(compressed ? inflateSync(image) : image) },
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
