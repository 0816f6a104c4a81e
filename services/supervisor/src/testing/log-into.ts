import type { Logger } from '@albatross/shared/runtime/logger';

/** Puts what is logged into a list, as `level event`. */
export function logInto(logged: string[]): Logger {
  const level =
    (name: string) =>
    (event: string): void =>
      void logged.push(`${name} ${event}`);
  return { error: level('error'), warn: level('warn'), info: level('info'), debug: level('debug') };
}
