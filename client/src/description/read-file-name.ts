import type { DescribedFile } from './description.ts';
import { DescriptionError, textOf, type Value } from './value.ts';

/** Throws a `DescriptionError`. */
export function readFileName(value: Value, what: string): DescribedFile {
  const path = textOf(value, what);
  if (path === '' || path.includes('\0'))
    throw new DescriptionError(value.at, `${what} is the path of a file`);
  return { path, at: value.at };
}
