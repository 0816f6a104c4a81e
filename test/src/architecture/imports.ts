/**
 * What a module imports, as written there. Enough for the house style, in which a statement begins a line:
 *
 * ```
 * import … from 'x'   import 'x'   export … from 'x'   import('x')
 * ```
 */
export function importsOf(code: string): readonly string[] {
  const statements = code.matchAll(
    /^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  );
  const expressions = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...expressions].flatMap(([, specifier]) => specifier ?? []);
}
