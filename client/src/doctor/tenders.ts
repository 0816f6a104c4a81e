import { findProgram } from '@albatross/shared/runtime/find-program';
import { TENDER_TARGETS, TENDERS, type TenderTarget } from '@albatross/shared/domain/unikernel';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import { askProgram, type Answer } from './ask-program.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { lookAt, type Looked } from './look-at.ts';

/** A tender that would be taken, and what it said when asked for its version. */
export interface FoundTender {
  readonly target: TenderTarget;
  readonly path: string;
  readonly answer: Answer;
}

const CHECK = 'tenders';
/** That of images which are built today, for either of Solo5's tenders. */
const ABI_VERSION = 2;
const SOURCE = 'https://github.com/Solo5/solo5';

const INSTALL: Readonly<Record<TenderTarget, string>> = {
  hvt: `git clone ${SOURCE} && cd solo5 && ./configure.sh && make && sudo make install`,
  spt: `git clone ${SOURCE} && cd solo5 && ./configure.sh && make && sudo make install`,
  virtio: 'sudo apt-get install qemu-system-x86',
};

/**
 * Looks where the supervisor does, a tender of the version's own name before the plain one; but in the PATH of
 * whoever asks, which need not be the supervisor's.
 */
export async function checkTenders(place: HostPlace): Promise<readonly Finding[]> {
  const state = await lookAt(place.folders.state);
  const isAsked = mayBeRun(state, place.uid);
  const folders = [...(isAsked ? [place.folders.state] : []), ...place.programFolders];
  const found = await Promise.all(
    TENDER_TARGETS.map(async (target): Promise<FoundTender | null> => {
      const plain = TENDERS[target];
      const own = target === 'virtio' ? null : findProgram(`${plain}.${ABI_VERSION}`, folders);
      const path = own ?? findProgram(plain, folders);
      if (path === null) return null;
      return { target, path, answer: await askProgram(path, ['--version']) };
    }),
  );
  const findings = judgeTenders(found.filter((one) => one !== null));
  if (isAsked || state.kind !== 'there') return findings;
  const text = `tenders in ${place.folders.state} were not asked: somebody else may change them`;
  return [...findings, warned(CHECK, text, `ls -l ${shellWord(place.folders.state)}`)];
}

/** What somebody else put into a folder is not run, least of all by root. */
export function mayBeRun(folder: Looked, uid: number): boolean {
  return (
    folder.kind === 'there' &&
    (folder.uid === 0 || folder.uid === uid) &&
    (folder.mode & 0o002) === 0
  );
}

/** One is enough to run something; what is missing is told all the same. */
export function judgeTenders(found: readonly FoundTender[]): readonly Finding[] {
  if (found.length === 0)
    return [
      failed(
        CHECK,
        `no tender is installed, neither ${Object.values(TENDERS).join(' nor ')}: no unikernel can run`,
        INSTALL.virtio,
      ),
    ];
  return TENDER_TARGETS.map((target) => {
    const tender = found.find((one) => one.target === target);
    if (tender !== undefined) return judgeTender(tender);
    const text = `${TENDERS[target]} is not installed; images built for ${target} cannot run`;
    return warned(CHECK, text, INSTALL[target]);
  });
}

function judgeTender({ target, path, answer }: FoundTender): Finding {
  const mend = INSTALL[target];
  if (answer.kind === 'silent')
    return failed(CHECK, `${path} --version ${answer.why}`, `${shellWord(path)} --version`);
  if (target === 'virtio') {
    const version = /version (\d[\w.]*)/.exec(answer.text)?.[1];
    return passed(CHECK, `${path}, ${version ?? 'which does not tell its version'}`);
  }
  const version = /^ABI version (\d+)$/m.exec(answer.text)?.[1];
  if (version === undefined) return failed(CHECK, `${path} does not say its ABI version`, mend);
  if (Number(version) === ABI_VERSION) return passed(CHECK, `${path}, ABI version ${version}`);
  const text = `${path} speaks ABI version ${version}; images of today want ${ABI_VERSION}`;
  return warned(CHECK, text, mend);
}
