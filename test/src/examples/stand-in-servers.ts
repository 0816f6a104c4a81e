/**
 * `stand-in-servers.ts FOLDER`: what examples ask beside our own programs, in the network that it is run in, until
 * SIGTERM. The builds of robur, a database with the API of InfluxDB, and one that takes lines.
 */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { page, twoBuilds } from '../../../client/src/testing/toy-build-server.ts';
import { helloImage } from '../../../examples/hello/src/index.ts';

const [folder = ''] = process.argv.slice(2);
const HELLO = readFileSync(helloImage('spt'));
/** Another image, which does the same. */
const LATER = Buffer.concat([HELLO, Buffer.alloc(1)]);
const BUILDS = twoBuilds(HELLO, LATER);

const builds: RequestListener = ({ url = '' }, response) => (BUILDS[url] ?? page(404))(response);
const influx: RequestListener = (request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
};

const credentials = {
  key: readFileSync(join(folder, 'builds.key')),
  cert: readFileSync(join(folder, 'builds.pem')),
};
await listen(createHttpsServer(credentials, builds), 443);
await listen(createHttpServer(influx), 8086);
await listen(
  createServer((socket) => void socket.resume().on('error', () => undefined)),
  8094,
);
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}
