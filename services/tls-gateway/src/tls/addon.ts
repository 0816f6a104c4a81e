import { createRequire } from 'node:module';
import type { SecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';

/** An addon serves one version of Node's interface and one kind of processor. */
const FILE = `certificate-limit-${process.versions.modules}-${process.arch}.node`;
/** Beside the service when it is one file, and where it was built. */
export const PLACES: readonly string[] = [`./${FILE}`, `../../native/${FILE}`].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/**
 * Has the addon, of the first of those places that has it, do something with a context. False, and nothing
 * is changed, where it was not built, does not fit this Node, or is of a time when it could not do that.
 * Never throws.
 */
export function haveAddon(
  what: 'liftCertificateLimit' | 'passOverCertificates',
  context: SecureContext,
  values: readonly number[],
  places: readonly string[],
): boolean {
  const external = externalOf(context);
  if (external === null) return false;
  for (const place of places) {
    const act = loaded(place, what);
    if (act !== null) return act(external, ...values) === true;
  }
  return false;
}

/** Node's own hold on the context of OpenSSL; the addon looks whether it is one. */
function externalOf({ context }: SecureContext): unknown {
  if (typeof context !== 'object' || context === null || !('_external' in context)) return null;
  const { _external: external } = context;
  return external;
}

function loaded(path: string, what: string): ((...values: readonly unknown[]) => unknown) | null {
  try {
    const addon: unknown = createRequire(import.meta.url)(path);
    if (typeof addon !== 'object' || addon === null) return null;
    const act = (addon as Readonly<Record<string, unknown>>)[what];
    return typeof act === 'function' ? (...values) => act(...values) as unknown : null;
  } catch {
    // It is not there, or is that of another Node.
    return null;
  }
}
