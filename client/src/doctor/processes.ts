import type { Bus } from '@albatross/shared/bus/bus';
import { HEARTBEAT_INTERVAL_MS, heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { PROCESSES, type ProcessName } from '@albatross/shared/contracts/identities';
import { VERSION } from '@albatross/shared/runtime/version';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationText } from '../quantity.ts';
import { failed, passed, warned, type Finding } from './finding.ts';

/** A bit more than an interval, so that whoever lives is heard once at least. */
export const LISTEN_MS = HEARTBEAT_INTERVAL_MS + 2_000;

/** A process, by its newest heartbeat. */
export interface HeardProcess {
  readonly process: ProcessName;
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since 1970, as `at`, which is when it said so. */
  readonly startedAt: number;
  readonly at: number;
}

/** Always there; the others only where somebody wants them. */
const EXPECTED: readonly ProcessName[] = ['supervisor', 'console', 'stats'];
/** A process that is younger than others by so much was restarted. */
const RECENT_MS = 60_000;

/** Ends earlier when every process there could be was heard. */
export async function listenForHeartbeats(
  bus: Pick<Bus, 'followProcesses'>,
  listenMs: number,
): Promise<readonly HeardProcess[]> {
  const heard = new Map<string, HeardProcess>();
  const all = new AbortController();
  const unfollow = bus.followProcesses(heartbeatFeed, {
    onMessage: ({ process, version, pid, startedAt, at }) => {
      heard.set(`${process} ${pid}`, { process, version, pid, startedAt, at });
      if (new Set([...heard.values()].map((one) => one.process)).size === PROCESSES.length)
        all.abort();
    },
    onDropped: () => undefined,
  });
  await sleep(listenMs, undefined, { signal: all.signal }).catch(() => undefined);
  unfollow();
  return [...heard.values()];
}

/** A silence says only that nothing was heard: the process may live, and what it looks after most likely does. */
export function judgeProcesses(
  heard: readonly HeardProcess[],
  listenMs: number,
  startCommand: string,
): readonly Finding[] {
  const oldest = Math.min(...heard.map(({ startedAt }) => startedAt));
  return PROCESSES.flatMap((process) => {
    const ones = heard.filter((one) => one.process === process);
    const newest = ones.toSorted((a, b) => b.startedAt - a.startedAt)[0];
    if (newest !== undefined) return [judgeHeard(newest, ones, oldest)];
    if (!EXPECTED.includes(process)) return [];
    const seconds = Math.round(listenMs / 1000);
    return [failed(process, `silent: no heartbeat within ${seconds} seconds`, startCommand)];
  });
}

function judgeHeard(newest: HeardProcess, ones: readonly HeardProcess[], oldest: number): Finding {
  const { process, version, pid, startedAt, at } = newest;
  const age = at - startedAt;
  const pids = ones.map((one) => one.pid);
  if (pids.length > 1) {
    const text = `restarts again and again, or runs twice: heard as processes ${pids.join(' and ')}`;
    return failed(process, text, `ps -o pid,etime,args -p ${pids.join(',')}`);
  }
  const told = `process ${pid}, since ${durationText(age)}`;
  const look = `ps -o pid,etime,args -p ${pid}`;
  if (age < RECENT_MS && startedAt - oldest > RECENT_MS)
    return warned(process, `restarted while others went on: ${told}`, look);
  if (version !== VERSION)
    return warned(process, `of version ${version}, and this is ${VERSION}: ${told}`, look);
  return passed(process, `lives: ${told}`);
}
