import type { Topic } from './topic.ts';
import { certificates } from './topics/certificates.ts';
import { destinations } from './topics/destinations.ts';
import { devices } from './topics/devices.ts';
import { exitStatuses } from './topics/exit-statuses.ts';
import { names } from './topics/names.ts';
import { policies } from './topics/policies.ts';

export const TOPICS: readonly Topic[] = [
  names,
  policies,
  devices,
  certificates,
  destinations,
  exitStatuses,
];
