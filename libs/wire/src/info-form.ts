/** How unikernels are described to who asks: as always; as clients of 2.6 can read; as those before can. */
export type InfoForm = 'newest' | 'info-5' | 'info-4';
