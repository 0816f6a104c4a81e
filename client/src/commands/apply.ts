import type { Command } from 'commander';
import type { Change } from '../description/change.ts';
import type { DescribedSystem } from '../description/described-file.ts';
import type { RunningTree } from '../description/read-tree.ts';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';

interface Flags {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export function addApply(program: Command, session: Session): void {
  const command = program
    .command('apply')
    .description(
      'make the running system what a file describes; when anything is refused, all is as it was before',
    )
    .argument('<file>', 'the file, in YAML; see "albatross help files"')
    .option('--prune', 'destroy what is at and below the path of the file and is not in it')
    .option('--dry-run', 'only show what would be done');
  addExamples(command, ['albatross apply system.yaml --dry-run', 'albatross apply system.yaml']);
  addLocalOnly(command, 'give the command on the host itself').action(
    async (file: string, flags: Flags, command: Command) => {
      const { openDescription } = await import('../description/described-file.ts');
      await apply(session, command, await openDescription(file), flags);
    },
  );
}

async function apply(
  session: Session,
  command: Command,
  described: DescribedSystem,
  { dryRun = false, prune = false }: Flags,
): Promise<void> {
  const { contentsOf, differences } = await import('../description/described-file.ts');
  const { ImagesAtHand } = await import('../description/images-at-hand.ts');
  const { plan } = await import('../description/plan.ts');
  const { readTree } = await import('../description/read-tree.ts');
  await withBus(session, command, async (bus) => {
    const running: RunningTree = await readTree(bus, described.description.path);
    const found = differences(described, running);
    const wanted = prune ? found : found.filter(isInFile);
    const changes = plan(wanted, running);
    const shown = await showing(session, changes, described, found.length - wanted.length);
    await using images = new ImagesAtHand(described.images);
    images.refuseLosses(changes);
    if (dryRun) return shown.all();
    await images.prepare(bus, changes, running, session.output);
    const { carryOut } = await import('../description/carry-out.ts');
    const { SupervisorHands } = await import('../description/supervisor-hands.ts');
    const contents = contentsOf(described);
    const hands = new SupervisorHands({ bus, images, contents, bars: session.output });
    await carryOut(changes, hands, {
      done: shown.one,
      ranAgain: (name) =>
        session.output.note(`${name} had ended, and was started again to be as it was`),
    });
    shown.end();
  });
}

function isInFile({ after }: Change): boolean {
  return after !== null;
}

/** Lines for people as things are done; one array for programs at the end. So many are left though not in the file. */
async function showing(
  { output }: Session,
  changes: readonly Change[],
  { file, description: { path } }: DescribedSystem,
  leftCount: number,
) {
  const { changeLine, changeToJson } = await import('../description/change-view.ts');
  const one = (change: Change): void => {
    if (!output.isJson) output.done(null, changeLine(change));
  };
  const left = leftCount === 0 ? [] : [leftLine(leftCount)];
  const end = (): void => {
    const same =
      left.length === 0
        ? `${path} is as ${file} has it already`
        : `${path} has all of ${file} already`;
    output.done(changes.map(changeToJson), [...(changes.length === 0 ? [same] : []), ...left]);
  };
  const all = (): void => {
    const nothing = left.length === 0 ? 'no differences' : 'nothing to be done';
    output.list(changes.map(changeToJson), changes.map(changeLine), nothing);
    if (!output.isJson) output.done(null, left);
  };
  return { one, end, all };
}

function leftLine(count: number): string {
  return count === 1
    ? '1 that is not in the file stays; --prune destroys it'
    : `${count} that are not in the file stay; --prune destroys them`;
}
