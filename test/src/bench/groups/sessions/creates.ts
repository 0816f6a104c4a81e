import { encodeChunks } from '@albatross/wire';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Administrator } from '../../../harness/administrator.ts';
import type { RunningGateway } from '../../../harness/running-gateway.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import type { Scene } from './infos.ts';
import {
  created,
  createLarge,
  IMAGE_BYTES,
  largeImage,
  MEMORY_MIB,
  NAME,
  UNIKERNEL,
  WORDS,
} from './large-create.ts';
import type { Parties } from './parties.ts';
import type { Load } from './tls-load.ts';

const RUNS = 7;
const WAYS = ['bus', 'streamed', 'embedded'] as const;
type Way = (typeof WAYS)[number];

/** How an image of 8 MiB gets there: with the image in the certificate, as the original has it, and behind it. */
export async function measureCreates(ground: Ground, scene: Scene): Promise<void> {
  const { parties, system, gateway } = scene;
  const image = await largeImage();
  const digest = createHash('sha256').update(image).digest('hex');
  const administrator = await system.administrator();
  const file = await parties.keep('image', image);
  const sessions = await sessionsOf(parties, image);
  const taken: Record<Way, number[]> = { bus: [], streamed: [], embedded: [] };
  const ways: readonly Way[] = takesImages(gateway)
    ? WAYS
    : WAYS.filter((way) => way !== 'embedded');
  ground.say(`sessions: create with 8 MiB`);
  // The first of each has code compiled and memory taken.
  for (let run = -1; run < (ground.isQuick ? 1 : RUNS); run += 1)
    for (const way of ways) {
      ground.stop.throwIfAborted();
      const create =
        way === 'bus' ? createOverBus(administrator, file) : createOverTls(scene, sessions[way]);
      const ms = await create;
      if (run >= 0) taken[way].push(ms);
      await destroyLarge(administrator, digest);
    }
  tell(ground, taken);
}

function tell(ground: Ground, taken: Readonly<Record<Way, readonly number[]>>): void {
  const limit = { what: 'the same over the bus', figure: figureOf(taken.bus) };
  for (const [way, where] of [
    ['embedded', 'in the certificate'],
    ['streamed', 'behind the certificate'],
  ] as const) {
    const key = `sessions/create-${way}`;
    const what = `TLS create, 8 MiB ${where}: one session`;
    const why = 'the addon of services/tls-gateway/native was not built';
    if (taken[way].length === 0) ground.absent({ key, what, why });
    else ground.row({ key, what, unit: 'ms', figure: figureOf(taken[way]), limit, who: 'ours' });
  }
}

/** What a client shows and sends that has the image in its certificate, and behind it. */
async function sessionsOf(
  parties: Parties,
  image: Uint8Array,
): Promise<Readonly<Record<Exclude<Way, 'bus'>, Session>>> {
  const reply = await parties.keep('create.reply', created());
  const embedded = await parties.show(NAME, createLarge(image), 'embedded');
  const streamed = await parties.show(NAME, createLarge(new Uint8Array(0)), 'streamed');
  const sent = await parties.keep('image.chunks', await chunksOf(image));
  return { embedded: { ...embedded, reply }, streamed: { ...streamed, reply, sent } };
}

/** As those of compressed images, the largest there are. */
async function chunksOf(image: Uint8Array): Promise<Uint8Array> {
  const pieces = (async function* () {
    yield image;
  })();
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeChunks(pieces, { compressed: true })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Milliseconds. */
async function createOverBus(administrator: Administrator, image: string): Promise<number> {
  const from = performance.now();
  const configuration = { memoryMib: MEMORY_MIB, arguments: [...WORDS] };
  await administrator.createWith(UNIKERNEL, image, configuration);
  const ms = performance.now() - from;
  return ms;
}

type Session = Pick<Load, 'chain' | 'key' | 'sent' | 'reply'>;

async function createOverTls({ gateway, load }: Scene, session: Session): Promise<number> {
  const { latenciesMs } = await load.run({
    ...session,
    port: gateway.port,
    atOnce: 1,
    sessions: 1,
  });
  return latenciesMs[0] ?? assert.fail('there was no session');
}

/** It runs, with every byte of its image; then it is gone again. */
async function destroyLarge(administrator: Administrator, digest: string): Promise<void> {
  const shown = await administrator.show(UNIKERNEL);
  assert.equal(shown.state, 'running');
  assert.equal(shown.digest, digest);
  await administrator.destroy(UNIKERNEL);
}

/** Certificates of more than OpenSSL's own limit. */
function takesImages({ log }: RunningGateway): boolean {
  const ready = log.find(({ msg }) => msg === 'ready');
  return Number(ready?.['certificateBytesMax']) > IMAGE_BYTES;
}
