import type { Topic } from '../topic.ts';

export const exitStatuses: Topic = {
  name: 'exit-statuses',
  summary: 'with which status the program ends, for scripts',
  text: `
  0    done
  1    of diff, there is a difference; of --wait exit, the guest ended otherwise than with 0
  2    of update, the new image did not become ready, and the old one runs again
  3    the same, and the old one does not run either
  116  our own certificates do not lead to the server's authority
  117  a service, or the server of another host, was asked and refused
  118  the server of builds did not answer, or not as it should
  119  the server of another host does not accept our certificates
  120  the server of another host is not trusted
  121  no answer came, or the connection broke: what was asked may have been done or not
  122  the bus, the service or the other host is not there
  124  the command line is wrong
  125  a defect of ours; of update, a build that cannot be run in the place of the old one
  130  Ctrl-C ended the waiting; what was asked for is done

A failure is one line on stderr, with a code in brackets that never changes its meaning.
With --json it is an object {code, message, details}.
`,
};
