import { interrupted } from '../interrupted.ts';
import type { Output } from '../output.ts';
import { withBar, type Bars } from '../progress.ts';
import type { Ready } from '../readiness/wait-options.ts';
import type { Build, BuildRepository } from './build-repository.ts';
import { checkImage } from './check-image.ts';
import { downloadImage, type DownloadedImage } from './downloaded-image.ts';
import { tellOutcome } from './outcome.ts';
import type { Replaceable } from './running-here.ts';
import { swap, type Swapped } from './swap.ts';
import type { System } from './system.ts';

export interface UpdateOrder {
  readonly repository: BuildRepository;
  readonly isDryRun: boolean;
  /** When the new image is believed; null: at once. */
  readonly ready: Ready | null;
}

/** Replaces the image of a unikernel by that of the latest build, if it is another. Throws a `Failure`. */
export async function update(output: Output, order: UpdateOrder, system: System): Promise<void> {
  const { repository, isDryRun } = order;
  const old = await system.find();
  const build = await repository.buildOf(old.digest);
  const latest = await repository.latest(build);
  const known = { name: old.name, job: jobName(build), build: build.uuid, latest: latest.uuid };
  if (build.uuid === latest.uuid) {
    const value = { ...known, compare: null, outcome: 'up-to-date', ...NOTHING };
    const words = `${old.name} is already up to date: build ${build.uuid} of ${known.job}`;
    return isDryRun ? output.show(value, words) : output.done(value, words);
  }
  const compare = repository.compareAddress(build, latest);
  const found = [
    `${old.name} is build ${build.uuid} of ${known.job}; the latest is ${latest.uuid}`,
    `compare at ${compare}`,
  ];
  if (isDryRun) return output.show({ ...known, compare, outcome: 'dry-run', ...NOTHING }, found);
  if (!output.isJson && !output.isQuiet) for (const line of found) output.line(line);
  const { digest, swapped } = await replaceBy(latest, old, order, system, output);
  tellOutcome(output, { ...known, compare }, { old: old.digest, latest: digest }, swapped);
}

const NOTHING = { unikernel: null, why: null } as const;

async function replaceBy(
  latest: Build,
  old: Replaceable,
  { repository, ready }: UpdateOrder,
  system: System,
  output: Output,
): Promise<{ readonly digest: string; readonly swapped: Swapped }> {
  await using image = await download(latest, repository, output);
  checkImage(image, old.configuration);
  const { digest } = image;
  const sent = { ...withBar(output, `sending build ${latest.uuid}`, image), digest };
  const swapped = await swap(system, old, sent, {
    ready,
    interrupted,
    onReplaced: ({ words }) => {
      if (!output.isJson && !output.isQuiet) output.line(words);
    },
  });
  return { digest, swapped };
}

async function download(
  latest: Build,
  repository: BuildRepository,
  bars: Bars,
): Promise<DownloadedImage> {
  using progress = bars.progress(`downloading build ${latest.uuid}`, null);
  return await downloadImage(
    async (write) => await repository.download(latest, write, { progress }),
  );
}

/** As people call it. */
function jobName({ job }: Build): string {
  try {
    return decodeURIComponent(job);
  } catch {
    return job;
  }
}
