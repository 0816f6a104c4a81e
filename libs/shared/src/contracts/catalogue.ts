import { closeBlob, finishBlob, openBlob, readBlob, writeBlob } from './blob.ts';
import { createBlock, dumpBlock, listBlocks, removeBlock, setBlock } from './block.ts';
import { consoleFeed, consoleHistory, listConsoles } from './console.ts';
import { eventFeed, listEvents } from './event.ts';
import type { FeedContract } from './feed.ts';
import { heartbeatFeed } from './heartbeat.ts';
import { addPolicy, assertPolicies, listPolicies, removePolicy } from './policy.ts';
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

export const FEEDS: readonly FeedContract[] = [consoleFeed, eventFeed, statsFeed, heartbeatFeed];
