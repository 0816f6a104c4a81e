import { readFileSync } from 'node:fs';
import { ToyBuildServer, twoBuilds } from '../../../client/src/testing/toy-build-server.ts';

/** A server of builds, until it is ended: of the image in the first file there is a build, and a newer one has that in the second. */
const [running = '', latest = ''] = process.argv.slice(2);
const server = await ToyBuildServer.start();
server.willAnswer(twoBuilds(readFileSync(running), readFileSync(latest)));
process.stdout.write(`${server.url}\n`);
