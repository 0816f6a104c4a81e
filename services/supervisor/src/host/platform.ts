import { StartError } from '@albatross/shared/runtime/run';

/**
 * Everything else runs wherever Node does; who starts tenders knows Linux. On FreeBSD there is more to do
 * than to say the same with other programs, whose commands are in `freebsd/`. Throws `StartError`.
 */
export function requireLinux(platform: NodeJS.Platform): void {
  if (platform === 'linux') return;
  const missing =
    platform === 'freebsd'
      ? ': for FreeBSD there are the commands for taps, CPUs, solo5-hvt and bhyve, but nothing yet that takes up running tenders without /proc, or gives them users of their own; see deploy/freebsd/README.md'
      : '';
  throw new StartError(`the supervisor runs on Linux only, and this is ${platform}${missing}`);
}
