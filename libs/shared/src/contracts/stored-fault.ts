import { SchemaError } from './schema.ts';

/**
 * Why text is not what we write, in a line, and without anything that stands in it: it may be a secret. `error` is
 * what parsing it threw.
 */
export function storedFault(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is cut off, or something else than what we write';
  if (error instanceof SchemaError) {
    const [issue] = error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    return `${place === '' ? 'it' : place}: ${issue?.message ?? 'unknown'}`;
  }
  return error instanceof Error ? error.message : String(error);
}
