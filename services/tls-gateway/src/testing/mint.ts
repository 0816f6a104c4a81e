import { der, encodeExtension, EXTENSION_OID, type WireCommand } from '@albatross/wire';
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** Somebody with an Ed25519 key and a certificate, however wrong. */
export interface Minted {
  readonly commonName: string;
  readonly der: Uint8Array;
  /** Of the key, PKCS#8. */
  readonly keyPem: string;
  readonly keys: Keys;
  readonly keyId: Uint8Array;
  readonly serial: bigint;
}

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface MintOptions {
  readonly isAuthority?: boolean;
  /** In the albatross extension; none without it. */
  readonly command?: WireCommand;
  /** Milliseconds since 1970. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly hasKeyUsage?: boolean;
  /** Instead of the usual one; the content of the BIT STRING, as somebody else writes it. */
  readonly keyUsage?: Uint8Array;
  /** Of a leaf. */
  readonly hasExtendedKeyUsage?: boolean;
  /** `basicConstraints` of the other kind. */
  readonly claimsAuthority?: boolean;
  /** One that nobody knows. */
  readonly hasUnknownCritical?: boolean;
  /** Instead of a random one, as somebody forges it. */
  readonly serial?: bigint;
  /** What it says the identifier of its key is. */
  readonly keyId?: Uint8Array;
  /** Whoever signs it, if that is not the issuer. */
  readonly signer?: Keys;
}

const HOUR_MS = 3_600_000;

/** A certificate by `issuer`, null for itself. Knows nothing of the code that verifies it. */
export function mint(commonName: string, issuer: Minted | null, options: MintOptions = {}): Minted {
  const keys = generateKeyPairSync('ed25519');
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  const keyId = options.keyId ?? createHash('sha1').update(spki.subarray(-32)).digest();
  const serial = options.serial ?? BigInt(`0x01${randomBytes(7).toString('hex')}`);
  const body = der.sequence([
    der.explicit(0, der.integer(2)),
    der.integer(serial),
    ED25519,
    nameOf(issuer?.commonName ?? commonName),
    der.sequence([
      der.generalizedTime(whole(options.notBefore ?? Date.now() - HOUR_MS)),
      der.generalizedTime(whole(options.notAfter ?? Date.now() + HOUR_MS)),
    ]),
    nameOf(commonName),
    [spki],
    der.explicit(3, der.sequence(extensionsOf(options, keyId, issuer?.keyId ?? keyId))),
  ]);
  const signer = options.signer ?? issuer?.keys ?? keys;
  return {
    commonName,
    der: signed(body, signer),
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keys,
    keyId,
    serial,
  };
}

/** A revocation list, in DER. */
export function mintRevocationList(
  issuer: Minted,
  revoked: readonly Minted[],
  signer: Keys = issuer.keys,
): Uint8Array {
  const now = whole(Date.now());
  const entries = revoked.map(({ serial }) =>
    der.sequence([der.integer(serial), der.generalizedTime(now)]),
  );
  const body = der.sequence([
    der.integer(1),
    ED25519,
    nameOf(issuer.commonName),
    der.generalizedTime(now - HOUR_MS),
    der.generalizedTime(now + HOUR_MS),
    entries.length === 0 ? [] : der.sequence(entries),
  ]);
  return signed(body, signer);
}

export function pemOf(label: string, ...bytes: readonly Uint8Array[]): string {
  return bytes
    .map((one) => {
      const lines = Buffer.from(one).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
      return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
    })
    .join('');
}

const ED25519 = der.sequence([oid('1.3.101.112')]);
/** Of clients and servers. */
const PURPOSES = ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'];
/** `digitalSignature`; with `keyCertSign` and `cRLSign`. */
const LEAF_USAGE = Uint8Array.of(7, 0x80);
const AUTHORITY_USAGE = Uint8Array.of(1, 0x86);

function extensionsOf(
  { isAuthority = false, command, ...options }: MintOptions,
  keyId: Uint8Array,
  issuerKeyId: Uint8Array,
): readonly der.Encoded[] {
  const claims = options.claimsAuthority ?? isAuthority;
  const usage = options.keyUsage ?? (isAuthority ? AUTHORITY_USAGE : LEAF_USAGE);
  return [
    extension('2.5.29.19', der.sequence(claims ? [der.boolean(true)] : []), true),
    ...(options.hasKeyUsage === false
      ? []
      : [extension('2.5.29.15', der.sequence([[usage]], 0x03), true)]),
    ...(isAuthority || options.hasExtendedKeyUsage === false
      ? []
      : [extension('2.5.29.37', der.sequence(PURPOSES.map(oid)), true)]),
    extension('2.5.29.14', der.octetString(keyId)),
    extension('2.5.29.35', der.sequence([der.sequence([[issuerKeyId]], 0x80)])),
    ...(options.hasUnknownCritical === true
      ? [extension('1.3.6.1.4.1.49836.99', der.nothing(), true)]
      : []),
    ...(command === undefined ? [] : [extension(EXTENSION_OID, [encodeExtension(command)])]),
  ];
}

function extension(type: string, value: der.Encoded, isCritical = false): der.Encoded {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence([oid(type), ...critical, der.octetString(der.concatenate(value))]);
}

function nameOf(commonName: string): der.Encoded {
  const attribute = der.sequence([oid('2.5.4.3'), der.utf8String(commonName)]);
  return der.sequence([der.sequence([attribute], 0x31)]);
}

function signed(body: der.Encoded, { privateKey }: Keys): Uint8Array {
  const bytes = der.concatenate(body);
  const signature = der.sequence([[Uint8Array.of(0), sign(null, bytes, privateKey)]], 0x03);
  return der.concatenate(der.sequence([[bytes], ED25519, signature]));
}

/** As in `2.5.29.15`: the first two in one byte, of the others seven bits a byte. */
function oid(text: string): der.Encoded {
  const [first = 0, second = 0, ...others] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...others.flatMap(base128)];
  return der.sequence([[Uint8Array.from(bytes)]], 0x06);
}

function base128(number: number): readonly number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

const whole = (at: number): number => Math.floor(at / 1000) * 1000;
