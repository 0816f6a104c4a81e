import { decodeExtension, type WireConfig } from '@albatross/wire';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const REPOSITORY = new URL('../../../', import.meta.url);
const PKI = 'libs/pki/vectors';
const WIRE = 'libs/wire/vectors';

/** The file of the original's that has this name there, inflated. */
function recorded(path: string): Buffer {
  const file = new URL(path, REPOSITORY);
  return existsSync(file)
    ? readFileSync(file)
    : gunzipSync(readFileSync(new URL(`${path}.gz`, REPOSITORY)));
}

/** What it said, or was answered: `local/…`, `tls-replies/…` or `chunks/…`. */
export function recordedStream(name: string): Buffer {
  return recorded(`${WIRE}/${name}`);
}

/** Certificates in PEM, the leaf first: `leaves/…`, `policies/…`, `sent/…`. */
export function recordedChainPem(name: string): string {
  return recorded(`${PKI}/${name}.pem`).toString('latin1');
}

export function recordedRequestPem(name: string): string {
  return recorded(`${PKI}/requests/${name}.req`).toString('latin1');
}

/** The key that a request was made with. */
export function recordedKeyPem(name: string): string {
  const ours = `test/vectors/keys/${name}.key`;
  const path = existsSync(new URL(ours, REPOSITORY)) ? ours : `${PKI}/keys/${name}.key`;
  return recorded(path).toString('latin1');
}

/** What its client was asked to create, with the image, in the extension of that name. */
export function recordedConfig(extension: string): WireConfig {
  const command = decodeExtension(recorded(`${WIRE}/extensions/${extension}`));
  if ('config' in command) return command.config;
  throw new RangeError(`${extension} has no image`);
}
