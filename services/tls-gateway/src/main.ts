import type { Logger } from '@albatross/shared/runtime/logger';
import { run } from '@albatross/shared/runtime/run';
import { takeNotification } from '@albatross/shared/runtime/service-manager';
import { VERSION } from '@albatross/shared/runtime/version';
import { takeActivation } from './activation.ts';
import { readConfig } from './config.ts';
import { openLog } from './gateway-log.ts';
import { runLocal } from './local-gateway.ts';
import { readOptions, USAGE } from './options.ts';
import { runTls } from './tls-gateway.ts';

/** The original's, for an inetd without a place to log to. */
const EXIT_NO_LOG = 3;

const name = process.argv.includes('--local') ? 'local-gateway' : 'tls-gateway';

await run(name, takeNotification(process.env), async (scope, stop) => {
  const config = readConfig(process.env);
  const options = readOptions(process.argv.slice(2), config.files);
  if (options.kind === 'help' || options.kind === 'version') {
    process.stdout.write(options.kind === 'help' ? USAGE : `${VERSION}\nprotocol version 5\n`);
    return 'done';
  }
  const activation = takeActivation(process.env);
  const log = await openLog(name, options, { scope, usualLevel: config.logLevel });
  if (log === null) {
    process.stderr.write(`${name}: --inetd takes --syslog, or --quiet: stdout is the client\n`);
    process.exitCode = EXIT_NO_LOG;
    return 'done';
  }
  if (options.kind === 'local')
    return await runLocal({ scope, stop, log, config, options, activation });
  const running = runTls({ scope, stop, log, config, options, activation });
  return options.entrance.kind === 'inetd' ? await toldInLog(running, log) : await running;
});

/** Not to the client, which stderr is. */
async function toldInLog(running: Promise<void | 'done'>, log: Logger): Promise<'done'> {
  try {
    await running;
  } catch (error) {
    log.error('cannot serve', { error });
    process.exitCode = 1;
  }
  return 'done';
}
