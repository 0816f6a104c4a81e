import type { Output } from '../output.ts';
import type { Build, BuildRepository } from './build-repository.ts';
import { checkImage } from './check-image.ts';
import { downloadImage, type DownloadedImage } from './downloaded-image.ts';
import type { Replaceable } from './running-here.ts';

/** Where it runs. */
export interface System {
  readonly find: () => Promise<Replaceable>;
  /** Returns what became of it. */
  readonly replace: (
    old: Replaceable,
    image: DownloadedImage,
  ) => Promise<{ readonly words: string; readonly json: object | null }>;
}

export interface UpdateOrder {
  readonly repository: BuildRepository;
  readonly isDryRun: boolean;
}

/** Replaces the image of a unikernel by that of the latest build, if it is another. Throws a `Failure`. */
export async function update(output: Output, order: UpdateOrder, system: System): Promise<void> {
  const { repository, isDryRun } = order;
  const old = await system.find();
  const build = await repository.buildOf(old.digest);
  const latest = await repository.latest(build);
  const known = { name: old.name, job: jobName(build), build: build.uuid, latest: latest.uuid };
  if (build.uuid === latest.uuid) {
    if (output.isJson) output.json({ ...known, compare: null, outcome: 'up-to-date', ...NOTHING });
    else output.line(`${old.name} is already up to date: build ${build.uuid} of ${known.job}`);
    return;
  }
  const compare = repository.compareAddress(build, latest);
  if (!output.isJson) {
    output.line(`${old.name} is build ${build.uuid} of ${known.job}; the latest is ${latest.uuid}`);
    output.line(`compare at ${compare}`);
  }
  if (isDryRun) {
    if (output.isJson) output.json({ ...known, compare, outcome: 'dry-run', ...NOTHING });
    return;
  }
  const { words, json } = await replaceBy(latest, old, order, system);
  if (output.isJson) output.json({ ...known, compare, outcome: 'updated', unikernel: json });
  else output.line(words);
}

const NOTHING = { unikernel: null } as const;

async function replaceBy(
  latest: Build,
  old: Replaceable,
  { repository }: UpdateOrder,
  { replace }: System,
): ReturnType<System['replace']> {
  await using image = await downloadImage(
    async (write) => await repository.download(latest, write),
  );
  checkImage(image, old.configuration);
  return await replace(old, image);
}

/** As people call it. */
function jobName({ job }: Build): string {
  try {
    return decodeURIComponent(job);
  } catch {
    return job;
  }
}
