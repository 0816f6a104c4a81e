import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from './checkout.ts';

/** The workspaces whose code is installed, with what they import. */
const INSTALLED = [
  'client',
  ...['pki', 'shared', 'solo5', 'wire'].map((name) => `libs/${name}`),
  ...['supervisor', 'console', 'stats', 'tls-gateway', 'influx-bridge'].map(
    (name) => `services/${name}`,
  ),
];

/** They load the sources of a checkout, and are in no bundle. */
const LEFT_OUT = new Set(['tsx']);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The licence of each package that is part of the programs, as its authors ask whoever passes it on to tell it. */
export async function bundledLicences(): Promise<string> {
  const texts: string[] = [];
  for (const folder of (await bundledPackages()).values()) {
    const { name, version, license = 'see below' } = await manifestIn(folder);
    const files = (await readdir(folder)).filter((file) =>
      /^(licen[cs]e|notice|copying)/i.test(file),
    );
    const told = await Promise.all(
      files.toSorted().map(async (file) => await readFile(join(folder, file), 'utf8')),
    );
    texts.push([`${name} ${version}: ${license}`, ...told.map((text) => text.trim())].join('\n\n'));
  }
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Their folders by name, in order. */
async function bundledPackages(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const add = async ({ dependencies = {} }: Manifest, from: string): Promise<void> => {
    for (const name of Object.keys(dependencies)) {
      if (name.startsWith('@albatross/') || LEFT_OUT.has(name) || found.has(name)) continue;
      const folder = await folderOf(name, from);
      found.set(name, folder);
      await add(await manifestIn(folder), folder);
    }
  };
  for (const workspace of INSTALLED) {
    const folder = join(REPOSITORY, workspace);
    await add(await manifestIn(folder), folder);
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** As Node looks for it. */
async function folderOf(name: string, from: string): Promise<string> {
  for (let at = from; at.length >= REPOSITORY.length - 1; at = join(at, '..')) {
    const folder = join(at, 'node_modules', name);
    if (await readdir(folder).catch(() => null)) return folder;
  }
  throw new Error(`${name} is not installed; npm ci installs it`);
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
