import { createLogger } from '../logger.ts';

const log = createLogger('program', 'info');
for (let n = 1; n <= 100; n += 1) log.info('a word', { n });
process.kill(process.pid, 'SIGKILL');
