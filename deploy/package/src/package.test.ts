import { VERSION } from '@albatross/shared/runtime/version';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { LIB, SERVICES } from './places.ts';
import { architecture } from './stage-control.ts';
import { BuiltPackage } from './testing/built-package.ts';
import { inOtherRoot, whyNoOtherRoot } from './testing/other-root.ts';

const DEADLINE = { timeout: 180_000 };

describe('the package', DEADLINE, () => {
  let built: BuiltPackage;
  before(async () => {
    built = await BuiltPackage.build();
  }, DEADLINE);
  after(async () => await built[Symbol.asyncDispose]());

  const read = (path: string): string => readFileSync(join(built.root, path), 'utf8');

  /** Plain node, where there is nothing but what is installed. */
  const start = (
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) =>
    spawnSync(process.execPath, [join(built.root, LIB, program), ...args], {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', NODE_PATH: '', ...env },
      timeout: 30_000,
    });

  it('is called by its name, version and machine, and says so', () => {
    assert.equal(basename(built.file), `albatross-dom0_${VERSION}_${architecture()}.deb`);
    const control = readFileSync(join(built.control, 'control'), 'utf8');
    for (const line of ['Package: albatross-dom0', `Version: ${VERSION}`, 'Conflicts: albatross'])
      assert.ok(control.split('\n').includes(line), line);
    assert.match(control, /^Depends: nodejs \(>= 20\.15\), nats-server, iproute2, /m);
    const conffiles = readFileSync(join(built.control, 'conffiles'), 'utf8');
    assert.equal(conffiles, '/etc/default/albatross\n');
  });

  it('is read by everybody, written by root, and executed where that is meant', async () => {
    const listing = await built.listing();
    for (const line of listing)
      assert.match(line, /^(drwxr-xr-x|-rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root\/root /);
    const executable = listing
      .filter((line) => line.startsWith('-rwx'))
      .map((line) => line.split(' ')[2]);
    assert.deepEqual(executable, [
      './usr/bin/albatross-influx-bridge',
      './usr/bin/albatross-tls-endpoint',
      './usr/lib/albatross/albatross.cjs',
    ]);
    const scripts = ['postinst', 'postrm', 'prerm'];
    const control = readdirSync(built.control).filter((name) => {
      return (statSync(join(built.control, name)).mode & 0o111) !== 0;
    });
    assert.deepEqual(control.toSorted(), scripts);
  });

  it('has its programs, units, pages and completions where they are looked for', async () => {
    const paths = (await built.listing()).map((line) => line.split(' ')[2]?.slice(1));
    const expected = [
      ...SERVICES.map((service) => `${LIB}/${service}.mjs`),
      `${LIB}/keeper.sh`,
      '/usr/bin/albatross',
      '/usr/bin/albatross-client',
      ...[
        'nats',
        'supervisor',
        'console',
        'stats',
        'tls-gateway',
        'local-gateway',
        'influx-bridge',
      ].map((name) => `/usr/lib/systemd/system/albatross-${name}.service`),
      ...['tls-gateway', 'local-gateway'].map(
        (name) => `/usr/lib/systemd/system/albatross-${name}.socket`,
      ),
      '/usr/lib/systemd/system/albatross.target',
      '/usr/lib/tmpfiles.d/albatross.conf',
      '/usr/lib/udev/rules.d/60-albatross.rules',
      '/etc/default/albatross',
      ...['', '-create', '-setup', '-tls-endpoint', '-influx-bridge', '-client'].map(
        (name) => `/usr/share/man/man1/albatross${name}.1.gz`,
      ),
      '/usr/share/bash-completion/completions/albatross',
      '/usr/share/zsh/vendor-completions/_albatross',
      '/usr/share/fish/vendor_completions.d/albatross.fish',
      '/usr/share/doc/albatross-dom0/copyright',
      '/usr/share/doc/albatross-dom0/changelog.gz',
    ];
    assert.deepEqual(
      expected.filter((path) => !paths.includes(path)),
      [],
    );
    assert.match(read('/usr/share/bash-completion/completions/albatross'), /create-block/);
    assert.equal(
      readlinkSync(join(built.root, 'usr/bin/albatross')),
      '../lib/albatross/albatross.cjs',
    );
  });

  it('tells the licences of what it holds of others', () => {
    const file = join(built.root, 'usr/share/doc/albatross-dom0/bundled-licences.gz');
    const text = gunzipSync(readFileSync(file)).toString();
    for (const name of ['commander', 'nats', 'zod', 'pino', '@peculiar/x509'])
      assert.match(text, new RegExp(`^${name} \\d[^\n]*: (MIT|Apache-2.0|ISC|BSD)`, 'm'));
    assert.doesNotMatch(text, /: see below$/m);
  });

  it('has a client that runs by node alone, under both names', () => {
    for (const [args, said] of [
      [['--version'], /^\d+\.\d+\.\d+\n$/],
      [['--help'], /^Usage: albatross /],
      [['create', '--help'], /^Usage: albatross create /],
      [['completion', 'zsh'], /^#compdef albatross/],
    ] as const) {
      const { status, stdout, stderr } = start('albatross.cjs', args);
      assert.deepEqual([status, stderr], [0, ''], args.join(' '));
      assert.match(stdout, said);
    }
    assert.match(
      readFileSync(join(built.root, LIB, 'albatross.cjs'), 'utf8'),
      /^#!\/usr\/bin\/node\n/,
    );
    const original = spawnSync(
      process.execPath,
      [join(built.root, 'usr/bin/albatross-client'), '--help'],
      {
        encoding: 'utf8',
      },
    );
    assert.match(original.stdout, /^Usage: albatross-client /);
  });

  it('has a client that issues certificates and sets up, for which it loads more', async () => {
    await using folder = await TemporaryFolder.make();
    const { status, stderr } = start('albatross.cjs', [
      'setup',
      '--root',
      folder.path,
      '--authority',
    ]);
    assert.equal(status, 0, stderr);
    assert.ok(statSync(folder.file('etc/albatross/tls/server.pem')).size > 0);
  });

  it('has services that run by node alone', async () => {
    for (const [service, option, said] of [
      ['tls-gateway', '--version', /^\d+\.\d+\.\d+\nprotocol version 5\n$/],
      ['tls-gateway', '--help', /^usage: albatross-tls-endpoint /],
      ['influx-bridge', '--help', /^usage: influx-bridge /],
    ] as const) {
      const { status, stdout, stderr } = start(`${service}.mjs`, [option]);
      assert.deepEqual([status, stderr], [0, ''], service);
      assert.match(stdout, said);
    }
    // These have no options: they get as far as the key that they connect with.
    for (const service of ['supervisor', 'console', 'stats']) {
      await using folder = await TemporaryFolder.make();
      const env = { ALBATROSS_DIR: folder.path, ALBATROSS_METRICS_PORT: '0' };
      const { status, stderr } = start(`${service}.mjs`, [], env);
      assert.equal(status, 1, stderr);
      assert.match(stderr, new RegExp(`^${service}: .*bus\\.url cannot be read \\(ENOENT\\)`, 'm'));
    }
  });

  it('has scripts for any shell of POSIX', () => {
    for (const script of ['postinst', 'prerm', 'postrm']) {
      const text = readFileSync(join(built.control, script), 'utf8');
      assert.match(text, /^#!\/bin\/sh\n[^]*^set -e$/m);
      assert.doesNotMatch(text, /#UNIKERNELS#/);
      const { status, stderr } = spawnSync('sh', ['-n', join(built.control, script)], {
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr], [0, ''], script);
    }
  });

  it('passes lintian', (t) => {
    const { status, stdout, error } = spawnSync(
      'lintian',
      ['--allow-root', '--fail-on', 'error,warning', built.file],
      { encoding: 'utf8' },
    );
    if (error !== undefined) return t.skip('there is no lintian here');
    assert.deepEqual([status, stdout], [0, '']);
  });

  it('is installed, upgraded, removed and purged, any number of times', DEADLINE, async (t) => {
    const why = whyNoOtherRoot();
    if (why !== false) return t.skip(why);
    const said = await inOtherRoot(LIFE_OF_A_PACKAGE, built.file);
    const part = (name: string): string =>
      new RegExp(`^== ${name}\n([^]*?)^==`, 'm').exec(said)?.[1] ?? said;
    assert.match(part('installed'), /^made the user albatross-stats$/m);
    assert.match(part('installed'), /^enabled$/m);
    assert.match(
      part('installed'),
      /^-r-------- albatross-stats \/etc\/albatross\/keys\/stats\.nk$/m,
    );
    assert.match(part('installed'), /^drwxr-sr-x root \/run\/albatross\/lives$/m);
    assert.match(part('installed'), /\.cache$/m);
    for (const name of ['again', 'upgraded', 'back']) {
      assert.match(part(name), /^all is there$/m);
      assert.match(part(name), /^the keys are the same$/m);
    }
    assert.match(part('configured again'), /^all is there$/m);
    assert.match(part('triggered'), /^Processing triggers for albatross-dom0/m);
    assert.match(part('upgraded'), /^it is 9\.9$/m);
    assert.match(part('removed'), /^albatross-dom0: 1 running unikernel\(s\) are left alone/m);
    assert.match(part('removed'), /^the unikernel runs\nthe keys are the same\n/m);
    assert.doesNotMatch(part('removed'), /\/usr\/lib\/albatross/);
    assert.equal(part('purged'), 'the unikernel is gone\nits keeper is gone\n');
    assert.match(part('masked'), /^disabled$/m);
  });
});

/** With a unikernel that is none, but is written down as one. */
const LIFE_OF_A_PACKAGE = `
exec 2>&1
quiet() { "$@" >/tmp/said || { cat /tmp/said; exit 1; }; }
install() { dpkg -i "$1"; }
keys() { cat /etc/albatross/keys/* /etc/albatross/bus.url | sha256sum | cmp - /tmp/sum && echo the keys are the same; }
cd /tmp
echo == installed
install package.deb
cat /etc/albatross/keys/* /etc/albatross/bus.url | sha256sum >/tmp/sum
find /etc/albatross/keys /run/albatross /usr/lib/albatross -printf '%M %u %p\\n'
systemctl is-enabled albatross.target
echo == again
install package.deb
keys
echo == 'configured again'
DPKG_MAINTSCRIPT_PACKAGE=albatross-dom0 sh -e /var/lib/dpkg/info/albatross-dom0.postinst configure ${VERSION}
echo == triggered
dpkg-trigger --by-package=nodejs /usr/bin/node
dpkg --configure --pending
echo == upgraded
mkdir next
dpkg-deb -R package.deb next
sed -i 's/^Version: .*/Version: 9.9/' next/DEBIAN/control
quiet dpkg-deb --root-owner-group -Znone -b next next.deb
systemctl disable albatross.target
install next.deb
dpkg-query -f 'it is \${Version}\\n' -W albatross-dom0
keys
echo == masked
systemctl is-enabled albatross.target || true
systemctl enable albatross.target
echo == life
life=/run/albatross/lives/hello@1
mkdir "$life"
sh -c 'sleep 1000 & head -n 1 /proc/$!/stat >"$1"; while :; do sleep 1000; done' \\
  keeper:hello@1 "$life/tender" >/dev/null &
keeper=$!
until [ -s "$life/tender" ]; do sleep 0.01; done
tender=$(cut -d ' ' -f 1 "$life/tender")
mkdir /run/albatross/lives/:gone@2
echo "$tender (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0" >/run/albatross/lives/:gone@2/tender
echo == removed
dpkg -r albatross-dom0
kill -0 "$tender" && echo the unikernel runs
keys
ls /usr/lib/albatross 2>/dev/null || true
echo == back
install package.deb
keys
echo == purging
dpkg -P albatross-dom0
echo == purged
grep -q '^State:.Z' /proc/$tender/status 2>/dev/null || ! kill -0 "$tender" 2>/dev/null && echo the unikernel is gone
wait "$keeper" 2>/dev/null || echo its keeper is gone
find /etc /var/lib /run /usr/lib /usr/share /usr/bin -name '*albatross*' -not -path '*/dpkg/*' || true
echo ==
`;
