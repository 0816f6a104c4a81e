import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * How a description names a file: relative where that is below its own folder, so that both can be carried elsewhere
 * together. Null: nobody knows which file the description will be.
 */
export function imageName(description: string | null, path: string): string {
  const place = resolve(path);
  if (description === null) return place;
  const name = relative(dirname(resolve(description)), place);
  const isBelow = name !== '..' && !name.startsWith(`..${sep}`) && !isAbsolute(name);
  return isBelow ? name : place;
}
