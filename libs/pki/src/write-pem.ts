/** In lines of 64 letters, as everybody writes it. `label` as in `CERTIFICATE`. */
export function writePem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

export function writeCertificates(certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => writePem('CERTIFICATE', der)).join('');
}
