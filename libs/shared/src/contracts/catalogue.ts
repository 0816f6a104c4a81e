import { closeBlob, finishBlob, openBlob, readBlob, writeBlob } from './blob.ts';
import { createBlock, dumpBlock, listBlocks, removeBlock, setBlock } from './block.ts';
import { consoleFeed, consoleHistory, listConsoles } from './console.ts';
import { eventFeed, listEvents } from './event.ts';
import type { FeedContract } from './feed.ts';
import { heartbeatFeed } from './heartbeat.ts';
import type { Gateway } from './identities.ts';
import { addPolicy, assertPolicies, listPolicies, removePolicy } from './policy.ts';
import { refusedFeed } from './refused.ts';
import type { RequestContract } from './request.ts';
import { addProcess, hostStats, listStats, removeProcess, statsFeed } from './stats.ts';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
  listUnikernels,
  restartUnikernel,
  showUnikernel,
  startUnikernel,
  stopUnikernel,
} from './unikernel.ts';

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
