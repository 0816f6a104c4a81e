import { ROOT, type PathName } from './name.ts';

/** The path itself, then every path above it, the root last: whose policies hold for what is in it. */
export function ancestry(path: PathName): readonly PathName[] {
  const paths: PathName[] = [];
  let one: string = path === ROOT ? '' : path;
  while (one !== '') {
    paths.push(one as PathName);
    one = one.slice(0, one.lastIndexOf(':', one.length - 2) + 1);
  }
  return [...paths, ROOT];
}
