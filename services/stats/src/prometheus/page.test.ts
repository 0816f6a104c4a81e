import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Heartbeats } from './heartbeats.ts';
import { MetricsPage } from './page.ts';
import { heartbeatsOf, pageOf } from './testing/page-of.ts';
import { domain, HOST, message, net, sample } from './testing/told.ts';

describe('making the page', () => {
  it('is done once for each sweep, and each heartbeat of the supervisor', async () => {
    let looks = 0;
    const seen = new Proxy(sample('hello'), {
      get(target, key, receiver) {
        if (key === 'pid') looks += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    let sequence = 1;
    const heartbeats = heartbeatsOf([message({ domains: [domain(':')] })]);
    const page = new MetricsPage({
      sweep: () => ({ sequence, host: HOST, samples: [seen] }),
      heartbeats,
    });
    // The first piece has ages.
    const [[, ...first], [, ...second]] = await Promise.all([page.read(), page.read()]);
    assert.ok(first.length > 0 && first.every((piece, index) => piece === second[index]));
    const before = Buffer.concat(await page.read()).toString();
    assert.equal(looks, 1);
    sequence = 2;
    heartbeats.take(message({ sequence: 2, domains: [domain('foo:')] }));
    const after = Buffer.concat(await page.read()).toString();
    assert.equal(looks, 2);
    assert.match(before, /^albatross_path_unikernels\{path=":"\} 1$/m);
    assert.match(after, /^albatross_path_unikernels\{path="foo:"\} 1$/m);
  });

  it('fails for whoever asks until the next sweep when it cannot be done', async () => {
    let sequence = 1;
    const broken = new Proxy(sample('hello'), {
      get: () => {
        throw new Error('broken');
      },
    });
    const page = new MetricsPage({
      sweep: () => ({ sequence, host: HOST, samples: sequence === 1 ? [broken] : [] }),
      heartbeats: new Heartbeats(),
    });
    for (const _ of [1, 2]) await assert.rejects(page.read(), /broken/);
    sequence = 2;
    await page.read();
  });

  it('lets others have their turn, however many unikernels there are', async () => {
    const samples = Array.from({ length: 1000 }, (_, n) =>
      sample(`web${n}`, { nets: [net('service', 'a'), net('management', 'b')] }),
    );
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const page = await pageOf({ samples });
    isDone = true;
    assert.ok(turns > 1, `${turns} turns`);
    assert.equal(page.get('albatross_unikernel_net_bytes_total')?.lines.size, 4000);
  });
});
