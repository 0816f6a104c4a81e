import type { ProcessName } from '@albatross/shared/contracts/identities';
import type { Family } from './exposition.ts';
import type { Heartbeat } from './heartbeats.ts';

/** A figure of a heartbeat that has a name of its own on the page. */
interface KnownFigure extends Pick<Family<Heartbeat>, 'type' | 'name' | 'help'> {
  readonly teller: ProcessName | 'any';
  readonly figure: string;
}

const KNOWN: readonly KnownFigure[] = [
  {
    teller: 'any',
    figure: 'requestsDropped',
    type: 'counter',
    name: 'albatross_requests_dropped_total',
    help: 'Messages that came as requests and were none.',
  },
  {
    teller: 'supervisor',
    figure: 'restarts',
    // Those of one that is destroyed are gone: this may become less, which a counter may not.
    type: 'gauge',
    name: 'albatross_unikernel_restarts',
    help: 'Restarts of all unikernels there are, since each was created.',
  },
  {
    teller: 'console',
    figure: 'bytesRead',
    type: 'counter',
    name: 'albatross_console_read_bytes_total',
    help: 'What unikernels printed and console read.',
  },
  {
    teller: 'console',
    figure: 'linesTruncated',
    type: 'counter',
    name: 'albatross_console_truncated_lines_total',
    help: 'Lines that were cut because they were too long.',
  },
  {
    teller: 'console',
    figure: 'linesDropped',
    type: 'counter',
    name: 'albatross_console_dropped_lines_total',
    help: 'Lines that were thrown away because they came too fast.',
  },
  {
    teller: 'console',
    figure: 'gaps',
    type: 'counter',
    name: 'albatross_console_gaps_total',
    help: 'Places in histories where something may be missing.',
  },
  {
    teller: 'console',
    figure: 'historiesBehind',
    type: 'gauge',
    name: 'albatross_console_histories_behind',
    help: 'Histories of which not all is on the disk.',
  },
  {
    teller: 'console',
    figure: 'messagesSent',
    type: 'counter',
    name: 'albatross_console_messages_sent_total',
    help: 'Messages for followers.',
  },
  {
    teller: 'console',
    figure: 'messagesUnsent',
    type: 'counter',
    name: 'albatross_console_messages_unsent_total',
    help: 'Messages for followers that the bus was not there for.',
  },
  {
    teller: 'console',
    figure: 'consolesUntold',
    type: 'gauge',
    name: 'albatross_console_untold_consoles',
    help: 'Consoles whose newest lines no follower was told of yet.',
  },
];

/** Of heartbeats that have their process as label. */
export const KNOWN_FIGURES: readonly Family<Heartbeat>[] = KNOWN.map(
  ({ teller, figure, type, name, help }) => {
    const value = ({ process, figures }: Heartbeat): number | null =>
      teller === 'any' || teller === process ? (figures[figure] ?? null) : null;
    return { name, type, help, series: [{ labels: {}, value }] };
  },
);

/** Whether `KNOWN_FIGURES` show it. */
export function isKnownFigure(process: ProcessName, name: string): boolean {
  return KNOWN.some(
    ({ teller, figure }) => figure === name && (teller === 'any' || teller === process),
  );
}
