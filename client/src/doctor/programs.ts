import { findProgram } from '@albatross/shared/runtime/find-program';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import { askProgram, type Answer } from './ask-program.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';

type Version = readonly [major: number, minor: number];

/** As package.json has it. */
const NODE_MIN: Version = [20, 15];
/** That of Debian 12, which all of this is tried with. */
const NATS_SERVER_MIN: Version = [2, 9];
/** What services are started with, or are told apart by. */
const NEEDED = [
  { program: 'setpriv', debian: 'util-linux' },
  { program: 'setsid', debian: 'util-linux' },
  { program: 'taskset', debian: 'util-linux' },
  { program: 'xargs', debian: 'findutils' },
  { program: 'mkfifo', debian: 'coreutils' },
  { program: 'flock', debian: 'util-linux' },
  { program: 'ip', debian: 'iproute2' },
] as const;

/** Whether what everything runs on is there, and new enough. */
export async function checkPrograms({ programFolders }: HostPlace): Promise<readonly Finding[]> {
  const path = findProgram('nats-server', programFolders);
  const answer = path === null ? null : await askProgram(path, ['--version']);
  const missing: string[] = [];
  for (const { program, debian } of NEEDED)
    if (findProgram(program, programFolders) === null) missing.push(`${program} ${debian}`);
  return [
    judgeNode(process.versions.node),
    judgeNatsServer(path, answer),
    ...missing.map((words) => judgeMissing(words)),
  ];
}

export function judgeNode(text: string): Finding {
  const version = versionIn(text);
  return version !== null && isAtLeast(version, NODE_MIN)
    ? passed('node', text)
    : failed(
        'node',
        `this is version ${text}; it takes ${NODE_MIN.join('.')} or newer`,
        'sudo apt-get install nodejs',
      );
}

export function judgeNatsServer(path: string | null, answer: Answer | null): Finding {
  const check = 'nats-server';
  const install = 'sudo apt-get install nats-server';
  if (path === null || answer === null) return failed(check, 'it is not installed', install);
  if (answer.kind === 'silent')
    return failed(check, `${path} --version ${answer.why}`, `${shellWord(path)} --version`);
  const version = versionIn(answer.text);
  if (version === null) return warned(check, `${path} does not say its version`, install);
  const words = /v?(\d+\.\d+[\w.-]*)/.exec(answer.text)?.[1] ?? version.join('.');
  if (isAtLeast(version, NATS_SERVER_MIN)) return passed(check, `${path}, ${words}`);
  return failed(
    check,
    `${path} is ${words}; it takes ${NATS_SERVER_MIN.join('.')} or newer`,
    install,
  );
}

function judgeMissing(words: string): Finding {
  const [program = '', debian = ''] = words.split(' ');
  return failed(program, 'it is not installed', `sudo apt-get install ${debian}`);
}

function versionIn(text: string): Version | null {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

function isAtLeast([major, minor]: Version, [leastMajor, leastMinor]: Version): boolean {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
