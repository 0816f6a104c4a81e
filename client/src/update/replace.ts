import { Failure } from '@albatross/shared/contracts/failures';
import type { DownloadedImage } from './downloaded-image.ts';
import type { Replaceable } from './running-here.ts';
import type { Left, Replaced, System } from './system.ts';

/** What became of an order to replace. */
export type Attempt =
  | { readonly kind: 'replaced'; readonly now: Replaced }
  /** Nothing is there any more, neither the old nor the new. */
  | { readonly kind: 'gone'; readonly failure: Failure }
  /** What was there is there still. */
  | { readonly kind: 'kept'; readonly failure: Failure }
  /** Nobody tells what is there; the failure says both. */
  | { readonly kind: 'untold'; readonly failure: Failure };

/**
 * Has an image replaced. That this fails says little of what is there: an answer may be lost while the order is
 * carried out, and an original host ends the old one before it looks at the new. So it is looked at then.
 */
export async function replace(
  system: System,
  old: Replaceable,
  image: DownloadedImage,
): Promise<Attempt> {
  try {
    return { kind: 'replaced', now: await system.replace(old, image) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return await afterAll(system, image, error);
  }
}

async function afterAll(
  system: System,
  { digest }: DownloadedImage,
  failure: Failure,
): Promise<Attempt> {
  let left: Left | null;
  try {
    left = await system.left();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const unknown = `which image is there now is not known: ${error.message} [${error.code}]`;
    return { kind: 'untold', failure: andAlso(failure, unknown) };
  }
  if (left === null) return { kind: 'gone', failure };
  return left.digest === digest ? { kind: 'replaced', now: left.now } : { kind: 'kept', failure };
}

/** The same failure with one more thing to know. */
export function andAlso({ code, message, details }: Failure, also: string): Failure {
  return new Failure(code, `${message}; ${also}`, details);
}
