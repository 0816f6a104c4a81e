import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RefusalReason } from '../refusal.ts';
import { Revocations } from '../revocations.ts';
import { verifyChain, type ChainVerdict } from '../verify-chain.ts';
import { openssl } from './openssl.ts';
import { opensslRefusal } from './openssl-verdict.ts';
import { NOW, type Party } from './parties.ts';

export interface Chain {
  readonly anchor: Party;
  readonly sent: readonly Party[];
}

const hasOpenssl = await openssl(['version']).then(
  () => true,
  () => false,
);

type Make = () => Promise<Chain>;

/** A test for us, and one for whether OpenSSL sees it as we do; `opensslDiffers` is why it does not. */
export function itTakes(what: string, make: Make, opensslDiffers?: string): void {
  it(`takes ${what}`, async () => assert.equal(reasonOf(verdictOn(await make())), null));
  itCompares(what, make, { isTaken: true, opensslDiffers });
}

/** `blamed` is the common name of the certificate that is wrong. */
export function itRefuses(
  what: string,
  make: Make,
  {
    reason,
    blamed,
    opensslDiffers,
  }: { reason: RefusalReason; blamed: string; opensslDiffers?: string },
): void {
  it(`refuses ${what}: ${reason}`, async () => {
    const verdict = verdictOn(await make());
    assert.ok(verdict.kind === 'refused');
    assert.deepEqual(
      [verdict.reason, verdict.certificate?.commonName],
      [reason, blamed],
      verdict.message,
    );
    assert.match(verdict.message, /^the certificate CN=[ -~]+$/);
  });
  itCompares(what, make, { isTaken: false, opensslDiffers });
}

function itCompares(
  what: string,
  make: Make,
  { isTaken, opensslDiffers }: { isTaken: boolean; opensslDiffers: string | undefined },
): void {
  const name =
    opensslDiffers === undefined
      ? `agrees with OpenSSL about ${what}`
      : `does not agree with OpenSSL about ${what}: ${opensslDiffers}`;
  it(name, async (t) => {
    if (!hasOpenssl) return t.skip('openssl is not installed');
    const { anchor, sent } = await make();
    const refusal = await opensslRefusal({ anchor: anchor.der, sent: sent.map(({ der }) => der) });
    const isExpected = opensslDiffers === undefined ? isTaken : !isTaken;
    assert.equal(refusal === null, isExpected, refusal ?? 'it was accepted');
  });
}

export function verdictOn(
  { anchor, sent }: Chain,
  revocations = new Revocations([]),
): ChainVerdict {
  return verifyChain({
    sent: sent.map(({ der }) => der),
    anchor: anchor.certificate,
    now: NOW,
    revocations,
  });
}

export function reasonOf(verdict: ChainVerdict): RefusalReason | null {
  return verdict.kind === 'refused' ? verdict.reason : null;
}
