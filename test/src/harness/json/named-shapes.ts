import type * as z from 'zod';
import { carriedCommand, writtenConfiguration, writtenRequest } from './certificates.ts';
import { change } from './descriptions.ts';
import { saved } from './forms.ts';
import { consoleEntry, event, netSample, processSample, sample, traffic } from './streams.ts';
import { block, details, policyEntry, summary, tree } from './unikernels.ts';
import { exit, policy, restart, writtenPolicy } from './values.ts';

/** Those that have a title, and are told of once. */
export const NAMED_SHAPES: readonly z.ZodType[] = [
  details,
  summary,
  tree,
  exit,
  restart,
  block,
  policyEntry,
  policy,
  writtenPolicy,
  writtenConfiguration,
  carriedCommand,
  consoleEntry,
  event,
  sample,
  processSample,
  netSample,
  traffic,
  change,
  saved,
  writtenRequest,
];
