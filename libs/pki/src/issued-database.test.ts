import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { addIssued, addRevoked, readDatabase } from './issued-database.ts';
import { newSerialNumber, parseSerialNumber, type SerialNumber } from './serial-number.ts';
import { recordedDatabase } from './testing/recorded-requests.ts';

const AUTHORITY = '99'.repeat(20);
const AT = Date.parse('2026-11-22T00:55:00Z');

describe('the database of what was issued', () => {
  it('of the original is read, and its lines are ours', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('theirs'), recordedDatabase());
    const { issued, revoked } = await readDatabase(folder.file('theirs'));
    assert.equal(issued.length, recordedDatabase().trimEnd().split('\n').length);
    assert.deepEqual(revoked, []);
    for (const entry of issued) await addIssued(folder.file('ours'), entry);
    assert.equal(await readFile(folder.file('ours'), 'latin1'), recordedDatabase());
  });

  it('is empty where there is none', async () => {
    await using folder = await TemporaryFolder.make();
    const found = await readDatabase(folder.file('none'));
    assert.deepEqual(found, { issued: [], revoked: [] });
  });

  it('gets lines behind those of the original, which stay as they are', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('ca.db');
    await writeFile(path, recordedDatabase());
    const serial = newSerialNumber();
    await addIssued(path, { serial, commonName: 'hello' });
    await addRevoked(path, [{ serial, at: AT, authority: AUTHORITY }]);
    await addRevoked(path, []);
    const revoked = `revoked ${serial} 2026-11-22T00:55:00Z ${AUTHORITY}\n`;
    assert.equal(
      await readFile(path, 'latin1'),
      `${recordedDatabase()}${serial} hello\n${revoked}`,
    );
    const database = await readDatabase(path);
    assert.deepEqual(database.issued.at(-1), { serial, commonName: 'hello' });
    assert.deepEqual(database.revoked, [{ serial, at: AT, authority: AUTHORITY }]);
  });

  it('cut off anywhere has all the lines before, and none that was not written', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('ca.db');
    const serial = newSerialNumber();
    await addIssued(path, { serial, commonName: 'hello' });
    await addRevoked(path, [{ serial, at: AT, authority: AUTHORITY }]);
    const whole = await readFile(path, 'latin1');
    const firstLine = whole.indexOf('\n') + 1;
    for (let length = firstLine; length < whole.length - 1; length += 1) {
      await writeFile(path, whole.slice(0, length));
      await addIssued(path, { serial, commonName: 'next' });
      const { issued, revoked } = await readDatabase(path);
      assert.deepEqual([issued[0]?.commonName, issued.at(-1)?.commonName], ['hello', 'next']);
      assert.deepEqual(revoked, [], whole.slice(0, length));
    }
  });

  it('is read whatever is in it', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('ca.db');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (lines) => {
        await writeFile(path, lines.join('\n'));
        await readDatabase(path);
      }),
    );
  });
});

describe('a serial number', () => {
  it('that is new has ten bytes, is above 0, and differs from all others', () => {
    const serials = Array.from({ length: 1000 }, newSerialNumber);
    assert.equal(new Set(serials).size, 1000);
    for (const serial of serials) {
      assert.match(serial, /^(00[89a-f][0-9a-f]{19}|(?!00)[0-7][0-9a-f]{19})$/);
      assert.equal(parseSerialNumber(serial), serial);
    }
  });

  it('is read as people and programs write it', () => {
    const same = '00b7067ae2c51f487164dc';
    for (const text of [
      same,
      'b7067ae2c51f487164dc',
      'B7:06:7A:E2:C5:1F:48:71:64:DC',
      '0x00b7067ae2c51f487164dc',
      '0000b7067ae2c51f487164dc',
    ])
      assert.equal(parseSerialNumber(text), same, text);
    assert.equal(parseSerialNumber('1'), '01');
    for (const text of ['', '0', '00', 'hello', '-1', ' 1', '1 ', 'ff'.repeat(21), '0x'])
      assert.equal(parseSerialNumber(text), null, text);
  });

  it('is the same number, however it is padded', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 160n - 1n), fc.nat(5), (number, zeros) => {
        const text = parseSerialNumber('0'.repeat(zeros) + number.toString(16));
        assert.ok(text !== null);
        assert.equal(BigInt(`0x${text}`), number);
        const [first = 0, second = 0] = Buffer.from(text satisfies SerialNumber, 'hex');
        assert.ok(first < 0x80 && (first > 0 || second >= 0x80));
      }),
    );
  });
});
