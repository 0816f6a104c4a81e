/** What an image can be built for, in the order of the numbers in the ABI note, which begin at 1. */
export const TARGETS = ['hvt', 'spt', 'virtio', 'muen', 'genode', 'xen'] as const;

export type Target = (typeof TARGETS)[number];
