import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { echoImage, helloImage } from './src/index.ts';

const IMAGES: readonly [name: string, path: string][] = [
  ...(['virtio', 'spt', 'hvt'] as const).map((target): [string, string] => [
    `hello.${target}`,
    helloImage(target),
  ]),
  ...(['spt', 'hvt'] as const).map((target): [string, string] => [
    `echo.${target}`,
    echoImage(target),
  ]),
];
const IMAGE_BYTES_MAX = 16 * 1024;
const BUILD_DEADLINE_MS = 60_000;

describe('the images of hello and echo', () => {
  it('are the bytes that build.sh makes with the compiler of Debian 12', (t) => {
    const otherwise = whyBytesWouldDiffer();
    if (otherwise !== undefined) {
      t.skip(otherwise);
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'hello-build-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const script = fileURLToPath(new URL('build.sh', import.meta.url));
    const built = spawnSync('sh', [script, folder], {
      encoding: 'utf8',
      timeout: BUILD_DEADLINE_MS,
    });
    assert.equal(built.status, 0, built.stderr);
    for (const [name, path] of IMAGES) {
      const bytes = readFileSync(join(folder, name));
      assert.ok(bytes.equals(readFileSync(path)), `${name} is not as built`);
    }
  });

  for (const [name, path] of IMAGES) {
    it(`${name} is smaller than 16 KiB and cannot be run by mistake`, () => {
      const { size, mode } = statSync(path);
      assert.ok(size < IMAGE_BYTES_MAX, `${size} bytes`);
      assert.equal(mode & 0o111, 0);
    });
  }
});

/** A compiler or linker of another version may make other bytes, and rightly so. */
function whyBytesWouldDiffer(): string | undefined {
  const tools = { gcc: /Debian 12\.2\.0-/, ld: /Debian\) 2\.40$/ };
  for (const [tool, version] of Object.entries(tools)) {
    const asked = spawnSync(tool, ['--version'], { encoding: 'utf8' });
    if (asked.error !== undefined) return `${tool} is not installed`;
    const firstLine = asked.stdout.split('\n', 1)[0] ?? '';
    if (!version.test(firstLine)) return `not the ${tool} of Debian 12: ${firstLine}`;
  }
  return undefined;
}
