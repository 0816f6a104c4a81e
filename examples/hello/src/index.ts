import { fileURLToPath } from 'node:url';

export type HelloTarget = 'virtio' | 'spt' | 'hvt';

/** Absolute path of the built image of hello for a Solo5 target; README.md lists its arguments. */
export function helloImage(target: HelloTarget): string {
  return fileURLToPath(new URL(`../images/hello.${target}`, import.meta.url));
}

export type EchoTarget = Exclude<HelloTarget, 'virtio'>;

/** The same of echo, which has the devices `service` and `storage` and works with them. */
export function echoImage(target: EchoTarget): string {
  return fileURLToPath(new URL(`../images/echo.${target}`, import.meta.url));
}
