import type { UnikernelName } from '@albatross/shared/domain/name';
import { createThere } from '../remote/create-there.ts';
import type { RemotePlace } from '../remote/destination-options.ts';
import { giveOrder } from '../remote/give-order.ts';
import { infoThere, replaceableThere, runningThere } from '../remote/running-there.ts';
import { receiveImage } from '../remote/save-answer.ts';
import { awaitReady } from '../readiness/await-ready.ts';
import { watchThere } from '../readiness/stay-there.ts';
import type { Session } from '../session.ts';
import { downloadImage } from './downloaded-image.ts';
import type { Replaced, System } from './system.ts';

interface Options {
  readonly name: UnikernelName;
  readonly compressionLevel: number;
}

/** Another host. */
export function systemThere(
  session: Session,
  place: RemotePlace,
  { name, compressionLevel }: Options,
): System {
  return {
    find: async () => await runningThere(session, place, name),
    fetch: async () =>
      await downloadImage(async (write) => {
        using progress = session.output.progress(`receiving ${name}`, null);
        const command = { kind: 'unikernel-get', level: compressionLevel } as const;
        const order = { name, command, onReceived: progress.add };
        await receiveUnikernel(async (show) => await giveOrder(session, place, order, show), write);
      }),
    replace: async ({ configuration }, image) => {
      const wanted = { name, typ: 'solo5', configuration, isForced: true } as const;
      await createThere(session, place, { ...wanted, image, compressionLevel });
      return replacedThere(session, place, name, configuration.addName);
    },
    left: async () => {
      const info = await infoThere(session, place, name);
      if (info === null) return null;
      const { digest, configuration } = replaceableThere(name, info);
      return { digest, now: replacedThere(session, place, name, configuration.addName) };
    },
    // What does not run is not there.
    rest: async () => undefined,
  };
}

function replacedThere(
  session: Session,
  place: RemotePlace,
  name: UnikernelName,
  isNamed: boolean,
): Replaced {
  const watch = watchThere(session, place, name, isNamed);
  return {
    words: `updated ${name}`,
    json: null,
    untilReady: async (ready, signal) => ({
      readiness: await awaitReady({ ...ready, signal }, { watch, console: null }),
      lines: [],
    }),
  };
}

const receiveUnikernel = receiveImage('unikernel-image');
