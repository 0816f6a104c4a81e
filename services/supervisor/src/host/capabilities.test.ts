import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import {
  excessCapabilities,
  missingCapabilities,
  NEEDED_CAPABILITIES,
  permittedCapabilities,
} from './capabilities.ts';

const statusOf = (digits: string): string => `Name:\tnode\nCapPrm:\t${digits}\nCapBnd:\t0\n`;
/** The eight that are needed, by their bits. */
const EXACT = '00000000010010eb';

describe('the capabilities of a process', () => {
  it('are read by name', () => {
    assert.deepEqual(permittedCapabilities(statusOf('0000000000000021')), ['CHOWN', 'KILL']);
    assert.deepEqual(permittedCapabilities(statusOf('0000000000000000')), []);
  });

  it('that are newer than we know are called by their number', () => {
    assert.deepEqual(permittedCapabilities(statusOf('8000000000000001')), ['CHOWN', '63']);
  });

  it('are neither too many nor too few when they are those needed', () => {
    assert.deepEqual(
      permittedCapabilities(statusOf(EXACT)).toSorted(),
      NEEDED_CAPABILITIES.toSorted(),
    );
    assert.deepEqual(excessCapabilities(statusOf(EXACT)), []);
    assert.deepEqual(missingCapabilities(statusOf(EXACT)), []);
  });

  it('are told apart when some are too many and others missing', () => {
    const status = statusOf('0000000000200001');
    assert.deepEqual(excessCapabilities(status), ['SYS_ADMIN']);
    assert.deepEqual(
      missingCapabilities(status),
      NEEDED_CAPABILITIES.filter((n) => n !== 'CHOWN'),
    );
  });

  it('are no guess when the status does not tell them', () => {
    assert.throws(() => permittedCapabilities('Name:\tnode\n'), /no capabilities/);
  });

  it('are those setpriv calls by the same names', (t) => {
    if (process.getuid?.() !== 0) return t.skip('an ordinary user has none to give up');
    const set = `-all,${NEEDED_CAPABILITIES.map((name) => `+${name.toLowerCase()}`).join(',')}`;
    const words = [`--bounding-set=${set}`, '--inh-caps=-all', '--', 'cat', '/proc/self/status'];
    const status = execFileSync('setpriv', words, { encoding: 'utf8' });
    assert.deepEqual(excessCapabilities(status), []);
    // Root of a container may have fewer to begin with.
    assert.deepEqual(missingCapabilities(status), missingCapabilities());
  });
});
