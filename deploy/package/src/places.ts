/** Where what is installed stands. */
export const LIB = '/usr/lib/albatross';
export const DOC = '/usr/share/doc/albatross-dom0';
export const MAN = '/usr/share/man';
export const UNITS = '/usr/lib/systemd/system';

export const PACKAGE = 'albatross-dom0';

/** Each as one file, `LIB/NAME.mjs`. */
export const SERVICES = ['supervisor', 'console', 'stats', 'tls-gateway', 'influx-bridge'] as const;
