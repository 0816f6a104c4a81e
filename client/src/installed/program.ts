/** What the launcher finds in the installed program. */
export { main } from '../main.ts';

/** Lives through a start of the program, for V8 to see which code that takes. Throws when anything goes wrong. */
export async function rehearse(): Promise<void> {
  const rehearsal = await import('./rehearsal.ts');
  await rehearsal.rehearse();
}
