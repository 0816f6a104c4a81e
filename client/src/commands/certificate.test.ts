import type { WireCommand } from '@albatross/wire';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CertificateDesk, policyAdd, refusalOf } from '../testing/certificate-desk.ts';
import { recordedBytes } from '../testing/recorded-replies.ts';
import { answered } from '../testing/said.ts';
import { saying, ToyGateway } from '../testing/toy-gateway.ts';

describe('a prepared certificate', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    await desk.request('tenant', policyAdd());
    await desk.albatross('sign', 'cacert.pem', 'ca.db', 'ca.key', 'tenant.req');
    await writeFile(desk.file('image'), 'an image of some bytes');
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  it('has done what it is for, and is refused with what does not belong to it', async () => {
    await desk.albatross('create', 'made', 'image', '--csr');
    await desk.albatross('sign', 'tenant.pem', 'ca.db', 'tenant.key', 'made.req');
    await using gateway = await ToyGateway.start(desk, saying(answered('created unikernel')));
    const there = ['--destination', gateway.destination];
    const used = await desk.albatross('certificate', 'made.pem', 'made.key', ...there);
    assert.deepEqual([used.status, used.stdout], [0, 'tenant:hello: created unikernel\n']);
    assert.equal(gateway.shown.length, 1);
    const other = await refusalOf(desk, 'certificate', 'made.pem', 'tenant.key', ...there);
    assert.match(other, /^124 tenant.key is not the key of made.pem \[KEY_MISMATCH\]$/);
    const server = await refusalOf(desk, 'certificate', 'server.pem', 'server.key', ...there);
    assert.match(server, /^116 .* \[CHAIN_UNTRUSTED\]$/);
    const content = await refusalOf(
      desk,
      'certificate',
      'made.pem',
      'made.key',
      '--content',
      'image',
      ...there,
    );
    assert.match(content, /^124 --content cannot be given: .* \[USAGE_INVALID\]$/);
    const nowhere = await refusalOf(desk, 'certificate', 'made.pem', 'made.key');
    assert.match(nowhere, /^124 certificate needs --destination HOST \[USAGE_INVALID\]$/);
  });

  it('sends what its command needs, and saves what comes', async () => {
    const prepare = async (command: WireCommand): Promise<readonly string[]> => {
      await desk.request('data', command);
      await desk.albatross('sign', 'tenant.pem', 'ca.db', 'tenant.key', 'data.req');
      return ['certificate', 'data.pem', 'data.key'];
    };
    const run = async (bytes: Uint8Array, words: readonly string[]) => {
      await using gateway = await ToyGateway.start(desk, saying(bytes));
      const ended = await desk.albatross(...words, '-d', gateway.destination);
      return { ...ended, heard: gateway.heard };
    };
    const set = await prepare({ kind: 'block-set', compressed: true });
    const bare = await refusalOf(desk, ...set, '--destination', '127.0.0.1:1');
    assert.match(
      bare,
      /^124 the certificate has no content; --content FILE has it \[USAGE_INVALID\]$/,
    );
    const done = await run(answered('set block device'), [...set, '--content', 'image']);
    assert.deepEqual([done.status, done.stdout], [0, 'tenant:hello: set block device\n']);
    const dump = await prepare({ kind: 'block-dump', level: 9 });
    const dumped = await run(recordedBytes('28-dump-block-level9'), dump);
    assert.deepEqual(
      [dumped.status, dumped.stdout],
      [0, 'saved tenant:data to ./data.img: 1048576 bytes\n'],
    );
    const info = await prepare({ kind: 'unikernel-info', form: 'newest' });
    const shown = await run(recordedBytes('08-info-hello-one'), info);
    assert.match(shown.stdout, /^NAME +UPTIME +MEMORY .*\n/);
    const wrong = await refusalOf(desk, ...info, '--output', 'x', '--destination', '127.0.0.1:1');
    assert.match(wrong, /^124 --output cannot be given/);
  });
});
