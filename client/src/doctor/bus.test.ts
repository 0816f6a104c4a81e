import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { generateKey } from '@albatross/shared/bus/keys';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { PROCESSES } from '@albatross/shared/contracts/identities';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { VERSION } from '@albatross/shared/runtime/version';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { checkBus } from './bus.ts';
import type { HostPlace } from './host-place.ts';

const LONG_MS = 15_000;
const SHORT_MS = 50;

describe('the findings about the bus', () => {
  let server: RealServer;
  let folder: TemporaryFolder;
  let place: HostPlace;

  before(async () => {
    server = await RealServer.start();
  });
  after(async () => await server[Symbol.asyncDispose]());
  beforeEach(async () => {
    folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    place = { folders, dir: folder.path, programFolders: [], uid: 0, now: 0 };
    await mkdir(dirname(keyFile(folders, 'admin')), { recursive: true });
  });

  afterEach(async () => await folder[Symbol.asyncDispose]());

  async function setUp(url: string, seed: string): Promise<void> {
    await writeFile(busUrlFile(place.folders), `${url}\n`);
    await writeFile(keyFile(place.folders, 'admin'), `${seed}\n`);
  }

  async function onlyFinding(): Promise<string> {
    const [finding, ...more] = await checkBus(place, SHORT_MS);
    assert.deepEqual(more, []);
    assert.ok(finding?.level === 'fail');
    return `${finding.text} | ${finding.mend}`;
  }

  it('name every process that is heard, and end as soon as all are', async () => {
    await setUp(server.url, server.seed('admin'));
    await using scope = new Scope();
    for (const process of PROCESSES)
      scope.use(
        startHeartbeat(scope.use(await server.connect(process)), {
          process,
          version: VERSION,
          intervalMs: 20,
          usage: readProcessUsage,
          describe: () => ({ connections: [], figures: {}, digest: {}, domains: [] }),
          onDefect: (error) => assert.fail(String(error)),
        }),
      );
    const findings = await checkBus(place, LONG_MS);
    assert.deepEqual(
      findings.map(({ level, check }) => `${level} ${check}`),
      ['bus', ...PROCESSES].map((check) => `ok ${check}`),
    );
  });

  it('name the processes that are silent', async () => {
    await setUp(server.url, server.seed('admin'));
    const findings = await checkBus(place, SHORT_MS);
    assert.deepEqual(
      findings.map(({ level, check }) => `${level} ${check}`),
      ['ok bus', 'fail supervisor', 'fail console', 'fail stats'],
    );
  });

  it('say what is missing, unfit or not reached, with what mends it', async () => {
    assert.match(await onlyFinding(), /^there is no .*bus\.url; .* \| npm start -- --dir /);
    await setUp(server.url, 'SUSEED');
    assert.match(await onlyFinding(), /admin\.nk holds no key; .* \| rm .*admin\.nk && npm start/);
    await setUp(server.url, '');
    assert.match(await onlyFinding(), /admin\.nk is empty/);
    await setUp(server.url, generateKey().seed);
    assert.match(await onlyFinding(), /does not know this key \| npm start/);
    await setUp('nats://127.0.0.1:1', server.seed('admin'));
    assert.match(await onlyFinding(), /^no bus at nats:\/\/127\.0\.0\.1:1: .* \| npm start/);
  });

  it('do not wait for a pipe where a file should be', async () => {
    await promisify(execFile)('mkfifo', [busUrlFile(place.folders)]);
    assert.match(await onlyFinding(), /bus\.url is no file \| ls -ld /);
  });
});
