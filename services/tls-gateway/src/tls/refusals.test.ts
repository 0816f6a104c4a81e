import type { MessageOf } from '@albatross/shared/contracts/feed';
import { refusedFeed } from '@albatross/shared/contracts/refused';
import type { Logger } from '@albatross/shared/runtime/logger';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainRefusal, type SessionRefusalReason } from './refusal-reasons.ts';
import {
  REFUSED_KINDS_MAX,
  REFUSED_KINDS_PER_ADDRESS_MAX,
  REFUSED_WINDOW_MS,
  SessionRefusals,
} from './refusals.ts';

type Told = MessageOf<typeof refusedFeed>;

class Scene implements Disposable {
  now = 1_000_000;
  readonly told: Told[] = [];
  readonly warned: unknown[] = [];
  readonly refusals: SessionRefusals;

  constructor() {
    const bus = {
      publishOwn: (_: unknown, message: unknown) => this.told.push(message as Told) > 0,
    };
    const nothing = (): void => undefined;
    const log: Logger = {
      error: nothing,
      warn: (_, fields) => void this.warned.push(fields),
      info: nothing,
      debug: nothing,
    };
    this.refusals = new SessionRefusals('tls-gateway', { bus, log }, () => this.now);
  }

  refuse(address: string, reason: SessionRefusalReason): void {
    this.refusals.refused(address, plainRefusal(reason));
  }

  get brief(): readonly (readonly [string, string, number])[] {
    return this.told.map(({ address, reason, times }) => [address, reason, times]);
  }

  [Symbol.dispose](): void {
    this.refusals[Symbol.dispose]();
  }
}

describe('refused sessions', () => {
  it('are told of at once, and repetitions together', () => {
    using scene = new Scene();
    for (let time = 0; time < 5; time += 1) scene.refuse('192.0.2.1', 'expired');
    scene.refuse('192.0.2.1', 'revoked');
    scene.refuse('192.0.2.2', 'expired');
    assert.deepEqual(scene.brief, [
      ['192.0.2.1', 'expired', 1],
      ['192.0.2.1', 'revoked', 1],
      ['192.0.2.2', 'expired', 1],
    ]);
    scene.now += REFUSED_WINDOW_MS;
    scene.refuse('192.0.2.3', 'expired');
    assert.deepEqual(scene.brief.slice(3), [
      ['192.0.2.1', 'expired', 4],
      ['192.0.2.3', 'expired', 1],
    ]);
    assert.equal(scene.warned.length, scene.told.length);
    assert.deepEqual(scene.refusals.counts, { certificate: 8, handshake: 0, load: 0 });
  });

  it('are messages that the feed has', () => {
    using scene = new Scene();
    scene.refusals.refused('::1', { reason: 'chain', message: 'x'.repeat(9_999) });
    assert.doesNotThrow(() => refusedFeed.message.parse(scene.told[0]));
  });

  it('of too many addresses are told of together', () => {
    using scene = new Scene();
    for (let n = 0; n < REFUSED_KINDS_MAX + 50; n += 1) scene.refuse(`10.0.0.${n}`, 'not-tls');
    const last = scene.brief.at(-1);
    assert.deepEqual(last, ['others', 'not-tls', 1]);
    assert.equal(scene.told.length, REFUSED_KINDS_MAX + 1);
    scene.now += REFUSED_WINDOW_MS;
    scene.refuse('10.1.0.0', 'expired');
    assert.deepEqual(scene.brief.at(-2), ['others', 'not-tls', 49]);
  });

  it('of one address do not push others out', () => {
    using scene = new Scene();
    const reasons = [
      'expired',
      'revoked',
      'malformed',
      'chain',
      'not-tls',
      'version',
      'weak-key',
      'not-a-ca',
      'key-usage',
      'path-length',
      'ca-as-leaf',
      'tls-version',
      'client-gone',
      'bad-signature',
      'path-too-long',
      'unknown-issuer',
      'not-yet-valid',
    ] as const;
    assert.ok(reasons.length > REFUSED_KINDS_PER_ADDRESS_MAX);
    for (const reason of reasons) scene.refuse('192.0.2.1', reason);
    assert.equal(scene.brief.at(-1)?.[0], 'others');
  });

  it('are all told of at the end', () => {
    const scene = new Scene();
    for (let time = 0; time < 3; time += 1) scene.refuse('192.0.2.1', 'too-many-connections');
    scene[Symbol.dispose]();
    assert.deepEqual(scene.brief, [
      ['192.0.2.1', 'too-many-connections', 1],
      ['192.0.2.1', 'too-many-connections', 2],
    ]);
    assert.deepEqual(scene.refusals.counts, { certificate: 0, handshake: 0, load: 3 });
  });
});
