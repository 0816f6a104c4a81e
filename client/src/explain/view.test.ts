import type { WireCommand } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '../testing/certificate-desk.ts';
import { commandFacts, commandWord } from './command-words.ts';
import { durationWords } from './duration-words.ts';
import type { ExplainedCertificate, Explanation } from './explanation.ts';
import { explanationLines } from './view.ts';

const AT = '2026-11-22T00:55:00Z';

const CERTIFICATE: ExplainedCertificate = {
  subject: 'CN=ca',
  issuer: 'CN=ca',
  serial: '0a',
  notBefore: '2026-11-21T00:00:00Z',
  notAfter: '2036-11-21T00:00:00Z',
  key: 'ed25519',
  isAuthority: true,
  isTrusted: true,
  hosts: null,
  path: null,
  policy: null,
  command: null,
  problem: null,
};

const LEAF: ExplainedCertificate = {
  ...CERTIFICATE,
  subject: 'CN=hello',
  serial: '0b',
  notBefore: '2026-11-22T00:00:00Z',
  notAfter: '2026-11-22T01:00:00Z',
  isAuthority: false,
  isTrusted: false,
  command: commandFacts(create(32)),
};

const EXPLANATION: Explanation = {
  file: 'hello.pem',
  kind: 'client',
  at: AT,
  accepted: true,
  refusals: [],
  certificates: [CERTIFICATE, LEAF],
  request: null,
  name: 'hello' as NonNullable<Explanation['name']>,
  trust: { file: 'cacert.pem', authority: 'CN=ca' },
  revocationLists: 2,
  notes: ['a note'],
  expiresAt: '2026-11-22T01:00:00Z',
};

describe('an explanation', () => {
  it('goes from the root downwards to the verdict', () => {
    assert.deepEqual(explanationLines(EXPLANATION), [
      'trusted authority CN=ca, issued by itself',
      '  serial number 0a, key ed25519',
      '  valid from 2026-11-21T00:00:00Z until 2036-11-21T00:00:00Z: 3651 days more',
      'client CN=hello, issued by CN=ca',
      '  serial number 0b, key ed25519',
      '  valid from 2026-11-22T00:00:00Z until 2026-11-22T01:00:00Z: 5 minutes more',
      '  create hello: 32 MiB of memory, the CPU 0, start-up priority 50, never restarted, no arguments and --name',
      '    image of 64 bytes',
      'trust was checked against cacert.pem, CN=ca',
      'revocation was checked against 2 lists',
      'the first of them expires at 2026-11-22T01:00:00Z',
      'note: a note',
      'accepted by servers that trust CN=ca, as far as can be told without asking one',
    ]);
  });

  it('ends in its refusals', () => {
    const lines = explanationLines({
      ...EXPLANATION,
      refusals: [
        { by: 'certificates', reason: 'expired', message: 'it expired', remedy: 'sign it again' },
        { by: 'supervisor', reason: 'CPUS_INVALID', message: 'there are no CPUs', remedy: null },
      ],
    });
    assert.deepEqual(lines.slice(-2), [
      'refused: it expired; sign it again [expired]',
      'refused: there are no CPUs [CPUS_INVALID]',
    ]);
  });

  it('says what was not checked, and what cannot be read', () => {
    const alone = { ...LEAF, command: null, problem: 'at byte 3: expected INTEGER, found NULL' };
    const trust = { file: null, authority: null };
    const lines = explanationLines({
      ...EXPLANATION,
      certificates: [alone],
      name: null,
      trust,
      revocationLists: null,
      notes: [],
    });
    assert.deepEqual(lines.slice(3), [
      '  what it is for cannot be read: at byte 3: expected INTEGER, found NULL',
      'trust was not checked: name the authority that the server trusts with --ca',
      'revocation was not checked: name the lists with --crl',
      'the first of them expires at 2026-11-22T01:00:00Z',
      'nothing is wrong with it, as far as this goes',
    ]);
  });

  it('tells how long each is valid still, or was', () => {
    const validity = (notBefore: string, notAfter: string): string => {
      const certificates = [{ ...LEAF, notBefore, notAfter }];
      return explanationLines({ ...EXPLANATION, certificates })[2]?.replace(/.*: /, '') ?? '';
    };
    assert.equal(
      validity('2026-11-22T00:00:00Z', '2026-11-22T00:54:00Z'),
      'expired 60 seconds ago',
    );
    assert.equal(validity('2026-11-22T03:00:00Z', AT), 'expired 0 seconds ago');
    const later = validity('2026-11-22T03:00:00Z', '2026-12-22T00:54:00Z');
    assert.equal(later, 'not before 2 hours from now');
  });
});

it('durations are in whole units', () => {
  const words = [0, 1000, 119_999, 120_000, 7_199_999, 7_200_000, 172_800_000].map(durationWords);
  assert.deepEqual(words, [
    '0 seconds',
    '1 second',
    '119 seconds',
    '2 minutes',
    '119 minutes',
    '2 hours',
    '2 days',
  ]);
});

describe('a command', () => {
  const detailsOf = (command: WireCommand): readonly string[] => commandFacts(command).details;

  it('is called as it is here', () => {
    assert.equal(commandWord('unikernel-force-create'), 'create --force');
    assert.equal(commandWord('stats-add'), 'stats-add');
  });

  it('is told with what it would do', () => {
    for (const [command, details] of [
      [{ kind: 'unikernel-get', level: 0 }, ['uncompressed']],
      [{ kind: 'block-dump', level: 9 }, ['compressed at level 9']],
      [{ kind: 'block-add', size: 16 }, ['16 MiB']],
      [
        { kind: 'block-set', compressed: true },
        ['content that is sent behind the certificate, compressed'],
      ],
      [
        { kind: 'block-old-add', size: 1, compressed: false, data: new Uint8Array(1) },
        ['1 MiB', 'content of 1 byte'],
      ],
      [
        { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } },
        ['the last 20 lines, and what follows'],
      ],
      [
        { kind: 'console-subscribe', from: { kind: 'since', at: Date.parse(AT) } },
        [`since ${AT}, and what follows`],
      ],
      [{ kind: 'unikernel-restart', args: null }, ['with what it was given before']],
      [{ kind: 'unikernel-info', form: 'info-4' }, ['answered in an older form']],
      [{ kind: 'unikernel-destroy' }, []],
    ] as const)
      assert.deepEqual(detailsOf(command), details, command.kind);
  });

  it('that sends its image behind the certificate says so', () => {
    const command = create(32);
    assert.ok(command.kind === 'unikernel-create');
    const config = { ...command.config, image: new Uint8Array(), compressed: true };
    const [, image] = detailsOf({ ...command, config });
    assert.equal(image, 'image that is sent behind the certificate, compressed');
  });
});
