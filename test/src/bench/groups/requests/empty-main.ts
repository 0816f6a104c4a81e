/** `empty-main.ts DIR`: answers nothing to whoever asks on the bus of the system in DIR, until it is ended. */
import { serveEmpty } from '@albatross/shared/bus/testing/empty-endpoint';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { foldersOf } from '@albatross/shared/runtime/folders';
import { argv } from 'node:process';

const identity = 'stats';
const { url, seed } = await readBusAccess(foldersOf(argv[2]), identity);
await serveEmpty(url, { identity, seed });
process.stdout.write('ready\n');
