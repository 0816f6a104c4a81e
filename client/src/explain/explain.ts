import { stat } from 'node:fs/promises';
import { readAuthority, withPki } from '../issuing.ts';
import { SERVER_CA_DEFAULT } from '../remote/destination-options.ts';
import { explainChain } from './explain-chain.ts';
import { explainRequest } from './explain-request.ts';
import type { Explanation } from './explanation.ts';
import { readLists, readMaterial } from './material.ts';

interface Against {
  /** The authority that the server trusts. Null: the one in this folder, if there is one. */
  readonly authorityFile: string | null;
  /** Of revocation lists; null when none were given. */
  readonly listFiles: readonly string[] | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a file of certificates, or with a signing request, is for, and whether it is accepted. Throws a `Failure`. */
export async function explain(
  file: string,
  { authorityFile, listFiles, now }: Against,
): Promise<Explanation> {
  return await withPki(async (pki) => {
    const material = await readMaterial(pki, file);
    if (material.kind === 'request')
      return explainRequest(pki, { file, request: material.request, now });
    const trustedFile = authorityFile ?? (await authorityHere());
    const trusted =
      trustedFile === null
        ? null
        : { file: trustedFile, anchor: await readAuthority(pki, trustedFile) };
    const lists =
      listFiles === null
        ? null
        : await Promise.all(listFiles.map(async (list) => await readLists(pki, list)));
    const { first, others } = material;
    return explainChain(pki, { file, first, others, trusted, lists: lists?.flat() ?? null, now });
  });
}

async function authorityHere(): Promise<string | null> {
  const found = await stat(SERVER_CA_DEFAULT).catch(() => null);
  return found === null ? null : SERVER_CA_DEFAULT;
}
