import { contextTag, der } from '@albatross/wire';
import { describe } from 'node:test';
import { nameOf, parseCommonName } from './common-name.ts';
import { OID } from './object-identifier.ts';
import { itRefuses, itTakes, type Chain } from './testing/chain-case.ts';
import {
  alternativeNames,
  command,
  constraints,
  nameConstraints,
  plain,
  policy,
  purposes,
  usage,
  type ExtensionSet,
} from './testing/extension-values.ts';
import { authority, DAY_MS, leaf, NOW } from './testing/parties.ts';

const root = await authority('root', null);
const tenant = await authority('tenant', root);

type Options = Parameters<typeof leaf>[2];

/** A leaf of the tenant, who is below the root. */
async function leafWith(options: Options): Promise<Chain> {
  return { anchor: root, sent: [await leaf('hello', tenant, options), tenant] };
}

/** A leaf of an authority below the root. */
async function tenantWith(options: Options): Promise<Chain> {
  const issuer = await authority('tenant', root, options);
  return { anchor: root, sent: [await leaf('hello', issuer), issuer] };
}

/** A leaf of the trusted authority. */
async function rootWith(options: Options): Promise<Chain> {
  const anchor = await authority('root', null, options);
  return { anchor, sent: [await leaf('hello', anchor)] };
}

const leafChange = (change: ExtensionSet) => async () => await leafWith({ change });
const tenantChange = (change: ExtensionSet) => async () => await tenantWith({ change });
const rootChange = (change: ExtensionSet) => async () => await rootWith({ change });

const unknownCritical = plain('1.2.3.4', der.nothing(), true);
const clientAuth = purposes([OID.clientAuth]);
const serverAuth = purposes([OID.serverAuth], false);
const anyPurpose = purposes(['2.5.29.37.0'], false);

const dnsName = (name: string): der.Encoded => der.sequence([[Buffer.from(name)]], 0x82);
const directoryName = (name: string): der.Encoded =>
  der.sequence([[nameOf(parseCommonName(name))]], contextTag(4));

describe('a chain', () => {
  itTakes('a leaf of the trusted authority', async () => await rootWith({}));
  itTakes('a leaf of an authority below it', async () => await tenantWith({}));
});

/** As mollymawk makes one for each request. */
describe('the chain of a web UI', () => {
  itTakes('a fresh authority and a leaf for its path, both for minutes', async () => {
    const minutes = { notBefore: NOW - 150_000, notAfter: NOW + 300_000 };
    const change = {
      usage: usage('keyCertSign', 'digitalSignature', 'nonRepudiation'),
      policy: policy(4),
    };
    const fresh = await authority('tenant', root, { ...minutes, change });
    const shown = await leaf('.', fresh, { ...minutes, change: { purposes: null } });
    return { anchor: root, sent: [shown, fresh] };
  });
});

describe('the time', () => {
  const after = { notBefore: NOW - 2 * DAY_MS, notAfter: NOW - 1000 };
  const before = { notBefore: NOW + 1000, notAfter: NOW + DAY_MS };
  for (const [who, make] of [
    ['hello', leafWith],
    ['tenant', tenantWith],
    ['root', rootWith],
  ] as const) {
    const blamed = who;
    itRefuses(`an expired ${who}`, async () => await make(after), { reason: 'expired', blamed });
    itRefuses(`a ${who} of tomorrow`, async () => await make(before), {
      reason: 'not-yet-valid',
      blamed,
    });
  }
  itTakes('a leaf in its last second', async () => await leafWith({ notAfter: NOW + 1000 }));
  itRefuses('a leaf at its very end', async () => await leafWith({ notAfter: NOW }), {
    reason: 'expired',
    blamed: 'hello',
  });
  itRefuses('a leaf at its very beginning', async () => await leafWith({ notBefore: NOW }), {
    reason: 'not-yet-valid',
    blamed: 'hello',
    opensslDiffers: 'the original wants it strictly between',
  });
});

