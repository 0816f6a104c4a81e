import { keepCode } from './code-cache.ts';
import { installedProgram } from './installed-program.ts';
import { readProgram } from './read-program.ts';
import { runProgram } from './run-program.ts';

/** Run where the client is installed, by who may write there; and again when Node is another one. */
async function keepItsCode(): Promise<void> {
  const files = installedProgram();
  const [often, rest] = [readProgram(files.often), readProgram(files.rest)];
  await runProgram({ often, rest: () => rest }, require).rehearse();
  await keepCode(often, files.often);
  await keepCode(rest, files.rest);
}

keepItsCode().catch((error: unknown) => {
  process.stderr.write(`albatross will start more slowly than it could: ${String(error)}\n`);
  process.exitCode = 1;
});
