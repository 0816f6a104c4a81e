import { join } from 'node:path';
import { makeFile, replaceFile } from '../durable-file.ts';
import { IssueError } from '../issue-error.ts';

/** Tries to make one file and to replace another in the folder it is given, and says how that failed. */
const [folder = ''] = process.argv.slice(2);
const content = 'x'.repeat(65_536);

for (const write of [
  async () => void (await makeFile(join(folder, 'new'), content, 0o400)),
  async () => await replaceFile(join(folder, 'old'), content, 0o644),
])
  await write().catch((error: unknown) => {
    if (!(error instanceof IssueError)) throw error;
    process.stdout.write(`${error.code} ${error.message.replace(/.*: /, '')}\n`);
  });
