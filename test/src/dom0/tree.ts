import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Debian 12 with systemd, and what our package depends on. */
const PACKAGES =
  'systemd,systemd-sysv,dbus,udev,iproute2,nats-server,procps,libseccomp2,libstdc++6';
/** Made once: it takes a minute, and the packages of Debian. */
const KEPT = '/var/cache/albatross-dom0/bookworm';
/** What would change this machine, for a tree has no kernel of its own. */
const MASKED = ['systemd-sysctl.service', 'systemd-modules-load.service', 'nats-server.service'];

/** A Debian system on the disk, which nobody has used yet; gone when it is disposed of. */
export class Tree implements Disposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Needs root, and debootstrap the first time. */
  static make(say: (text: string) => void): Tree {
    if (!existsSync(KEPT)) {
      say('debootstrap: Debian 12 with systemd');
      mkdirSync(dirname(KEPT), { recursive: true });
      const draft = `${KEPT}.${process.pid}`;
      const words = ['--variant=minbase', `--include=${PACKAGES}`, 'bookworm', draft];
      execFileSync('debootstrap', words, { stdio: ['ignore', 'ignore', 'inherit'] });
      renameSync(draft, KEPT);
    }
    const path = mkdtempSync(join(tmpdir(), 'albatross-dom0-'));
    execFileSync('cp', ['-a', '--reflink=auto', `${KEPT}/.`, path]);
    for (const unit of MASKED) execFileSync('chroot', [path, 'systemctl', '--quiet', 'mask', unit]);
    return new Tree(path);
  }

  /** The program that runs this, as the package `nodejs`, which Debian 12 has only older. */
  installNode(): void {
    const staged = join(this.path, 'tmp/nodejs');
    mkdirSync(join(staged, 'DEBIAN'), { recursive: true });
    mkdirSync(join(staged, 'usr/bin'), { recursive: true });
    cpSync(process.execPath, join(staged, 'usr/bin/node'));
    const control = {
      Package: 'nodejs',
      Version: process.versions.node,
      Architecture: 'amd64',
      Maintainer: 'nobody <nobody@localhost>',
      Description: 'the Node.js that runs the test',
    };
    const text = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
    writeFileSync(join(staged, 'DEBIAN/control'), text.join(''));
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', staged, `${staged}.deb`]);
    execFileSync('chroot', [this.path, 'dpkg', '-i', '/tmp/nodejs.deb']);
    rmSync(staged, { recursive: true });
  }

  /** Copies a program of this machine, a tender for instance. */
  installProgram(path: string): void {
    execFileSync('install', ['-m', '755', path, join(this.path, 'usr/local/bin')]);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
