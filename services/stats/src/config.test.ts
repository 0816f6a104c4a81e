import { StartError } from '@albatross/shared/runtime/run';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';

describe('the configuration of stats', () => {
  it('has a value for everything that is not said', () => {
    const { intervalMs, metricsPort, logLevel, folders } = readConfig({});
    assert.deepEqual([intervalMs, metricsPort, logLevel], [10_000, 9825, 'info']);
    assert.equal(folders.run, '/run/albatross');
  });

  it('leaves the port to the machine where there may be many of us', () => {
    assert.equal(readConfig({ ALBATROSS_DIR: '/a' }).metricsPort, 0);
    assert.equal(
      readConfig({ ALBATROSS_DIR: '/a', ALBATROSS_METRICS_PORT: '65535' }).metricsPort,
      65_535,
    );
  });

  it('takes whole seconds from 1 to 3600', () => {
    const intervalMs = (text: string): number =>
      readConfig({ ALBATROSS_STATS_INTERVAL_S: text }).intervalMs;
    assert.deepEqual(['1', '3600'].map(intervalMs), [1_000, 3_600_000]);
    for (const text of ['0', '3601', '-1', '1.5', '1e3', '10s', '', ' 1'])
      assert.throws(() => intervalMs(text), {
        name: 'StartError',
        message: `ALBATROSS_STATS_INTERVAL_S is ${text}; it is whole seconds, from 1 to 3600`,
      });
  });

  it('refuses what is no port', () => {
    for (const text of ['65536', '-1', 'http', ''])
      assert.throws(() => readConfig({ ALBATROSS_METRICS_PORT: text }), StartError);
  });
});
