import type { ConsoleEntry } from '../../contracts/console.ts';

/** What stands between the lines of a console and is none. */
export type ConsoleMarker = Exclude<ConsoleEntry['entry'], { readonly kind: 'line' }>;

/** In words, which may hold control characters: a reason is whatever was reported. */
export function describeMarker(marker: ConsoleMarker): string {
  switch (marker.kind) {
    case 'boot':
      return `boot, life ${marker.life}`;
    case 'exit':
      return `exit, ${marker.why}`;
    case 'gap':
      return `gap: ${marker.why}`;
    case 'dropped':
      return `dropped ${marker.lines} ${marker.lines === 1 ? 'line' : 'lines'}, which came faster than is kept`;
  }
}
