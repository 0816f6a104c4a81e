import { relative } from 'node:path';
import { buildPackage } from './build-package.ts';
import { OptionsError, readOptions, USAGE } from './options.ts';

/** `npm run package`: prints the file that it has made. */
// Whoever builds it, everybody may read it.
process.umask(0o022);
try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === null) process.stdout.write(USAGE);
  else process.stdout.write(`${relative('', await buildPackage(options))}\n`);
} catch (error) {
  if (!(error instanceof OptionsError)) throw error;
  process.stderr.write(`package: ${error.message}\n`);
  process.exitCode = 124;
}
