import { readFile } from 'node:fs/promises';
import type { RunningGateway } from '../harness/running-gateway.ts';
import type { Outcome } from './cell.ts';
import type { Ground } from './ground.ts';
import { OUR_STEPS, PLACES, type OurStep } from './our-steps.ts';
import { RunningBuilds } from './running-builds.ts';
import { tally, type Tried } from './tried.ts';

export function expectedOfOurClient(): Tried {
  return tally(OUR_STEPS, ({ words, cell }) => ({ title: words, manner: mannerOf(cell), cell }));
}

/** Has our client do at our endpoint what the original's can. */
export async function tryOurClient(ground: Ground): Promise<Tried> {
  await using endpoint = await ground.endpoint('cacert.pem', 'server.pem', 'server.key');
  await using builds = await RunningBuilds.start(ground, 'tiny.hvt', 'tinybig.hvt');
  const outcomes: Outcome[] = [];
  for (const step of OUR_STEPS) {
    const isOwn = step.words.includes('@own');
    await using own = isOwn ? await ground.endpoint(...OWN) : null;
    outcomes.push(await carryOut(ground, step, own ?? endpoint, builds));
  }
  return tally(OUR_STEPS, (_, index) => outcomes[index]);
}

/** What `generate` made, in a folder of its own. */
const OWN = ['own/cacert.pem', 'own/localhost.pem', 'own/localhost.key'] as const;

async function carryOut(
  ground: Ground,
  step: OurStep,
  { destination }: RunningGateway,
  builds: RunningBuilds,
): Promise<Outcome> {
  const { words, folder = '.', isStream = false, says, status } = step;
  const program = await ground.client(spelledOut(words, destination, builds), folder);
  if (isStream) {
    await program.untilSays(says).catch(() => undefined);
    program.signal('SIGINT');
  }
  const ended = await program.ended();
  const printed = ended.stdout + ended.stderr;
  const isExpected = ended.status === status && says.test(printed) && (await isSaved(ground, step));
  const cell = isExpected
    ? step.cell
    : ({ kind: 'differs', why: `it ended with ${ended.status}: ${printed}` } as const);
  return { title: words, manner: mannerOf(cell), cell };
}

function spelledOut(words: string, destination: string, { url }: RunningBuilds): readonly string[] {
  return words.split(' ').flatMap((word) => {
    const place = Object.entries(PLACES).find(([name]) => name === word)?.[1];
    return (
      place
        ?.replace(/HOST|OTHER/, destination)
        .replace('BUILDS', url)
        .split(' ') ?? [word]
    );
  });
}

async function isSaved(ground: Ground, { saved }: OurStep): Promise<boolean> {
  if (saved === undefined) return true;
  const [bytes, like] = await Promise.all(
    [saved.file, saved.like].map(async (name) => await readFile(ground.file(name))),
  );
  if (bytes === undefined || like === undefined) return false;
  return (
    bytes.subarray(0, like.length).equals(like) &&
    bytes.subarray(like.length).every((byte) => byte === 0)
  );
}

function mannerOf({ kind }: Outcome['cell']): string {
  return kind === 'differs' ? 'refused' : 'done';
}
