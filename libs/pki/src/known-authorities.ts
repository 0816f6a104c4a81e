import type { Certificate } from './certificate.ts';

/** That many are kept; the one that was needed the longest time ago is forgotten for another one. */
export const KNOWN_AUTHORITIES_MAX = 64;
/** Larger ones are read each time. */
export const KNOWN_AUTHORITY_BYTES_MAX = 16_384;

/**
 * Authorities as they were read for an earlier chain: the clients of a tenant all show the same one. To read it
 * again, and its key, would take longer than all else about it. Nothing else is known of them: who signed
 * them, and whether they are valid and were revoked, is asked each time.
 */
export class KnownAuthorities {
  /** By their DER; the one that was needed last is the last. */
  readonly #known = new Map<string, Certificate>();

  /** The very same bytes. */
  find(der: Uint8Array): Certificate | null {
    if (der.length > KNOWN_AUTHORITY_BYTES_MAX) return null;
    return this.#known.get(keyOf(der)) ?? null;
  }

  /** For authorities of a verified path alone: so strangers can neither fill nor empty this. */
  remember(authorities: readonly Certificate[]): void {
    for (const authority of authorities) {
      if (authority.der.length > KNOWN_AUTHORITY_BYTES_MAX) continue;
      const key = keyOf(authority.der);
      this.#known.delete(key);
      this.#known.set(key, authority);
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= KNOWN_AUTHORITIES_MAX) break;
      this.#known.delete(key);
    }
  }
}

function keyOf(der: Uint8Array): string {
  return Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1');
}
