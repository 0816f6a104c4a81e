import type { RequestOptions } from '@albatross/pki';
import type { Pki } from '../issuing.ts';
import type { Session } from '../session.ts';

/** Writes a signing request here, and says how to go on. Throws an `IssueError`. */
export async function writeRequest(
  { output }: Session,
  pki: Pki,
  wanted: Omit<RequestOptions, 'folder'>,
): Promise<void> {
  const { requestFile, keyFile } = await pki.writeRequestFile({ ...wanted, folder: '.' });
  const { commonName } = wanted;
  const signed = `${commonName}.pem`;
  const isPolicy = wanted.command?.kind === 'policy-add';
  const content = wanted.command?.kind === 'block-set' ? ' --content FILE' : '';
  const next = isPolicy
    ? `${signed} and ${keyFile} are the authority --ca and --ca-key of that path`
    : `albatross certificate ${signed} ${keyFile} --destination HOST${content}`;
  output.done({ commonName, request: requestFile, key: keyFile }, [
    `wrote ${requestFile}; its key is in ${keyFile}, which nobody else needs`,
    `next: albatross sign CA DB CA-KEY ${requestFile}, then ${next}`,
  ]);
}
