import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { lifeName, type Life } from '@albatross/shared/domain/life';
import { wireForm } from '@albatross/shared/domain/name';
import { isDeepStrictEqual } from 'node:util';
import { lifeOnDisk, type DiskRecord } from './disk.ts';
import type { Disturbances } from './disturbances.ts';
import type { Snapshot } from './snapshot.ts';

const DESIRES: Readonly<Record<string, DiskRecord['desire']['kind']>> = {
  starting: 'run',
  running: 'run',
  'backing-off': 'run',
  stopped: 'stop',
  exited: 'ended',
  failed: 'failed',
};

/** Records on the disk, what `info` says, processes and the folders of lives: they must tell the same. */
export function checkUnikernels(snapshot: Snapshot, disturbances: Disturbances): readonly string[] {
  const { infos, records } = snapshot;
  const byName = new Map(records.map((record) => [record.name, record]));
  const isShown = (name: string): boolean => infos.some((info) => info.name === name);
  return [
    ...snapshot.strayRecordFiles.map((file) => `there is ${file} among the records`),
    ...records
      .filter(({ folder, name }) => folder !== wireForm(name as UnikernelDetails['name']))
      .map(({ folder, name }) => `the record of ${name} is in ${folder}`),
    ...records
      .filter(({ name, desire }) => desire.kind !== 'gone' && !isShown(name))
      .map(({ name, desire }) => `${name} is on the disk as ${desire.kind}, and info has none`),
    ...infos.flatMap((info) => differences(info, byName.get(info.name))),
    ...checkLives(snapshot, disturbances),
  ];
}

function differences(info: UnikernelDetails, record: DiskRecord | undefined): readonly string[] {
  const { name, state } = info;
  if (record?.desire.unikernel === undefined)
    return [`${name} is ${state}, and on the disk ${record?.desire.kind ?? 'there is none'}`];
  const { kind, unikernel } = record.desire;
  const { config } = unikernel;
  const pairs: readonly (readonly [what: string, shown: unknown, stored: unknown])[] = [
    ['state', DESIRES[state], kind],
    ['digest', info.digest, config.digest],
    ['memory', info.memoryMib, config.memoryMib],
    ['CPUs', info.cpus, config.cpus],
    ['arguments', info.arguments, config.arguments],
    ['addName', info.addName, config.addName],
    ['rule', info.restart, config.restart],
    ['bridges', info.nets.map(({ bridge }) => bridge), config.nets.map(({ bridge }) => bridge)],
    ['devices', info.blocks.map(({ device }) => device), config.blocks.map(({ device }) => device)],
    ['restarts', info.restarts, unikernel.restarts],
    ['past lives', info.pastLives, unikernel.pastLives],
  ];
  return pairs.flatMap(([what, shown, stored]) =>
    isDeepStrictEqual(shown, stored)
      ? []
      : [`${what} of ${name}: ${JSON.stringify(shown)}, on the disk ${JSON.stringify(stored)}`],
  );
}

/** Nothing lives but what runs, and everything that runs does. */
function checkLives(snapshot: Snapshot, disturbances: Disturbances): readonly string[] {
  const { infos, records, lives, exits, processes } = snapshot;
  const running = infos.filter(({ pid }) => pid !== null);
  const expected = running.map((info) => {
    const record = records.find(({ name }) => name === info.name);
    return { info, life: currentLife(info, record) };
  });
  const known = new Set(expected.map(({ life }) => life));
  return [
    ...lives.filter((life) => !known.has(life)).map((life) => `there is a life ${life} of nobody`),
    ...exits.map((exit) => `there is an exit ${exit} that was not cleared away`),
    ...processes
      .filter(({ life }) => !known.has(life))
      .map(
        ({ pid, role, life }) => `the process ${pid} is a ${role} of ${life}, and that of nobody`,
      ),
    ...expected.flatMap(({ info, life }) => checkRunning(snapshot, disturbances, info, life)),
  ];
}

function currentLife(info: UnikernelDetails, record: DiskRecord | undefined): string {
  const number = record?.desire.unikernel?.life ?? 0;
  return lifeName({ unikernel: info.name, number } satisfies Life);
}

function checkRunning(
  { folders, lives, processes }: Snapshot,
  disturbances: Disturbances,
  { name, pid, nets }: UnikernelDetails,
  life: string,
): readonly string[] {
  if (!lives.includes(life)) return [`${name} runs, and there is no life ${life}`];
  const record = lifeOnDisk(folders, life);
  const own = processes.filter((one) => one.life === life);
  const tenders = own.filter(({ role }) => role === 'tender');
  const keepers = own.filter(({ role }) => role === 'keeper');
  const problems: string[] = [];
  if (record?.pid !== pid) problems.push(`${name} has process ${pid}, its life ${record?.pid}`);
  if (tenders.length !== 1 || tenders[0]?.pid !== pid)
    problems.push(
      `${name} has process ${pid}; its tenders are ${tenders.map((one) => one.pid).join(', ')}`,
    );
  if (String(record?.startTicks) !== tenders[0]?.startTicks)
    problems.push(`${life} says its tender began at ${record?.startTicks}`);
  const keepersMax = disturbances.hasKeeper(life) ? [0] : [1];
  if (!keepersMax.includes(keepers.length)) problems.push(`${life} has ${keepers.length} keepers`);
  const taps = record?.taps.map(({ tap }) => tap) ?? [];
  if (
    !isDeepStrictEqual(
      nets.map(({ tap }) => tap),
      taps,
    )
  )
    problems.push(`${name} has the taps ${JSON.stringify(nets)}, its life ${taps.join(', ')}`);
  return problems;
}
