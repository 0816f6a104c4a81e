import { finishBlob, openBlob, writeBlob } from './blob.ts';
import { consoleFeed, consoleHistory } from './console.ts';
import type { FeedContract } from './feed.ts';
import type { RequestContract } from './request.ts';
import { createUnikernel, destroyUnikernel, listUnikernels, showUnikernel } from './unikernel.ts';

/** All that is said on the bus; documents and permissions are made from it. */
export const REQUESTS: readonly RequestContract[] = [
  createUnikernel,
  listUnikernels,
  showUnikernel,
  destroyUnikernel,
  openBlob,
  writeBlob,
  finishBlob,
  consoleHistory,
];

export const FEEDS: readonly FeedContract[] = [consoleFeed];
