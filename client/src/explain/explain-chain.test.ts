import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { explainChain } from './explain-chain.ts';
import { explainRequest } from './explain-request.ts';
import type { Explanation } from './explanation.ts';
import { readMaterial } from './material.ts';

const pki = await import('@albatross/pki');

/** What the original issued and sent. */
const VECTORS = fileURLToPath(new URL('../../../libs/pki/vectors/', import.meta.url));
const RECORDED_AT = Date.parse('2026-11-22T00:55:00Z');
const CA = `${VECTORS}authorities/ed25519.pem`;
const OTHER = `${VECTORS}authorities/p256.pem`;

async function explained(
  path: string,
  { ca = CA, now = RECORDED_AT }: { ca?: string | null; now?: number } = {},
): Promise<Explanation> {
  const file = `${VECTORS}${path}`;
  const material = await readMaterial(pki, file);
  if (material.kind === 'request')
    return explainRequest(pki, { file, request: material.request, now });
  const [anchor] = ca === null ? [] : await pki.readCertificates(ca);
  const trusted = ca === null || anchor === undefined ? null : { file: ca, anchor };
  const { first, others } = material;
  return explainChain(pki, { file, first, others, trusted, lists: null, now });
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(`${VECTORS}${folder}`);
  return names.filter((name) => !name.endsWith('.gz')).map((name) => `${folder}/${name}`);
}

const reasonsOf = ({ refusals }: Explanation): readonly string[] =>
  refusals.map(({ by, reason }) => `${by} ${reason}`);

/** By name, of those that are refused. */
async function refusedIn(...folders: readonly string[]): Promise<Record<string, string>> {
  const refused: Record<string, string> = {};
  for (const folder of folders)
    for (const path of await filesIn(folder)) {
      const explanation = await explained(path);
      assert.equal(explanation.kind, folder === 'requests' ? 'request' : 'client', path);
      assert.equal(explanation.accepted, explanation.refusals.length === 0, path);
      if (explanation.accepted) continue;
      const name = path.replace(/^.*\/|\.\w+$/g, '');
      refused[name] = reasonsOf(explanation).join();
    }
  return refused;
}

/** No server of ours does these, whoever asks. */
const NOT_DONE = {
  'create-bhyve': 'supervisor HYPERVISOR_UNSUPPORTED',
  'remove-policy': 'gateway command',
  'stats-add': 'gateway command',
  'stats-remove': 'gateway command',
};

describe('of what the original issued, sent and asked for', () => {
  it('all is accepted but what no server does', async () => {
    assert.deepEqual(await refusedIn('leaves', 'sent'), NOT_DONE);
    assert.deepEqual(await refusedIn('requests'), NOT_DONE);
  });

  it('a leaf acts on one name, an authority signs for its path, and a root for all', async () => {
    const of = async (path: string): Promise<unknown> => {
      const { kind, name, accepted } = await explained(path);
      return [kind, name, accepted];
    };
    assert.deepEqual(await of('leaves/info-root.pem'), ['client', 'tenant:', true]);
    const deep = 'leaves/info-hello-under-sub.pem';
    assert.deepEqual(await of(deep), ['client', 'tenant:sub:hello', true]);
    assert.deepEqual(await of('policies/tenant.pem'), ['authority', 'tenant:', true]);
    assert.deepEqual(await of('policies/sub-of-tenant.pem'), ['authority', 'tenant:sub:', true]);
    assert.deepEqual(await of('servers/ed25519.pem'), ['server', null, true]);
    assert.deepEqual(await of('authorities/ed25519.pem'), ['authority', ':', true]);
    assert.deepEqual(await of('requests/info-hello.req'), ['request', 'hello', true]);
    assert.deepEqual(await of('requests/tenant.req'), ['request', 'tenant:', true]);
  });

  it('the certificates are told from the root downwards, and the first to expire', async () => {
    const explanation = await explained('sent/info-hello.pem');
    const told = explanation.certificates.map((one) => {
      return [one.subject, one.issuer, one.key, one.isTrusted, one.path];
    });
    assert.deepEqual(told, [
      ['CN=ca', 'CN=ca', 'ed25519', true, null],
      ['CN=tenant', 'CN=ca', 'ed25519', false, 'tenant:'],
      ['CN=hello', 'CN=tenant', 'ed25519', false, null],
    ]);
    assert.match(explanation.expiresAt ?? '', /^2026-11-22T00:5\d:\d\dZ$/);
    assert.equal(explanation.certificates.at(-1)?.notAfter, explanation.expiresAt);
  });

  it('arguments are counted, and nowhere told', async () => {
    const explanation = await explained('leaves/create-args.pem');
    assert.equal(explanation.certificates.at(-1)?.command?.configuration?.argumentCount, 3);
    const material = await readMaterial(pki, `${VECTORS}requests/create-args.req`);
    assert.ok(material.kind === 'request' && material.request.command?.kind === 'unikernel-create');
    const { arguments: secrets } = material.request.command.config;
    assert.equal(secrets.length, 3);
    const told = JSON.stringify(explanation.certificates);
    for (const secret of secrets) assert.ok(!told.includes(secret), secret);
  });

  it('trust is refused for its reason, and what is shown is as the names say', async () => {
    for (const [path, options, reason, names] of [
      ['leaves/info-hello.pem', { ca: OTHER }, 'unknown-issuer', 'ca tenant hello'],
      ['leaves/info-hello.pem', { now: Date.parse('2040-01-01') }, 'expired', 'ca tenant hello'],
      ['leaves/info-hello.pem', { now: 0 }, 'not-yet-valid', 'ca tenant hello'],
      ['policies/sub-of-tenant-only.pem', {}, 'unknown-issuer', 'ca sub'],
      ['policies/tenant.pem', { ca: OTHER }, 'unknown-issuer', 'ca tenant'],
      ['servers/p256.pem', {}, 'unknown-issuer', 'ca server'],
    ] as const) {
      const explanation = await explained(path, options);
      assert.deepEqual(reasonsOf(explanation), [`certificates ${reason}`], path);
      const subjects = explanation.certificates.map(({ subject }) => subject.replace('CN=', ''));
      assert.equal(subjects.join(' '), names, path);
    }
  });

  it('without a trusted authority they are held against each other', async () => {
    const alone = { ca: null };
    const whole = await explained('leaves/info-hello.pem', alone);
    assert.deepEqual([whole.accepted, whole.name], [true, 'tenant:hello']);
    assert.deepEqual(whole.trust, { file: null, authority: null });
    assert.ok(whole.certificates.every(({ isTrusted }) => !isTrusted));
    const sub = await explained('policies/sub-of-tenant.pem', alone);
    assert.deepEqual([sub.accepted, sub.name], [true, 'tenant:sub:']);
    const server = await explained('servers/ed25519.pem', alone);
    assert.deepEqual([server.accepted, server.certificates.length], [true, 1]);
    const root = await explained('authorities/ed25519.pem', alone);
    assert.deepEqual([root.accepted, root.name, root.certificates.length], [true, ':', 1]);
    const late = await explained('servers/ed25519.pem', {
      ...alone,
      now: Date.parse('2040-01-01'),
    });
    assert.deepEqual(reasonsOf(late), ['certificates expired']);
  });
});
