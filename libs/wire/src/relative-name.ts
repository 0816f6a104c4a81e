import { isWithin, parseName, ROOT, type Name, type PathName } from '@albatross/shared/domain/name';

/**
 * The name that the wire has in what is told of everything in a path: of `alice:` the unikernel
 * `alice:web` is `:web`, the path `alice:bob:` is `bob:`, and `alice:` itself is `:`. Throws `RangeError`
 * for what is not in it.
 */
export function relativeName(name: Name, path: PathName): Name {
  if (!isWithin(name, path)) throw new RangeError(`${name} is not in ${path}`);
  if (path === ROOT) return name;
  return name === path ? ROOT : parseName(name.slice(path.length));
}

/** The whole name again. Throws `NameError` when it is too long. */
export function absoluteName(relative: Name, path: PathName): Name {
  if (path === ROOT) return relative;
  return relative === ROOT ? path : parseName(path + relative);
}
