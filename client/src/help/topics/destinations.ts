import type { Topic } from '../topic.ts';

export const destinations: Topic = {
  name: 'destinations',
  summary: 'on which host a command is carried out',
  text: `
Without an option, a command is for this host: for the system in $ALBATROSS_DIR, in the
folder of --dir, or else the installed one.

  albatross info
  albatross info --dir .albatross

With --destination HOST[:PORT] it is given to the TLS endpoint of another host; the port
is 1025 unless there is one. An IPv6 address with a port is written [ADDRESS]:PORT.

  albatross info --destination host.example:1025 --ca user.pem --ca-key user.key

The path comes from the certificates then, so names have no colon. --server-ca is the
authority that the server has to show, cacert.pem unless told otherwise.

With --csr a command is given to nobody, but written to NAME.req for somebody to sign:
see "albatross help certificates".
`,
};
