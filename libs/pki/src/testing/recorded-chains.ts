import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readCertificate, type Certificate } from '../certificate.ts';
import { readPemOf } from '../pem.ts';

/** A moment at which all that was recorded is valid, in milliseconds since 1970. */
export const RECORDED_AT = Date.parse('2026-11-22T00:55:00Z');

export interface RecordedChain {
  /** As it lies in `vectors/`, without its ending. */
  readonly name: string;
  readonly sent: readonly Uint8Array[];
}

/** What lies in a folder of `vectors/`. */
export function chainsIn(folder: string): readonly RecordedChain[] {
  const url = new URL(`../../vectors/${folder}/`, import.meta.url);
  return readdirSync(url)
    .toSorted()
    .map((file) => {
      const bytes = readFileSync(new URL(file, url));
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
      const name = `${folder}/${file.replace(/\.pem(\.gz)?$/, '')}`;
      return { name, sent: readPemOf('CERTIFICATE', text, name) };
    });
}

export function recordedChain(name: string): readonly Uint8Array[] {
  const chain = chainsIn(name.replace(/\/.*/, '')).find((one) => one.name === name);
  if (chain === undefined) throw new RangeError(`nothing was recorded as ${name}`);
  return chain.sent;
}

/** The first certificate of a recorded chain. */
export function recordedCertificate(name: string): Certificate {
  const [der] = recordedChain(name);
  if (der === undefined) throw new RangeError(`${name} is empty`);
  return readCertificate(der);
}
