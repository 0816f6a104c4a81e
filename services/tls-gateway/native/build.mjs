/**
 * Builds the addon with the compiler that is there, for the Node that runs this. Without a compiler, or Node's
 * headers, the gateway runs as well: this says what it does not do then, in one line, and is no failure.
 *
 *   node build.mjs [FOLDER]     ; where the addon goes; beside this file without one
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** It takes seconds. */
const BUILD_MS_MAX = 120_000;

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'certificate-limit.cc');
const folder = resolve(process.argv[2] ?? here);
const abi = process.versions.modules;
const addon = join(folder, `certificate-limit-${abi}-${process.arch}.node`);

const problem = isBuilt() ? null : build();
if (problem !== null) {
  const limit = 'the TLS gateway will take certificates of at most 100 KiB';
  process.stderr.write(`albatross: ${limit}: ${problem}\n`);
}

function isBuilt() {
  return existsSync(addon) && statSync(addon).mtimeMs > statSync(source).mtimeMs;
}

/** Null once it is there; otherwise why not, in a line. */
function build() {
  const include = findHeaders();
  if (include === null) return `there are no C++ headers of Node ${process.version}`;
  // Whoever has loaded the one that is there keeps it.
  const draft = `${addon}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    // `-z now`: where Node does not give it OpenSSL, it cannot be loaded; else it would end the process later.
    const flags = [
      '-shared',
      '-fPIC',
      '-std=c++20',
      '-O2',
      '-fvisibility=hidden',
      '-Wl,-z,now',
      '-w',
    ];
    const result = spawnSync('c++', [...flags, `-I${include}`, source, '-o', draft], {
      encoding: 'utf8',
      timeout: BUILD_MS_MAX,
    });
    if (result.error?.code === 'ENOENT') return 'there is no C++ compiler (c++)';
    if (result.error !== undefined) return `c++ did not build the addon: ${result.error.message}`;
    if (result.status !== 0) return `c++ did not build the addon: ${firstError(result.stderr)}`;
    renameSync(draft, addon);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where Node was installed with them; those of this Node, and no other. */
function findHeaders() {
  const include = join(dirname(dirname(process.execPath)), 'include/node');
  const version = join(include, 'node_version.h');
  if (!existsSync(join(include, 'v8.h')) || !existsSync(version)) return null;
  const macro = /#define NODE_MODULE_VERSION (\d+)/.exec(readFileSync(version, 'utf8'));
  return macro?.[1] === abi ? include : null;
}

function firstError(text) {
  return text.split('\n').find((line) => line.includes('error')) ?? text.trim().split('\n')[0];
}
