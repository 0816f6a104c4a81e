import type { Group } from '../group.ts';
import { measureAtOnce } from './creates/at-once.ts';
import { measureOneByOne } from './creates/one-by-one.ts';
import { measuredTender } from './creates/tender.ts';
import { Trial } from './creates/trial.ts';
import { measureWithTap } from './creates/with-tap.ts';

/** How long somebody waits for a unikernel, beside what its tender takes by itself. */
export const CREATES: Group = {
  name: 'creates',
  what: 'creates and destroys, one by one and many at once',
  async measure(ground) {
    const tender = await measuredTender();
    await using trial = await Trial.start(tender.tenders);
    await measureOneByOne(ground, trial, tender);
    await measureWithTap(ground, trial, tender);
    await measureAtOnce(ground, trial, tender);
  },
};
