/** Writes `docs/bus.md` anew; `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { renderBusDocument } from './bus-document.ts';
import { documentPath } from './read-document.ts';

writeFileSync(documentPath('bus.md'), renderBusDocument());
