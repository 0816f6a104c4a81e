import { sampleOf } from '@albatross/shared/bus/testing/samples';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpDatabase } from './http-database.ts';
import { integer, lineOf } from './line-protocol.ts';
import { sampleLines } from './sample-lines.ts';
import { parseLine } from './testing/parse-line.ts';
import { noVictoriaMetrics, VictoriaMetrics } from './testing/victoria-metrics.ts';

const options = { bucket: 'uk', org: '', token: null };

describe('a real database', () => {
  it('has every field of a sample, at its time, as we wrote it', async (t) => {
    const why = noVictoriaMetrics();
    if (why !== undefined) return t.skip(why);
    await using server = await VictoriaMetrics.start();
    await using database = new HttpDatabase({ url: server.url, ...options });
    const at = Date.now() - 60_123;
    const lines = sampleLines(sampleOf('foo:web', at), { isWholeName: false });
    assert.deepEqual(await database.write(lines), { kind: 'written' });
    await eventually('it is there', async () => (await server.series('interface_mtu')).size > 0);
    for (const { measurement, fields } of lines.map(parseLine))
      for (const [field, value] of fields) {
        const series = await server.series(`${measurement}_${field}`);
        const expected = new Map([[at, [Number(value.replace('i', ''))]]]);
        assert.deepEqual(series, new Map([['web', expected]]), `${measurement} ${field}`);
      }
  });

  it('reads what holds separators, backslashes and foreign letters as it was', async (t) => {
    const why = noVictoriaMetrics();
    if (why !== undefined) return t.skip(why);
    await using server = await VictoriaMetrics.start();
    await using database = new HttpDatabase({ url: server.url, ...options });
    const at = Date.now() - 60_000;
    const values = [
      'a=b',
      'a,b',
      'a b',
      'a\\',
      '\\,',
      '\\\\ ',
      'é🐫',
      '"quoted"',
      '#',
      'a\\nb',
      '=',
    ];
    const lines = values.flatMap((value, index) => {
      const fields = [['g h', integer(index)]] as const;
      return lineOf({ measurement: 'm,n', tags: [['vm', value]], fields, at }) ?? [];
    });
    assert.deepEqual(await database.write(lines), { kind: 'written' });
    await eventually('they are there', async () => (await server.series('m,n_g h')).size > 0);
    const series = await server.series('m,n_g h');
    assert.deepEqual(new Set(series.keys()), new Set(values));
    for (const [index, value] of values.entries())
      assert.deepEqual(series.get(value), new Map([[at, [index]]]), value);
  });
});
