import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { IDENTITIES, type Identity } from '../contracts/identities.ts';
import { generateKey } from './keys.ts';
import { renderServerConfig } from './server-config.ts';
import { STATS_BYTES_MAX } from './stats-stream.ts';

const keys = Object.fromEntries(
  IDENTITIES.map((identity) => [identity, generateKey().publicKey]),
) as Record<Identity, string>;

const config = renderServerConfig({ port: 4333, storeDir: '/tmp/a "folder" of ours', keys });

function userLine(identity: Identity): string {
  const lines = config.split('\n').filter((line) => line.includes(keys[identity]));
  assert.equal(lines.length, 1);
  return lines[0] ?? '';
}

/** What nats-server itself says of a configuration, without starting. */
function judge(text: string): { readonly status: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'albatross-nats-'));
  try {
    const file = join(folder, 'nats.conf');
    writeFileSync(file, text);
    const server = spawnSync('nats-server', ['-t', '-c', file], { encoding: 'utf8' });
    return { status: server.status, said: server.stdout + server.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the configuration of the bus', () => {
  it('is one that nats-server takes', () => {
    const { status, said } = judge(config);
    assert.equal(status, 0, said);
    assert.match(said, /is valid/);
  });

  it('is judged by a nats-server that would tell a wrong one', () => {
    assert.notEqual(judge(config.replace(keys.admin, 'UADMIN')).status, 0);
    assert.notEqual(judge(config.replace('publish:', 'publsh:')).status, 0);
  });

  it('lets it listen on loopback only', () => {
    assert.match(config, /^host: 127\.0\.0\.1$/m);
    assert.match(config, /^port: 4333$/m);
  });

  it('gives streams a folder, and there as much room as the stream of samples may take', () => {
    assert.match(config, /^ {2}store_dir: "\/tmp\/a \\"folder\\" of ours"$/m);
    assert.match(config, new RegExp(`^ {2}max_file_store: ${STATS_BYTES_MAX}$`, 'm'));
  });

  it('denies the watcher to publish: an empty list would let it publish everything', () => {
    assert.match(userLine('watcher'), /publish: \{ deny: ">" \}/);
    for (const identity of IDENTITIES) assert.doesNotMatch(userLine(identity), /\[\]/);
  });

  it("lets every identity read its own inbox and nobody else's", () => {
    for (const identity of IDENTITIES) {
      const [, subscribe] = userLine(identity).split('subscribe:');
      const inboxes = subscribe?.match(/"_INBOX[^"]*"/g);
      assert.deepEqual(inboxes, [`"_INBOX.${identity}.>"`]);
    }
  });

  it('has nobody without a key: no default user, no password', () => {
    assert.doesNotMatch(config, /no_auth_user|password|token|allow_responses/);
    assert.equal(config.match(/nkey:/g)?.length, IDENTITIES.length);
  });
});