describe('a leaf', () => {
  const blamed = 'hello';
  itRefuses('CA:TRUE', leafChange({ constraints: constraints(true) }), {
    reason: 'ca-as-leaf',
    blamed,
    opensslDiffers: 'an authority may be a client',
  });
  itTakes('a leaf without basicConstraints', leafChange({ constraints: null }));
  itTakes('a leaf without keyUsage', leafChange({ usage: null }));
  itTakes('a leaf for digitalSignature alone', leafChange({ usage: usage('digitalSignature') }));
  itRefuses('a leaf not for digitalSignature', leafChange({ usage: usage('keyEncipherment') }), {
    reason: 'key-usage',
    blamed,
  });
  itTakes('a leaf without extKeyUsage, as that of a web UI', leafChange({ purposes: null }));
  itTakes('a leaf for any purpose', leafChange({ purposes: anyPurpose }), 'it wants clientAuth');
  itRefuses('a leaf of a server', leafChange({ purposes: serverAuth }), {
    reason: 'extended-key-usage',
    blamed,
  });
  itRefuses('a leaf with an unknown critical extension', leafChange({ unknownCritical }), {
    reason: 'unknown-critical-extension',
    blamed,
  });
  itRefuses(
    'a leaf whose albatross extension is critical',
    leafChange({ command: command({ kind: 'policy-info' }, true) }),
    { reason: 'unknown-critical-extension', blamed },
  );
  itTakes(
    'a leaf with critical alternative names',
    leafChange({ names: alternativeNames(['a.example'], true) }),
  );
  itRefuses('a leaf that restricts names', leafChange({ names: nameConstraints([dnsName('a')]) }), {
    reason: 'name-constraints',
    blamed,
    opensslDiffers: 'they restrict nobody',
  });
});

describe('an authority below the trusted one', () => {
  const blamed = 'tenant';
  itRefuses('CA:FALSE', tenantChange({ constraints: constraints(false) }), {
    reason: 'not-a-ca',
    blamed,
  });
  itRefuses('no basicConstraints', tenantChange({ constraints: null }), {
    reason: 'not-a-ca',
    blamed,
  });
  itTakes(
    'basicConstraints that are not critical',
    tenantChange({ constraints: constraints(true, { isCritical: false }) }),
    'strict as it is, it wants what RFC 5280 does',
  );
  itRefuses('no keyUsage', tenantChange({ usage: null }), { reason: 'key-usage', blamed });
  itRefuses('keyUsage without keyCertSign', tenantChange({ usage: usage('cRLSign') }), {
    reason: 'key-usage',
    blamed,
  });
  itTakes(
    'keyUsage without cRLSign, as that of a web UI',
    tenantChange({ usage: usage('keyCertSign', 'digitalSignature', 'nonRepudiation') }),
  );
  itRefuses('an authority for clients', tenantChange({ purposes: clientAuth }), {
    reason: 'extended-key-usage',
    blamed,
    opensslDiffers: 'the original wants serverAuth of authorities',
  });
  itTakes(
    'an authority for servers',
    tenantChange({ purposes: serverAuth }),
    'the original wants serverAuth of authorities',
  );
  itRefuses('a critical extKeyUsage', tenantChange({ purposes: purposes([OID.serverAuth]) }), {
    reason: 'unknown-critical-extension',
    blamed,
  });
  itRefuses('an unknown critical extension', tenantChange({ unknownCritical }), {
    reason: 'unknown-critical-extension',
    blamed,
  });
});

describe('the trusted authority', () => {
  const blamed = 'root';
  itRefuses('CA:FALSE at the top', rootChange({ constraints: constraints(false) }), {
    reason: 'not-a-ca',
    blamed,
  });
  itRefuses('no keyUsage at the top', rootChange({ usage: null }), { reason: 'key-usage', blamed });
  itRefuses('an unknown critical extension at the top', rootChange({ unknownCritical }), {
    reason: 'unknown-critical-extension',
    blamed,
  });
});

describe('the names below an authority that restricts them', () => {
  const names = alternativeNames(['a.example']);
  const restricted = async (allowed: der.Encoded, change: ExtensionSet): Promise<Chain> => {
    const issuer = await authority('tenant', root, {
      change: { names: nameConstraints([allowed]) },
    });
    return { anchor: root, sent: [await leaf('hello', issuer, { change }), issuer] };
  };
  itTakes('a leaf without any', async () => await restricted(dnsName('b.example'), {}));
  itRefuses('a leaf with others', async () => await restricted(dnsName('b.example'), { names }), {
    reason: 'name-constraints',
    blamed: 'hello',
  });
  itRefuses(
    'a leaf with allowed ones',
    async () => await restricted(dnsName('a.example'), { names }),
    {
      reason: 'name-constraints',
      blamed: 'hello',
      opensslDiffers: 'they are not compared here',
    },
  );
  itRefuses('a restriction of subjects', async () => await restricted(directoryName('other'), {}), {
    reason: 'name-constraints',
    blamed: 'tenant',
  });
});
