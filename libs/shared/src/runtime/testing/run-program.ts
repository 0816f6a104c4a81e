import { run, StartError } from '../run.ts';
import type { Scope } from '../scope.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const nothing = (): void => undefined;

const closing = (what: string, close: () => Promise<void> = async () => undefined) => ({
  [Symbol.asyncDispose]: async () => {
    say(`closing ${what}`);
    await close();
  },
});

/** What `run` is tried with; the name is the program's argument. */
const STARTS: Readonly<Record<string, (scope: Scope, stop: AbortSignal) => Promise<void>>> = {
  'opens-two': async (scope) => {
    scope.use(closing('the first'));
    scope.use(closing('the second'));
  },
  'cannot-start': async (scope) => {
    scope.use(closing('what was open'));
    throw new StartError('there is no bus');
  },
  'has-a-defect': async () => {
    throw new Error('a defect', { cause: new Error('its cause') });
  },
  'fails-to-close': async (scope) => {
    scope.use(closing('the first'));
    scope.use(closing('the second', async () => await Promise.reject(new Error('it is stuck'))));
  },
  'never-closes': async (scope) => {
    scope.use(
      closing('for ever', async () => await new Promise(() => setInterval(nothing, 2 ** 30))),
    );
  },
  'cannot-start-and-never-closes': async (scope) => {
    scope.use(
      closing('for ever', async () => await new Promise(() => setInterval(nothing, 2 ** 30))),
    );
    throw new StartError('there is no bus');
  },
  'leaves-something-open': async () => {
    setInterval(nothing, 2 ** 30);
  },
  'is-stopped-while-starting': async (scope, stop) => {
    say('starting');
    await new Promise((resolve) => {
      const waiting = setInterval(nothing, 2 ** 30);
      stop.addEventListener('abort', resolve);
      scope.use({ [Symbol.dispose]: () => clearInterval(waiting) });
    });
  },
};

const start = STARTS[process.argv[2] ?? ''];
if (start === undefined) throw new Error('no such start');
await run(
  'program',
  null,
  async (scope, stop) => {
    await start(scope, stop);
    say('started');
  },
  { stopDeadlineMs: 200 },
);
