import { writeFile } from 'node:fs/promises';
import { inflateImage } from '../blobs/inflate-image.ts';

/** Inflates the image that is its argument, and prints the most memory it had, in KiB. */
const [path = ''] = process.argv.slice(2);

const nothing = (): void => undefined;
const share = { bytes: 0, grow: nothing, arrived: nothing, settle: nothing, release: nothing };
const { sizeBytes } = await inflateImage({
  path,
  digest: '',
  sizeBytes: 0,
  share,
  release: async () => undefined,
});
await writeFile(`${path}.size`, String(sizeBytes));
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
