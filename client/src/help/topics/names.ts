import type { Topic } from '../topic.ts';

export const names: Topic = {
  name: 'names',
  summary: 'how unikernels and paths are called',
  text: `
Names form a tree. A name is labels with colons between them; the last label is the
unikernel's own, those before it are the path that it is in.

  hello         the unikernel hello at the root
  foo:hello     the unikernel hello in the path foo:
  foo:bar:      a path: it ends in a colon
  :             the root, above everything

A label has 1 to 63 letters, digits, "-" and ".", and does not begin with "-". Capitals
are made small. A whole name has at most 200 characters. A colon in front changes
nothing: ":foo:hello" is "foo:hello".

Where a command takes a name or a path, a path stands for everything at and below it:

  albatross info --name foo:hello
  albatross info --name foo:

The path and the unikernel of the same labels, "foo:bar:" and "foo:bar", are two things.
`,
};
