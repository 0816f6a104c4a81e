import { env } from 'node:process';
import { readCertificate } from '../../../libs/pki/src/certificate.ts';
import { clientProgram } from '../harness/client-program.ts';
import { Program } from '../harness/program.ts';
import { inflateSync } from 'node:zlib';
import { framesIn } from './answer.ts';
import { byteOutcome } from './byte-outcome.ts';
import { SENT_STEPS, type ByteLikeness, type SentStep } from './byte-steps.ts';
import type { Outcome } from './cell.ts';
import { ListeningServer, type Heard } from './listening-server.ts';
import { askedFor, chainOf, signedAs } from './recorded-certificates.ts';
import { recordedStream } from './recorded.ts';

/** Has our client show to a server what the original's showed to one. */
export async function trySent(folder: string): Promise<readonly Outcome[]> {
  await using server = await ListeningServer.start();
  const outcomes: Outcome[] = [];
  for (const step of SENT_STEPS) outcomes.push(await tryOne(folder, step, server));
  return outcomes;
}

export function sentTitle({ words }: SentStep): string {
  return `${words} --destination`;
}

async function tryOne(folder: string, step: SentStep, server: ListeningServer): Promise<Outcome> {
  const isReady = step.subcommand === 'certificate';
  const signer = isReady ? [] : ['--ca', 'tenant.pem', '--ca-key', 'tenant.key'];
  const client = [process.execPath, await clientProgram(), ...step.words.split(' ')];
  const words = [
    ...client,
    '--destination',
    server.destination,
    '--server-ca',
    'cacert.pem',
    ...signer,
  ];
  server.willHear(step.content === null ? 'nothing' : 'content');
  const { stderr } = await Program.run(words, { env, cwd: folder });
  const likeness = await likenessTo(step, await server.heard());
  return byteOutcome(sentTitle(step), step, likeness, stderr);
}

/** With the key, the number and the time of the original's certificate, ours is made again. */
async function likenessTo(
  { recorded, content }: SentStep,
  heard: Heard,
): Promise<ByteLikeness | 'something else'> {
  const [theirs = NOTHING, ...theirIssuers] = chainOf(recorded);
  const [ours = NOTHING, ...ourIssuers] = heard.chain;
  const [our, their] = [readCertificate(ours), readCertificate(theirs)];
  const again = { ...askedFor(our), publicKey: their.publicKey.der };
  const isSame =
    areEqual([await signedAs(our, askedFor(our)), ...ourIssuers], [ours, ...theirIssuers]) &&
    areEqual([await signedAs(their, again)], [theirs]) &&
    (!recorded.startsWith('sent/') || lengthOf(our) === lengthOf(their));
  if (!isSame) return 'something else';
  const theirContent = content === null ? NOTHING : recordedStream(`chunks/${content}`);
  if (areEqual([heard.content], [theirContent])) return 'the same bytes';
  const isAlike = areEqual([whole(heard.content)], [whole(theirContent)]);
  return isAlike ? 'the same once put together' : 'something else';
}

const NOTHING = new Uint8Array();

function areEqual(ones: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  return (
    ones.length === others.length &&
    ones.every((one, index) => Buffer.from(one).equals(others[index] ?? NOTHING))
  );
}

/** For how long it is valid. */
function lengthOf({ notBefore, notAfter }: ReturnType<typeof readCertificate>): number {
  return notAfter - notBefore;
}

/** Of chunks, inflated if that can be done. */
function whole(chunks: Uint8Array): Buffer {
  const bytes = Buffer.concat(framesIn(chunks));
  return bytes[0] === ZLIB ? inflateSync(bytes) : bytes;
}

const ZLIB = 0x78;
