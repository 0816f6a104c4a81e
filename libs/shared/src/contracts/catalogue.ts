import { closeBlob, finishBlob, openBlob, readBlob, writeBlob } from './blob.ts';
import { createBlock, dumpBlock, listBlocks, removeBlock, setBlock } from './block.ts';
import { consoleFeed, consoleHistory, listConsoles } from './console.ts';
import { eventFeed, listEvents } from './event.ts';
import type { FeedContract, NameFeed } from './feed.ts';
import { heartbeatFeed } from './heartbeat.ts';
import type { Gateway } from './identities.ts';
import { addPolicy, assertPolicies, listPolicies, removePolicy } from './policy.ts';
import { refusedFeed } from './refused.ts';
import type { RequestContract } from './request.ts';
import { addProcess, listStats, removeProcess, statsFeed } from './stats.ts';
import { hostStats } from './host-stats.ts';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
  restartUnikernel,
  showUnikernel,
  startUnikernel,
  stopUnikernel,
} from './unikernel.ts';
import { listUnikernels } from './unikernel-list.ts';

/** All that is said on the bus; documents and permissions are made from it. */
export const REQUESTS: readonly RequestContract[] = [
  createUnikernel,
  listUnikernels,
  showUnikernel,
  getUnikernel,
  restartUnikernel,
  stopUnikernel,
  startUnikernel,
  destroyUnikernel,
  listPolicies,
  addPolicy,
  removePolicy,
  assertPolicies,
  openBlob,
  writeBlob,
  finishBlob,
  readBlob,
  closeBlob,
  listBlocks,
  createBlock,
  removeBlock,
  setBlock,
  dumpBlock,
  consoleHistory,
  listConsoles,
  listStats,
  hostStats,
  addProcess,
  removeProcess,
  listEvents,
];

export const FEEDS: readonly FeedContract[] = [
  consoleFeed,
  eventFeed,
  statsFeed,
  heartbeatFeed,
  refusedFeed,
];

/** What the original's wire format can ask for, whoever asks. */
const WIRE_REQUESTS: readonly RequestContract[] = [
  createUnikernel,
  listUnikernels,
  showUnikernel,
  getUnikernel,
  restartUnikernel,
  destroyUnikernel,
  listPolicies,
  openBlob,
  writeBlob,
  finishBlob,
  readBlob,
  closeBlob,
  listBlocks,
  createBlock,
  removeBlock,
  setBlock,
  dumpBlock,
  consoleHistory,
  listConsoles,
];

/** What the gateways may ask for: over TLS policies come in certificates, on a socket as commands. */
export const GATEWAY_REQUESTS: Readonly<Record<Gateway, readonly RequestContract[]>> = {
  'tls-gateway': [...WIRE_REQUESTS, assertPolicies],
  'local-gateway': [...WIRE_REQUESTS, addPolicy, removePolicy, addProcess, removeProcess],
};

/** What whoever rules a path may ask for, about names below it. Policies are addressed so that his own is none of them. */
export const TENANT_REQUESTS: readonly RequestContract[] = [
  ...WIRE_REQUESTS,
  stopUnikernel,
  startUnikernel,
  addPolicy,
  removePolicy,
  listStats,
  listEvents,
];

/** What such a one may follow, below that path. */
export const TENANT_FEEDS: readonly NameFeed[] = [consoleFeed, eventFeed, statsFeed];
