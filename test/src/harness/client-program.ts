import { buildClient } from '../../../deploy/foreground/src/programs.ts';
import { builtProgram } from './built-program.ts';

/** The client as one file, which starts in a fraction of the time its sources take. */
export async function clientProgram(): Promise<string> {
  return await builtProgram('albatross', buildClient);
}
