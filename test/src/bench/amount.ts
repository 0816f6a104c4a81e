import type { Unit } from './row.ts';

/** A figure for people, as `1.24 ms`; a rate as `12,345/s`. */
export function amount(value: number, unit: Unit): string {
  const gap = unit.startsWith('/') ? '' : ' ';
  return `${digits(value)}${gap}${unit}`;
}

/** Three digits that count, and all of what stands before the point. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const [whole = '', part] = value.toFixed(places).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
}
