import type { Topic } from '../topic.ts';

export const devices: Topic = {
  name: 'devices',
  summary: 'network and block devices of a unikernel',
  text: `
An image says in its manifest which devices it wants, each with a name. create gives it
one of the host's for each of them:

  --net NAME[:BRIDGE][@MAC]         a tap on that bridge of the host
  --block NAME[:DEVICE][@SECTOR]    a block device of the host, in sectors of so many bytes

Without BRIDGE it is the bridge called NAME; without DEVICE, the block device called NAME.
A device that is not named at all is given so too, and create says which those are.
The MAC follows from the names unless one is given, and is the same each time. SECTOR is a
power of two from 512 to 32768.

A block device is in the path of its unikernel, and has one user at a time. It is made
before, and stays when the unikernel is gone:

  albatross create-block foo:data 64
  albatross create foo:echo echo.spt --block storage:data --net service
  albatross block --name foo:
  albatross destroy foo:echo
  albatross dump-block foo:data data.img
  albatross destroy-block foo:data
`,
};
