import { Failure } from '@albatross/shared/contracts/failures';
import { EXIT_INTERRUPTED } from '../exit-status.ts';
import type { Output } from '../output.ts';
import type { Swapped } from './swap.ts';

/** What is known of an update whatever comes of it; the builds are those of before and of now. */
interface Known {
  readonly name: string;
  readonly build: string;
  readonly latest: string;
  readonly job: string;
  readonly compare: string;
}

interface Digests {
  readonly old: string;
  readonly latest: string;
}

/** Says what came of an update. Throws a `Failure` when the new image was not found good. */
export function tellOutcome(
  output: Output,
  known: Known,
  digests: Digests,
  swapped: Swapped,
): void {
  const { name } = known;
  const why = 'why' in swapped ? swapped.why : null;
  const object = { ...known, outcome: swapped.kind, unikernel: swapped.now?.json ?? null, why };
  if (swapped.kind === 'updated') {
    const { afterMs } = swapped;
    const words = afterMs === null ? [] : `${name} is ready after ${(afterMs / 1000).toFixed(1)} s`;
    return output.done(object, words);
  }
  if (output.isJson) output.json(object);
  else if ('lines' in swapped) for (const line of swapped.lines) output.note(`  ${line}`);
  if (swapped.kind === 'interrupted') {
    output.note(`interrupted; ${runsNow(known, digests)}, and may not become ready`);
    process.exitCode ??= EXIT_INTERRUPTED;
    return;
  }
  throw failureOf(known, digests, swapped);
}

function failureOf(
  known: Known,
  digests: Digests,
  swapped: Exclude<Swapped, { readonly kind: 'updated' | 'interrupted' }>,
): Failure {
  const { name } = known;
  if (swapped.kind === 'unknown')
    return new Failure(
      'DEADLINE_EXCEEDED',
      `whether ${name} became ready is not known: ${swapped.why}; ${runsNow(known, digests)}`,
      { name },
    );
  const { why, lines } = swapped;
  const details = { name, why, console: lines, ...digests };
  const unready = `updated ${name} did not become ready: ${why}`;
  if (swapped.kind === 'rolled-back')
    return new Failure(
      'UPDATE_ROLLED_BACK',
      `${unready}; rolled back to ${shortly(digests.old)}, build ${known.build}`,
      details,
    );
  const message = `${unready}; ${swapped.whyNotBack}`;
  return new Failure('UPDATE_ROLLBACK_FAILED', message, {
    ...details,
    whyNotBack: swapped.whyNotBack,
  });
}

function runsNow({ name, latest }: Known, digests: Digests): string {
  return `${name} has the new image, ${shortly(digests.latest)}, build ${latest}`;
}

/** As lists show it. */
function shortly(digest: string): string {
  return `sha256:${digest.slice(0, 12)}`;
}
