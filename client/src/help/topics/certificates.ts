import type { Topic } from '../topic.ts';

export const certificates: Topic = {
  name: 'certificates',
  summary: 'who may do what from another host, and how that is signed',
  text: `
What may be done from another host is in certificates. The authority of a server is made
once; it signs others for paths, with a policy, and these sign commands.

  albatross generate ca ca.db --server host.example
  albatross add-policy user 16 --mem 1024 --csr
  albatross sign cacert.pem ca.db ca.key user.req

makes ca.key and cacert.pem, then user.key and user.req, and of that user.pem: an
authority for the path user:. Whoever has user.pem and user.key gives commands:

  albatross info --destination host.example --ca user.pem --ca-key user.key

Who has no authority writes down what is wanted, and somebody else signs it:

  albatross create hello hello.spt --csr
  albatross sign user.pem user.db user.key hello.req
  albatross certificate hello.pem hello.key --destination host.example

revoke takes a certificate back, and explain says what a certificate is for, and why a
server refuses it.
`,
};
