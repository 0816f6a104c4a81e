import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { env } from 'node:process';
import { test, type TestContext } from 'node:test';
import { killIfThere } from '../harness/kill-if-there.ts';
import { OwnNetwork } from '../harness/own-network.ts';
import { systemProcesses, unikernelProcesses } from '../harness/traces.ts';
import { checkSaid } from './check-said.ts';
import { makeCheckout } from './example-checkout.ts';
import { installPrograms } from './example-programs.ts';
import { EXEMPT, isEndless } from './kinds-of-examples.ts';
import { readmeBlocks } from './told-examples.ts';
import { typeExample } from './type-example.ts';
import { TypedShell } from './typed-shell.ts';

const DEADLINE = { timeout: 60_000 };
const DEADLINE_OF_ALL = { timeout: 170_000 };
/** By npm, which may tell by its status that it was interrupted. */
const INTERRUPTED = [0, 130];

test('the README of the project is typed from top to bottom', DEADLINE_OF_ALL, async (t) => {
  const none = await whyNot();
  if (none !== null) return t.skip(none);
  await using folder = await TemporaryFolder.make();
  await chmod(folder.path, 0o755);
  for (const name of ['checkout', 'home', 'bin']) await mkdir(folder.file(name));
  await makeCheckout(folder.file('checkout'));
  await installPrograms(folder.file('bin'));
  await using terminals = new Terminals(folder, await OwnNetwork.open(t));
  for (const lines of readmeBlocks()) await typeBlock(t, terminals, lines);
  await t.test('and what it started is ended', DEADLINE, async () => await terminals.end());
});

async function whyNot(): Promise<string | null> {
  const { error } = spawnSync('qemu-system-x86_64', ['--version']);
  if (error !== undefined) return 'not run here: there is no qemu-system-x86_64';
  const none = await OwnNetwork.whyNot();
  return none === false ? null : `not run here: ${none}`;
}

async function typeBlock(
  t: TestContext,
  terminals: Terminals,
  lines: readonly string[],
): Promise<void> {
  const typed = lines.filter((line) => EXEMPT[line] === undefined);
  const [first] = typed;
  if (first === undefined) return;
  const title = typed.length === 1 ? first : `${first} and ${typed.length - 1} more`;
  await t.test(title, DEADLINE, async () => {
    const terminal = await terminals.terminalFor(typed);
    for (const line of typed)
      if (!isService(line)) checkSaid(line, await typeExample(terminal, line));
      else {
        terminal.begin(line);
        await terminal.untilSays(/^ready|"msg":"ready"/m);
      }
  });
}

/** It stays in the foreground of its terminal while others are typed in. */
function isService(line: string): boolean {
  return line.startsWith('npm ') && isEndless(line);
}

/** One for what is typed, and one more for each service. */
class Terminals implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #network: OwnNetwork;
  readonly #services: TypedShell[] = [];
  #typed: TypedShell | null = null;

  constructor(folder: TemporaryFolder, network: OwnNetwork) {
    this.#folder = folder;
    this.#network = network;
  }

  async terminalFor(lines: readonly string[]): Promise<TypedShell> {
    if (!lines.some(isService)) return (this.#typed ??= await this.#open());
    const service = await this.#open();
    this.#services.push(service);
    return service;
  }

  async end(): Promise<void> {
    const { stdout } = (await this.#typed?.type('npx albatross info --json')) ?? assert.fail();
    for (const { name } of JSON.parse(stdout) as readonly { readonly name: string }[])
      await this.#typed?.type(`npx albatross destroy ${name}`);
    for (const service of this.#services.toReversed()) {
      service.interrupt();
      const { status, stderr } = await service.ended();
      assert.ok(INTERRUPTED.includes(status), `${status} ${stderr}`);
    }
  }

  async #open(): Promise<TypedShell> {
    return await TypedShell.open({
      folder: this.#folder.file('checkout'),
      inside: this.#network.command(),
      env: {
        PATH: `${this.#folder.file('bin')}:${env['PATH'] ?? ''}`,
        HOME: this.#folder.file('home'),
        LANG: 'C.UTF-8',
        ALBATROSS_STATS_INTERVAL_S: '1',
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const shell of [...this.#services, ...(this.#typed === null ? [] : [this.#typed])])
      await shell[Symbol.asyncDispose]();
    // Nothing is left but what a failure left.
    const dir = this.#folder.file('checkout/.albatross');
    for (const pid of [...systemProcesses(dir), ...unikernelProcesses(dir)]) killIfThere(pid);
  }
}
