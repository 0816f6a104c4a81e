import type { Topic } from '../topic.ts';

export const files: Topic = {
  name: 'files',
  summary: 'one file for policies, block devices and unikernels: export, diff, apply',
  text: `
A file describes everything at and below its path, in YAML (or JSON, which is YAML too):

  version: 1
  path: "foo:"                      # ":" is all there is
  policies:
    "foo:": { unikernels: 4, memoryMib: 256, cpus: [0], bridges: [br0], blockMib: 64 }
  blocks:
    "foo:data": { sizeMib: 16 }     # content: FILE, used only when it is made
  unikernels:
    "foo:web":
      image: images/web.spt         # relative to this file; or { file: ..., sha256: ... }
      memoryMib: 64
      restart: on-exit              # or never, or { on-exit: [2, 3] }
      arguments: ["--port=80"]
      networks: { service: br0 }    # or service: { bridge: br0, mac: "02:00:00:00:00:01" }
      blocks: { storage: data }     # or storage: { device: data, sectorBytes: 512 }
      state: running                # or stopped

There are also cpus, startupPriority and addName. What is left out is as with create: the
devices that the image's manifest asks for are added by their own names. Only addName stays
as it is while the image does, for a guest may have been found not to take a name.

"albatross export" prints such a file. The arguments of unikernels are in it, which may be
secrets; what is on block devices is not, which dump-block saves. With --images FOLDER the
images are saved too; an image known by its sha256 alone can be used only where a unikernel
has it. With --output FILE it is written there, for you alone to read, and images below the
folder of that file are named from there, so that all of it can be carried elsewhere; when it
is printed, images are named by where they are on this host.

"albatross diff FILE" shows what differs, and ends with status 1 if anything does:

  + is in the file only        ~ is different        - is not in the file

"albatross apply FILE" makes it so. What is not in the file stays, unless --prune is given.
Everything that can be found wrong is found first. When something is refused later, what
was done before is undone, but for a block device that was destroyed. When it is interrupted,
give the command again. Only what is on a block device by "content: FILE" may be missing then:
if apply was killed while it made that one, it has zeros on it, which no later apply changes.
"albatross destroy-block NAME" and apply make it anew.

A unikernel that has ended by itself counts as running: its rule decides whether it is
started again, and apply leaves it alone unless something else about it changes. The size of
a block device cannot be changed, and apply never writes to one that is there already.
`,
};
