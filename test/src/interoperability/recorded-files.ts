import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { framesIn } from './answer.ts';
import {
  recordedChainPem,
  recordedConfig,
  recordedKeyPem,
  recordedRequestPem,
  recordedStream,
} from './recorded.ts';

/** Puts what the original's client was given into a folder, under the names that the steps have for it. */
export async function putRecordedFiles(folder: string): Promise<void> {
  const { image: withDevices } = recordedConfig('create-full');
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'cacert.pem': recordedChainPem('authorities/ed25519'),
    'ca.key': recordedKeyPem('authority-ed25519'),
    'server.pem': recordedChainPem('servers/ed25519'),
    'server.key': recordedKeyPem('server-ed25519'),
    'tenant.pem': recordedChainPem('policies/tenant'),
    'tenant.key': recordedKeyPem('tenant'),
    'info-hello.pem': recordedChainPem('leaves/info-hello'),
    'hello.req': recordedRequestPem('info-hello'),
    'hello.key': recordedKeyPem('info-hello'),
    'tiny.hvt': recordedConfig('create-args-level0').image,
    'tinybig.hvt': recordedConfig('create-bigcert').image,
    'tinydev.hvt': inflateSync(withDevices),
    state: recordedStream('state'),
    content: Buffer.concat(framesIn(recordedStream('chunks/set-block-level0'))),
  };
  for (const [name, bytes] of Object.entries(files))
    await writeFile(join(folder, name), bytes, { mode: 0o600 });
}
