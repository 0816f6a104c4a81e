import { upload } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy } from '@albatross/shared/contracts/policy';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import type { WireConfig, WireState } from '@albatross/wire';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { EXIT_REFUSED } from '../exit-status.ts';
import { addExamples } from '../help/examples.ts';
import { readState } from '../read-state.ts';
import { readRunningSystem, type RunningSystem } from '../running-system.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import { carryOut, type Importer, type Outcome } from '../state-apply.ts';
import { measureImage, type StateImage } from '../state-image.ts';
import {
  planImport,
  type ImportPlan,
  type PolicyStep,
  type StateImages,
  type UnikernelStep,
} from '../state-import.ts';
import { planToJson } from '../state-import-json.ts';
import { planLines, resultLine, summary } from '../state-import-view.ts';

interface Flags {
  readonly apply?: true;
  readonly stopped?: true;
}

export function addImportState(program: Command, session: Session): void {
  const command = program
    .command('import-state')
    .description("import policies and unikernels from the state file of the original's daemon")
    .argument('<file>', 'the file, as in /var/lib/albatross/state')
    .option('--apply', 'do it; otherwise what would be done is only shown')
    .option('--stopped', 'do not start them yet');
  addExamples(command, ['albatross import-state /var/lib/albatross/state --apply']);
  addLocalOnly(command, 'copy the file to the host, and import it there').action(
    async (file: string, flags: Flags, command: Command) => {
      const state = await readState(file);
      const images = await measureImages(state);
      if (flags.apply !== true) return await show(session, command, state, images);
      await withBus(session, command, async (bus) => {
        const plan = planImport(state, images, await readRunningSystem(bus, namesIn(state)));
        await apply(session, plan, importer(bus, flags.stopped === true));
      });
    },
  );
}

async function measureImages({ unikernels }: WireState): Promise<StateImages> {
  const images = new Map<WireConfig, StateImage | Failure>();
  for (const entry of unikernels) {
    if (entry.kind !== 'read') continue;
    images.set(
      entry.value,
      await measureImage(entry.value).catch((error: unknown) => {
        if (error instanceof Failure) return error;
        throw error;
      }),
    );
  }
  return images;
}

/** What the file holds is shown also where nothing runs; then that is a failure nevertheless. */
async function show(
  session: Session,
  command: Command,
  state: WireState,
  images: StateImages,
): Promise<void> {
  const system = await withBus(
    session,
    command,
    async (bus) => await readRunningSystem(bus, namesIn(state)),
  ).catch((error: unknown): Failure => {
    if (error instanceof Failure) return error;
    throw error;
  });
  const compared: RunningSystem | null = system instanceof Failure ? null : system;
  const plan = planImport(state, images, compared);
  session.output.show(planToJson(plan, new Map()), planLines(plan));
  if (system instanceof Failure) throw system;
}

function namesIn({ unikernels }: WireState): ReadonlySet<string> {
  return new Set(unikernels.flatMap((entry) => (entry.kind === 'read' ? [entry.name] : [])));
}

async function apply({ output }: Session, plan: ImportPlan, importer: Importer): Promise<void> {
  const steps = [...plan.policies, ...plan.unikernels];
  const outcomes = new Map<PolicyStep | UnikernelStep, Outcome>();
  try {
    for await (const result of carryOut(plan, importer)) {
      outcomes.set(result.step, result.outcome);
      if (!output.isJson && !output.isQuiet) output.line(resultLine(result));
    }
  } finally {
    output.done(
      planToJson(plan, outcomes),
      summary(steps.map((step) => outcomes.get(step) ?? step.action)),
    );
  }
  const wasRefused = [...outcomes.values()].some(({ kind }) => kind === 'refuse');
  if (wasRefused) process.exitCode ??= EXIT_REFUSED;
}

function importer(bus: Bus, isStopped: boolean): Importer {
  return {
    addPolicy: async (request) => {
      await bus.request(addPolicy, { id: randomUUID(), ...request });
    },
    create: async ({ body, config: { name } }, image) => {
      const blob = await upload(bus, name, image.bytes, { compressed: image.isCompressed });
      await bus.request(createUnikernel, { id: randomUUID(), ...body, blob, start: !isStopped });
    },
  };
}
