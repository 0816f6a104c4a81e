import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import {
  createUnikernel,
  getUnikernel,
  showUnikernel,
  stopUnikernel,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import type { Bars } from '../progress.ts';
import type { OpenFile } from '../read-file.ts';
import type { Started } from '../readiness/tell-and-stay.ts';
import type { Ready } from '../readiness/wait-options.ts';
import { receive } from '../receive.ts';
import { describeState, toJson } from '../unikernel-view.ts';
import { downloadImage } from './downloaded-image.ts';
import { replaceable } from './running-here.ts';
import type { Replaced, System, Watched } from './system.ts';

interface Options {
  readonly name: UnikernelName;
  readonly compressionLevel: number;
  readonly bars: Bars;
}

/** This host. */
export function systemHere(bus: Bus, { name, compressionLevel, bars }: Options): System {
  let asked = askedNow();
  return {
    find: async () => replaceable(await bus.request(showUnikernel, { name })),
    fetch: async () =>
      await downloadImage(async (write) => {
        const image = await bus.request(getUnikernel, { name, compressionLevel });
        await receive(bus, name, image, bars, write);
      }),
    replace: async (old, image) => {
      const { blob, compressed } = await uploadHere(bus, name, image, compressionLevel);
      asked = askedNow();
      const order = { id: asked.requestId, name, blob, compressed, force: true };
      const made = await bus.request(createUnikernel, { ...order, ...old.configuration });
      return replacedHere(bus, { made, ...asked });
    },
    left: async () => {
      const made = await showHere(bus, name);
      return made && { digest: made.digest, now: replacedHere(bus, { made, ...asked }) };
    },
    rest: async () => {
      await bus.request(stopUnikernel, { id: randomUUID(), name });
    },
  };
}

/** An order, as the events will tell it from others. */
function askedNow(): Omit<Started, 'made'> {
  return { requestId: randomUUID(), askedAt: Date.now() };
}

async function uploadHere(
  bus: Bus,
  name: UnikernelName,
  { source }: OpenFile,
  compressionLevel: number,
): Promise<{ readonly blob: string; readonly compressed: boolean }> {
  const compressed = compressionLevel > 0;
  const blob = await upload(bus, name, deflatedSource(source, compressionLevel), { compressed });
  return { blob, compressed };
}

/** Null when nothing is under the name. */
async function showHere(bus: Bus, name: UnikernelName): Promise<UnikernelDetails | null> {
  try {
    return await bus.request(showUnikernel, { name });
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNIKERNEL_NOT_FOUND') return null;
    throw error;
  }
}

function replacedHere(bus: Bus, started: Started): Replaced {
  return {
    words: describeState('updated', started.made),
    json: toJson(started.made),
    untilReady: async (ready, signal) => await untilReadyHere(bus, started, ready, signal),
  };
}

async function untilReadyHere(
  bus: Bus,
  started: Started,
  ready: Ready,
  signal: AbortSignal,
): Promise<Watched> {
  const [{ awaitReady }, { lastWords }, { consoleHere, watchHere }] = await Promise.all([
    import('../readiness/await-ready.ts'),
    import('../readiness/last-words.ts'),
    import('../readiness/stay-here.ts'),
  ]);
  const watch = watchHere(bus, started);
  const console = consoleHere(bus, started, ready, null);
  const stop = new AbortController();
  // That it cannot be read is told of by the check that waits for a line.
  console.read(stop.signal).catch(() => undefined);
  try {
    const readiness = await awaitReady({ ...ready, signal }, { watch, console });
    if (readiness.kind === 'not-ready') await lastWords(watch, console, { isFollowing: false });
    return { readiness, lines: console.lastLines };
  } finally {
    stop.abort();
  }
}
