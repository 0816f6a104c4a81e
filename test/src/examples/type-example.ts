import { isEndless } from './kinds-of-examples.ts';
import type { Typed, TypedShell } from './typed-shell.ts';

/** What a line says that goes on: rows or lines; of a service, that it is ready. */
const SAYS = /"msg":"ready"|^(?!\{"level").*\S/m;

/** Types a line as it stands, and Ctrl-C once one that goes on has said something. */
export async function typeExample(shell: TypedShell, line: string): Promise<Typed> {
  if (!isEndless(line)) return await shell.type(line);
  shell.begin(line);
  await shell.untilSays(SAYS);
  shell.interrupt();
  return await shell.ended();
}
