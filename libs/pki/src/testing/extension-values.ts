import {
  der,
  EXTENSION_OID,
  contextTag,
  TAG,
  encodeExtension,
  type WireCommand,
} from '@albatross/wire';
import { keyIdentifierOf } from '../key-identifier.ts';
import type { KeyUsage } from '../key-usage.ts';
import { objectIdentifier, OID } from '../object-identifier.ts';

/** An extension, of a certificate with these keys. */
export type ExtensionOf = (keys: ExtensionKeys) => PlainExtension;

export interface ExtensionKeys {
  /** Each a `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
  readonly issuerKey: Uint8Array;
}

export interface PlainExtension {
  readonly type: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

export function plain(type: string, value: der.Encoded, isCritical = false): ExtensionOf {
  return () => ({ type, isCritical, value: der.concatenate(value) });
}

export function constraints(
  isAuthority: boolean,
  { pathLength = null as number | null, isCritical = true } = {},
): ExtensionOf {
  const flag = isAuthority ? [der.boolean(true)] : [];
  const value = der.sequence([...flag, der.optional(pathLength, der.integer)]);
  return plain(OID.basicConstraints, value, isCritical);
}

const BITS: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
];

/** Without the ninth. */
export function usage(...usages: readonly KeyUsage[]): ExtensionOf {
  const bits = usages.reduce((sum, one) => sum | (0x80 >> BITS.indexOf(one)), 0);
  const unused = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  const content = Uint8Array.of(unused, ...(bits === 0 ? [] : [bits]));
  return plain(OID.keyUsage, der.sequence([[content]], TAG.bitString), true);
}

export function purposes(types: readonly string[], isCritical = true): ExtensionOf {
  return plain(OID.extKeyUsage, der.sequence(types.map(objectIdentifier)), isCritical);
}

export function command(asked: WireCommand, isCritical = false): ExtensionOf {
  return plain(EXTENSION_OID, [encodeExtension(asked)], isCritical);
}

export function policy(unikernels: number): ExtensionOf {
  const limits = { unikernels: BigInt(unikernels), cpuids: [0], memory: 64, block: null };
  return command({ kind: 'policy-add', policy: { ...limits, bridges: [] } });
}

/** DNS names. */
export function alternativeNames(names: readonly string[], isCritical = false): ExtensionOf {
  const value = der.sequence(names.map((name) => der.sequence([[Buffer.from(name)]], 0x82)));
  return plain(OID.subjectAltName, value, isCritical);
}

/** The names that are allowed, as a `GeneralName` each. */
export function nameConstraints(names: readonly der.Encoded[]): ExtensionOf {
  const allowed = names.map((name) => der.sequence([name]));
  return plain('2.5.29.30', der.sequence([der.sequence(allowed, contextTag(0))]), true);
}

export const keyId: ExtensionOf = (keys) => keyIdOf(keyIdentifierOf(keys.publicKey))(keys);

export function keyIdOf(id: Uint8Array): ExtensionOf {
  return plain(OID.subjectKeyIdentifier, der.octetString(id));
}

export const issuerKeyId: ExtensionOf = (keys) =>
  issuerKeyIdOf(keyIdentifierOf(keys.issuerKey))(keys);

export function issuerKeyIdOf(id: Uint8Array): ExtensionOf {
  return plain(OID.authorityKeyIdentifier, der.sequence([der.sequence([[id]], 0x80)]));
}

/** Those that a certificate has by what it is for; null is for one less. */
export type ExtensionSet = Readonly<Record<string, ExtensionOf | null>>;

export const AUTHORITY = {
  constraints: constraints(true),
  usage: usage('digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'),
  keyId,
  issuerKeyId,
} as const;

export const LEAF = {
  constraints: constraints(false),
  usage: usage('digitalSignature', 'keyEncipherment'),
  purposes: purposes([OID.clientAuth]),
  keyId,
  issuerKeyId,
  command: command({ kind: 'unikernel-info', form: 'newest' }),
} as const;
