import { fileURLToPath } from 'node:url';

export type HelloTarget = 'virtio' | 'spt' | 'hvt';

/** Absolute path of the built image of hello for a Solo5 target; README.md lists its arguments. */
export function helloImage(target: HelloTarget): string {
  return fileURLToPath(new URL(`../images/hello.${target}`, import.meta.url));
}
