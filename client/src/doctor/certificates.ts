import { Failure } from '@albatross/shared/contracts/failures';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import { basename, join } from 'node:path';
import { durationWords } from '../explain/duration-words.ts';
import { readLists } from '../explain/material.ts';
import { timeText, withPki } from '../issuing.ts';
import { authorityPlace, tlsFiles } from '../setup/places.ts';
import { sudoDoctor } from './bus.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { listFolder, lookAt } from './look-at.ts';

/** A certificate of a file; times in milliseconds since 1970. */
export interface SeenCertificate {
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A revocation list of a file. */
export interface SeenList {
  readonly issuer: string;
  /** Null when it does not say. */
  readonly nextUpdate: number | null;
}

/** What a file holds, or why it cannot be read. */
export type Read<T> = readonly T[] | { readonly why: string };

const CHECK = 'certificates';
/** A certificate that ends within this is told of. */
const EXPIRY_NEAR_MS = 30 * 86_400_000;
/** Of a folder; more are not looked at. */
const FILES_LOOKED_AT = 1024;

/** Whether clients and the gateway will go on to trust each other. */
export async function checkCertificates(place: HostPlace): Promise<readonly Finding[]> {
  const { folders, now } = place;
  const folder = join(folders.conf, 'tls');
  const lists = join(folder, 'crls');
  const certificateFiles = await filesIn(folder, (name) => name.endsWith('.pem'));
  const listFiles = await filesIn(lists, (name) => !name.startsWith('.'));
  if (certificateFiles === null || listFiles === null) {
    const hidden = certificateFiles === null ? folder : lists;
    return [warned(CHECK, `you may not look into ${hidden}`, sudoDoctor(place))];
  }
  if (certificateFiles.length + listFiles.length === 0)
    return [passed(CHECK, `there are none in ${folder}: nobody is let in over TLS by them`)];
  const findings: Finding[] = [];
  for (const file of certificateFiles)
    findings.push(
      ...judgeCertificates(file, await readCertificates(file), now, renewalIn(place, file)),
    );
  for (const file of listFiles) findings.push(...judgeLists(file, await readListFile(file), now));
  return findings;
}

/** What is no file may never end, or is none of ours. Null where nobody may look. */
async function filesIn(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<string[] | null> {
  const listed = await listFolder(folder);
  if (listed.kind === 'hidden') return null;
  if (listed.kind === 'missing') return [];
  const files: string[] = [];
  for (const name of listed.names.filter(isWanted).slice(0, FILES_LOOKED_AT)) {
    const looked = await lookAt(join(folder, name));
    if (looked.kind === 'there' && looked.type === 'file') files.push(join(folder, name));
  }
  return files;
}

async function readCertificates(file: string): Promise<Read<SeenCertificate>> {
  return await whyNot(async () => {
    const found = await withPki(async (pki) => await pki.readCertificates(file));
    return found.map(({ subject, notBefore, notAfter }) => ({
      subject: subject.text,
      notBefore,
      notAfter,
    }));
  });
}

async function readListFile(file: string): Promise<Read<SeenList>> {
  return await whyNot(async () => {
    const found = await withPki(async (pki) => await readLists(pki, file));
    return found.map(({ issuer, nextUpdate }) => ({ issuer: issuer.text, nextUpdate }));
  });
}

async function whyNot<T>(read: () => Promise<readonly T[]>): Promise<Read<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure) return { why: error.message };
    throw error;
  }
}

/** What renews a certificate: of this host as the package has it, else in the folder of whoever signs. */
export function renewalIn({ folders: { conf }, dir }: HostPlace, file: string): string {
  const tls = tlsFiles(conf);
  if (dir !== null) return `albatross generate ca ca.db && cp *.pem ${shellWord(join(file, '..'))}`;
  switch (file) {
    case tls.certificate:
      return `sudo albatross setup --renew && sudo systemctl try-reload-or-restart ${GATEWAY}`;
    case tls.authority: {
      // From what is there, so that nothing of another name or key takes its place.
      const { folder, database } = authorityPlace(conf);
      const generate = `cp ${file} . && albatross generate NAME ${basename(database)} && cp cacert.pem ${file}`;
      return `sudo sh -c 'cd ${folder} && ${generate}' && sudo systemctl try-restart ${GATEWAY}`;
    }
    default:
      return `sudo rm ${shellWord(file)}`;
  }
}

const GATEWAY = 'albatross-tls-gateway';

/** Of all in a file: a chain is as good as its worst. */
export function judgeCertificates(
  file: string,
  read: Read<SeenCertificate>,
  now: number,
  renew: string,
): readonly Finding[] {
  if ('why' in read) return [warned(CHECK, read.why, `ls -l ${shellWord(file)}`)];
  return read.map(({ subject, notBefore, notAfter }) => {
    const which = `${file}, ${subject},`;
    if (now >= notAfter) return failed(CHECK, `${which} has expired ${timeText(notAfter)}`, renew);
    if (now <= notBefore)
      return failed(
        CHECK,
        `${which} is valid from ${timeText(notBefore)} only; is the clock right?`,
        'date',
      );
    const left = durationWords(notAfter - now);
    return notAfter - now < EXPIRY_NEAR_MS
      ? warned(CHECK, `${which} expires in ${left}`, renew)
      : passed(CHECK, `${which} is valid for ${left} more`);
  });
}

/** What an old one lists is revoked still; what was revoked since, perhaps not. */
export function judgeLists(file: string, read: Read<SeenList>, now: number): readonly Finding[] {
  if ('why' in read) {
    const text = `${read.why}; with it the gateway does not start`;
    return [failed(CHECK, text, `ls -l ${shellWord(file)}`)];
  }
  return read.map(({ issuer, nextUpdate }) => {
    const which = `${file}, the revocation list of ${issuer},`;
    if (nextUpdate !== null && now >= nextUpdate) {
      const text = `${which} should have been replaced by ${timeText(nextUpdate)}; to revoke anything, even once more, writes it anew`;
      const mend = `albatross revoke cacert.pem ca.db ca.key NAME --crl ${shellWord(file)}`;
      return warned(CHECK, text, mend);
    }
    return passed(CHECK, `${which} is up to date`);
  });
}
