import { ConsolesUnderTest } from './consoles-under-test.ts';

/** Reads what is there, says so, and goes on until it is killed. */
const [, , lives = '', exits = '', histories = ''] = process.argv;
const console = new ConsolesUnderTest({ lives, exits, histories }).reconcile();
process.stdout.write('read\n');
setInterval(() => console.reconcile(), 10);
