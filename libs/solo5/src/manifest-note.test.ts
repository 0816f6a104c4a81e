import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ImageErrorDetails } from './image-error.ts';
import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { buildImage } from './testing/build-image.ts';
import { manifestContent, RESERVED_FIRST } from './testing/note-content.ts';
import type { DeviceSpec, ManifestSpec } from './testing/note-content.ts';
import { assertRefused } from './testing/refusal.ts';

const NAME_67 = 'a'.repeat(67);

function devicesOf(devices: readonly DeviceSpec[]) {
  return readNotes(bytesSource(buildImage({ devices }))).devices;
}

function assertManifestRefused(
  devices: readonly DeviceSpec[],
  problem: string,
  details: ImageErrorDetails,
  manifest?: ManifestSpec,
): void {
  assertRefused(
    buildImage({ manifest: manifestContent(devices, manifest) }),
    'IMAGE_MANIFEST_INVALID',
    `the image's list of devices (manifest) ${problem}`,
    details,
  );
}

describe('the manifest note', () => {
  it('lists devices in their order', () => {
    const devices = [
      { name: 'service', kind: 'net' },
      { name: 'Storage0', kind: 'block' },
      { name: NAME_67, kind: 'net' },
    ] as const;
    assert.deepEqual(devicesOf(devices), devices);
  });

  it('lists 63 devices but not 64', () => {
    const devices = Array.from({ length: 64 }, (_, index): DeviceSpec => ({
      name: `net${index}`,
      kind: 'net',
    }));
    assert.equal(devicesOf(devices.slice(1)).length, 63);
    assertRefused(
      buildImage({ devices }),
      'IMAGE_MANIFEST_INVALID',
      "the image's list of devices (manifest) claims 6772 bytes; expected 1 to 6668",
      { found: 6772, maximum: 6668 },
    );
  });

  it('may hold later entries of reserved types, which are no devices', () => {
    const reserved = [
      { name: 'not a name', kind: RESERVED_FIRST },
      { name: '', kind: 0xffff_ffff },
    ];
    const service = { name: 'service', kind: 'net' } as const;
    assert.deepEqual(devicesOf([...reserved, service]), [service]);
  });

  it('is refused when too short, or of another version', () => {
    assertRefused(
      buildImage({ manifest: new Uint8Array(11) }),
      'IMAGE_MANIFEST_INVALID',
      "the image's list of devices (manifest) has 11 bytes; expected at least 12",
      { found: 11, minimum: 12 },
    );
    const details = { found: 2, expected: 1 };
    assertManifestRefused([], 'has version 2; expected version 1', details, { version: 2 });
  });

  it('is refused when it does not have as many entries as it claims', () => {
    for (const count of [0, 65, 0xffff_ffff]) {
      const details = { found: count, maximum: 64 };
      assertManifestRefused([], `has ${count} entries; expected 1 to 64`, details, { count });
    }
    const short = 'has 116 bytes; expected 220 for its 2 entries';
    assertManifestRefused([], short, { found: 116, expected: 220 }, { count: 2 });
    const long = 'has 220 bytes; expected 116 for its 1 entries';
    const devices = [{ name: 'hidden', kind: 'net' }] as const;
    assertManifestRefused(devices, long, { found: 220, expected: 116 }, { count: 1 });
  });

  it('is refused without the reserved entry at its beginning', () => {
    const problem = 'does not begin with the reserved entry that every manifest begins with';
    for (const first of [
      { name: '', kind: 2 },
      { name: '', kind: RESERVED_FIRST + 1 },
      { name: 'x', kind: RESERVED_FIRST },
    ]) {
      assertManifestRefused([], problem, { entry: 0, type: first.kind }, { first });
    }
  });

  it('is refused with a type of device that is not known', () => {
    for (const type of [0, 3, RESERVED_FIRST - 1]) {
      assertManifestRefused(
        [{ name: 'gpu', kind: type }],
        `has a device of unknown type ${type} in entry 1; expected 1 (block) or 2 (net)`,
        { entry: 1, type },
      );
    }
  });

  it('is refused with a device or reserved entry that claims to be attached', () => {
    for (const kind of [1, 2, RESERVED_FIRST]) {
      assertManifestRefused(
        [{ name: 'x', kind, attached: true }],
        'has entry 1 marked as attached, which only a running tender does',
        { entry: 1 },
      );
    }
  });

  it('is refused with a name that has no end, even of a reserved entry', () => {
    for (const kind of [1, 2, RESERVED_FIRST]) {
      assertManifestRefused(
        [{ name: `${NAME_67}a`, kind }],
        'has a name without an end in entry 1; expected at most 67 characters',
        { entry: 1 },
      );
    }
  });

  it('is refused with a name of anything but letters and digits, which is shown escaped', () => {
    for (const [name, shown] of [
      ['', '""'],
      ['a b', '"a b"'],
      ['../x', '"../x"'],
      ['x\n', '"x\\n"'],
      ['\xe9', '"\\xe9"'],
      ['net:', '"net:"'],
    ] as const) {
      assertManifestRefused(
        [{ name, kind: 'net' }],
        `names a device ${shown} in entry 1; expected 1 to 67 letters and digits`,
        { entry: 1, name: shown },
      );
    }
  });

  it('is refused with something hidden behind the end of a name', () => {
    const shown = `"a\\x00b${'\\x00'.repeat(65)}"`;
    assertManifestRefused(
      [{ name: 'a\0b', kind: 'net' }],
      `names a device ${shown} in entry 1; expected 1 to 67 letters and digits`,
      { entry: 1, name: shown },
    );
  });

  it('is refused with two devices of one kind and name', () => {
    for (const kind of ['net', 'block'] as const) {
      assertManifestRefused(
        [
          { name: 'x', kind },
          { name: 'x', kind },
        ],
        `names two ${kind} devices "x"; expected different names`,
        { device: 'x' },
      );
    }
  });

  it('may give a net and a block device the same name', () => {
    const devices = [
      { name: 'x', kind: 'net' },
      { name: 'x', kind: 'block' },
    ] as const;
    assert.deepEqual(devicesOf(devices), devices);
  });
});
