import type { Topic } from './topic.ts';
import { certificates } from './topics/certificates.ts';
import { destinations } from './topics/destinations.ts';
import { devices } from './topics/devices.ts';
import { exitStatuses } from './topics/exit-statuses.ts';
import { files } from './topics/files.ts';
import { names } from './topics/names.ts';
import { policies } from './topics/policies.ts';
import { readiness } from './topics/readiness.ts';

export const TOPICS: readonly Topic[] = [
  names,
  policies,
  devices,
  readiness,
  files,
  certificates,
  destinations,
  exitStatuses,
];
