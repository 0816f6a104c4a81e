import { INTERFACE_NAME } from '@albatross/shared/domain/device';
import { existsSync, readdirSync } from 'node:fs';
import { TAP_NAME } from './taps.ts';

/** Whether the host has a bridge of this name now. */
export function bridgeExists(name: string, sysfs = '/sys'): boolean {
  return INTERFACE_NAME.test(name) && existsSync(`${sysfs}/class/net/${name}/bridge`);
}

/**
 * The host's bridges, sorted. It looks at every interface there is, which takes some 10 ms when there are
 * 2,000; so not at those that are called as taps of ours, which are most of them.
 */
export function listBridges(sysfs = '/sys'): readonly string[] {
  return readdirSync(`${sysfs}/class/net`)
    .filter((name) => !TAP_NAME.test(name) && bridgeExists(name, sysfs))
    .toSorted();
}
