import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readPemOf } from '../pem.ts';
import { readPrivateKey, type PrivateKey } from '../private-key.ts';

const VECTORS = new URL('../../vectors/', import.meta.url);

export interface RecordedRequest {
  /** As it lies in `vectors/requests`, without its ending. */
  readonly name: string;
  readonly pem: string;
  readonly der: Uint8Array;
}

export function recordedRequests(): readonly RecordedRequest[] {
  return readdirSync(new URL('requests/', VECTORS))
    .toSorted()
    .map((file) => {
      const bytes = readFileSync(new URL(`requests/${file}`, VECTORS));
      const pem = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
      const [der = new Uint8Array()] = readPemOf('CERTIFICATE REQUEST', pem, file);
      return { name: file.replace(/\.req(\.gz)?$/, ''), pem, der };
    });
}

export function recordedRequest(name: string): RecordedRequest {
  const request = recordedRequests().find((one) => one.name === name);
  if (request === undefined) throw new RangeError(`nothing was recorded as ${name}`);
  return request;
}

export function recordedKeyPem(name: string): string {
  return readFileSync(new URL(`keys/${name}.key`, VECTORS), 'latin1');
}

export function recordedKey(name: string): PrivateKey {
  return readPrivateKey(Buffer.from(recordedKeyPem(name)), name);
}

/** The lines of the authority that issued the recorded leaves. */
export function recordedDatabase(): string {
  return readFileSync(new URL('database', VECTORS), 'latin1');
}
