import { READY_UP_DEFAULT_MS, READY_WITHIN_DEFAULT_MS } from '../../readiness/check.ts';
import type { Topic } from '../topic.ts';

export const readiness: Topic = {
  name: 'readiness',
  summary: 'when a unikernel counts as ready, and what waits for it',
  text: `
A unikernel is started long before it does what it is for. --ready says how that is told;
given several times, all of it has to hold:

  --ready console:PATTERN   it has printed a line in which this regular expression finds
                            something; lines of lives before do not count
  --ready tcp:HOST:PORT     somebody accepts a connection there
  --ready up:SECONDS        it was seen to live so long, in one life; the default, with ${READY_UP_DEFAULT_MS / 1000}
  --ready-within SECONDS    after so long, ${READY_WITHIN_DEFAULT_MS / 1000} without this, it is not ready

It is not ready either once it ends, or is started again. A bus or a supervisor that is
away for a moment is no end of it; where nobody can tell in the end, as when its console
does not answer, that is said, and nothing is put back. A guest that refuses --name, and is
started once more without, is still in its first life.

create, start and restart wait for it with --wait ready, which --ready implies, and leave
it as it is when it does not become ready. --wait exit waits until it has ended for good,
and --follow shows what it prints meanwhile; both say on standard error when nobody
answers, and when somebody does again:

  albatross create hello hello.spt --arg tick=100 --ready console:tick
  albatross restart hello --wait ready --follow

update always waits, unless with --no-ready, and puts the image back that was there
before, with its configuration, when the new one does not become ready.

Of another host nobody tells whose lines are whose, nor how a unikernel ended: there,
up: and tcp: can be waited for.
`,
};
