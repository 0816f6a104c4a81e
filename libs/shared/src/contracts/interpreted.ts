import * as z from './schema.ts';

/**
 * For a process that reads a few messages and ends, before it loads any contract: zod then makes no code for each
 * schema, which takes as long as to read hundreds of messages without.
 */
export function interpretSchemas(): void {
  z.config({ jitless: true });
}
