import { writeSync } from 'node:fs';
import { EventLog } from '../events/event-log.ts';
import { failed } from './event-log-under-test.ts';

/** Records without end, and prints number and id of what is recorded, until it is killed. */
const [, , folder = ''] = process.argv;
const log = await EventLog.open({
  folder,
  now: () => Date.now(),
  onDefect: (error) => {
    throw error;
  },
});
log.onRecorded = ({ seq, id }) => void writeSync(1, `${seq} ${id}\n`);
for (;;) {
  for (let i = 0; i < 100; i += 1) log.record(failed('hello', 'x'.repeat(i)));
  await new Promise(setImmediate);
}
