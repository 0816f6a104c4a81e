import { importsOf } from './imports.ts';
import { isTestCode, modulesOf, type Rule } from './source-tree.ts';

/** Packages that one place hides from all others, tests included; so that replacing them is one change. */
const PACKAGES: readonly (readonly [name: string, home: RegExp])[] = [
  ['nats', /^libs\/shared\/src\/bus\//],
  ['msgpackr', /^libs\/shared\/src\/bus\/codec\.ts$/],
  // Read in tests as their own programs read it; elsewhere in the form that starts fast.
  ['zod', /^(libs\/shared\/src\/contracts\/schema\.ts$|test\/)/],
  ['pino', /^libs\/shared\/src\/runtime\/logger\.ts$/],
];

/** What the code of few places may say. */
const PHRASES: readonly (readonly [what: string, phrase: RegExp, home: RegExp])[] = [
  [
    'a subject as a literal',
    /['"`]albatross\.v1/,
    /^libs\/shared\/src\/(contracts\/|bus\/permissions\.ts$)/,
  ],
  [
    'the environment',
    /\bprocess\.env\b|\benv\b[^'"]*from 'node:process'/,
    /\/src\/(main|demo)\.ts$/,
  ],
  [
    'an exit at once',
    /\bprocess\.exit\(/,
    // The last one must not keep a shell waiting that completes a word.
    /^(libs\/shared\/src\/runtime\/run|test\/src\/run|client\/src\/commands\/complete)\.ts$/,
  ],
];

export const strayPackages: Rule = (tree) =>
  modulesOf(tree).flatMap(([file, code]) =>
    PACKAGES.filter(
      ([name, home]) =>
        !home.test(file) &&
        importsOf(code).some((specifier) => specifier === name || specifier.startsWith(`${name}/`)),
    ).map(([name]) => `${file} imports ${name}`),
  );

export const strayPhrases: Rule = (tree) =>
  modulesOf(tree)
    .filter(([file]) => !isTestCode(file))
    .flatMap(([file, code]) =>
      PHRASES.filter(([, phrase, home]) => !home.test(file) && phrase.test(code)).map(
        ([what]) => `${file} holds ${what}`,
      ),
    );
