import { checkSaid } from './check-said.ts';
import type { ExampleHost } from './example-host.ts';
import { EXEMPT, isAside, isLong, statusesOf } from './kinds-of-examples.ts';
import { preparationOf, SESSIONS } from './preparations.ts';
import type { Told } from './told-examples.ts';
import { typeExample } from './type-example.ts';

/** Types an example as it stands, and once more with `--json`. */
export async function carryOut(host: ExampleHost, line: string): Promise<void> {
  for (const typed of [line, ...jsonOf(line)]) {
    if (!isAside(line)) await host.restoreStanding();
    await using shell = await host.shell(await host.folder());
    for (const before of preparationOf(line)) checkSaid(before, await shell.type(before));
    checkSaid(typed, await typeExample(shell, typed), statusesOf(line));
  }
}

function jsonOf(line: string): readonly string[] {
  const isPlain = /^albatross [^|>;&]*$/.test(line) && !line.includes('--json');
  return isPlain && !isLong(line) ? [`${line} --json`] : [];
}

/** Types what stands in one place in order, in one folder. */
export async function carryOutInOrder(host: ExampleHost, { where, lines }: Told): Promise<void> {
  const { before, isServing = true } = SESSIONS[where] ?? { before: [] };
  await host.restoreStanding();
  const folder = await host.folder();
  await using shell = await host.shell(folder);
  for (const line of before) checkSaid(line, await shell.type(line));
  if (!isServing) await host.stopServing();
  for (const line of lines) {
    if (EXEMPT[line] !== undefined) continue;
    checkSaid(line, await typeExample(shell, line));
    // What the text says between the lines.
    if (isOfServer(line)) await host.serveFrom(folder, serverIn(line));
  }
  if (!isServing || lines.some(isOfServer)) await host.serveAgain();
}

/** The server's own certificate is made, and goes to it. */
function isOfServer(line: string): boolean {
  return line.startsWith('albatross generate');
}

function serverIn(line: string): string {
  return /--server (\S+)/.exec(line)?.[1] ?? 'server';
}
