import { createRequire } from 'node:module';
import type { SecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';

/** An addon serves one version of Node's interface and one kind of processor. */
const FILE = `certificate-limit-${process.versions.modules}-${process.arch}.node`;
/** Beside the service when it is one file, and where it was built. */
const PLACES = [`./${FILE}`, `../../native/${FILE}`].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/**
 * Lets clients whose connection has this context show certificates of so many bytes instead of 100 KiB. False,
 * and nothing is changed, where the addon was not built or does not fit this Node. Never throws.
 */
export function liftCertificateLimit(
  context: SecureContext,
  bytes: number,
  places: readonly string[] = PLACES,
): boolean {
  const external = externalOf(context);
  if (external === null) return false;
  for (const place of places) {
    const lift = loaded(place);
    if (lift !== null) return lift(external, bytes) === true;
  }
  return false;
}

/** Node's own hold on the context of OpenSSL; the addon looks whether it is one. */
function externalOf({ context }: SecureContext): unknown {
  if (typeof context !== 'object' || context === null || !('_external' in context)) return null;
  const { _external: external } = context;
  return external;
}

function loaded(path: string): ((external: unknown, bytes: number) => unknown) | null {
  try {
    const addon: unknown = createRequire(import.meta.url)(path);
    if (typeof addon !== 'object' || addon === null) return null;
    const { liftCertificateLimit: lift } = addon as { liftCertificateLimit?: unknown };
    return typeof lift === 'function'
      ? (external, bytes) => lift(external, bytes) as unknown
      : null;
  } catch {
    // It is not there, or is that of another Node.
    return null;
  }
}
