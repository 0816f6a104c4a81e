import { encode } from '@albatross/shared/bus/codec';
import { SAMPLES_PER_PAGE_MAX } from '@albatross/shared/contracts/stats';
import { parseName, ROOT, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Samples, SAMPLES_PAGE_BYTES_MAX } from './samples.ts';
import type { SampledProcess } from './sampled-process.ts';
import { netOf, sampleOf } from './testing/sample-of.ts';

/** Who took a sample is only ever compared. */
const someone = (name: string): SampledProcess => ({ name }) as unknown as SampledProcess;

function samplesOf(...names: readonly string[]): Samples {
  const samples = new Samples();
  for (const name of names) samples.put(sampleOf(name), someone(name));
  return samples;
}

/** The names of all, with the number of pages it took. */
function all(samples: Samples, name: Name): { readonly names: readonly string[]; pages: number } {
  const names: string[] = [];
  let after: UnikernelName | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = samples.page({ name, after });
    assert.ok(encode(page).byteLength < SAMPLES_PAGE_BYTES_MAX + 1024);
    names.push(...page.samples.map((sample) => sample.name));
    if (page.next === null) return { names, pages };
    after = page.next;
  }
}

describe('the newest samples', () => {
  it('are listed by name, at and below a path', () => {
    const samples = samplesOf('z', 'foo:b', 'foo:a:x', 'foo', 'foobar:x', 'foo:a');
    assert.deepEqual(all(samples, ROOT).names, [
      'foo',
      'foo:a',
      'foo:a:x',
      'foo:b',
      'foobar:x',
      'z',
    ]);
    assert.deepEqual(all(samples, parseName('foo:')).names, ['foo:a', 'foo:a:x', 'foo:b']);
    assert.deepEqual(all(samples, parseName('bar:')), { names: [], pages: 1 });
  });

  it('are those of one unikernel, or none', () => {
    const samples = samplesOf('foo', 'foo:a');
    assert.deepEqual(all(samples, parseName('foo')).names, ['foo']);
    assert.deepEqual(all(samples, parseName('bar')).names, []);
  });

  it('are told page by page, none left out', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `u${index}`);
    const { names: seen, pages } = all(samplesOf(...names), ROOT);
    assert.deepEqual(seen, names.toSorted());
    assert.equal(pages, Math.ceil(1000 / SAMPLES_PER_PAGE_MAX));
  });

  it('never fill more than a message, however much there is to a unikernel', () => {
    const nets = Array.from({ length: 64 }, (_, index) => netOf(`tap${index}`, 2 ** 40, 2 ** 40));
    const kvm = Object.fromEntries(nets.map((_, index) => [`counter_of_kvm_${index}`, 2 ** 40]));
    const samples = new Samples();
    for (let n = 0; n < 100; n += 1)
      samples.put(sampleOf(`u${n}`, { nets, kvm }), someone(`u${n}`));
    const { names, pages } = all(samples, ROOT);
    assert.equal(names.length, 100);
    assert.ok(pages > 4);
  });

  it('are replaced by newer ones, and removed by none but who put them there', () => {
    const samples = samplesOf('a');
    const [older, newer] = [someone('a'), someone('a')];
    samples.put(sampleOf('a', { life: 1 }), older);
    samples.put(sampleOf('a', { life: 2 }), newer);
    samples.remove(older);
    assert.deepEqual(
      samples.all.map(({ life }) => life),
      [2],
    );
    samples.remove(newer);
    assert.deepEqual(samples.all, []);
  });
});
