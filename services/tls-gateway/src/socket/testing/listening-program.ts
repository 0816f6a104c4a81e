import { startSockets } from '../sockets.ts';
import { answerDone, NOBODY, SILENT } from './sockets-under-test.ts';

/** Started as systemd starts a service with sockets; says on stdout what became of it. */
const [folder = '', pid, fds] = process.argv.slice(2);
try {
  await startSockets({
    folder,
    activation: { pid, fds },
    log: SILENT,
    requests: NOBODY,
    carryOut: answerDone,
  });
  process.stdout.write('ready\n');
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
