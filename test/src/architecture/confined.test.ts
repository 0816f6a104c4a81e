import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { strayPackages, strayPhrases } from './confined.ts';
import { thisRepository } from './source-tree.ts';

describe('what is confined to one place', () => {
  const tree = thisRepository();

  it('is a package that nothing else imports', () => assert.deepEqual(strayPackages(tree), []));
  it('is a phrase that nothing else holds', () => assert.deepEqual(strayPhrases(tree), []));

  for (const [file, code] of [
    ['services/one/src/a.ts', "import { connect } from 'nats';"],
    ['services/one/src/a.test.ts', "import { connect } from 'nats/lib/src/mod.js';"],
    ['libs/shared/src/bus/bus.ts', "import { Packr } from 'msgpackr';"],
    ['client/src/a.ts', "import pino from 'pino';"],
    ['services/one/src/a.ts', "import * as z from 'zod';"],
  ] as const)
    it(`would be broken in ${file} by ${code}`, () => {
      assert.equal(strayPackages(new Map([[file, code]])).length, 1);
    });

  for (const [file, code] of [
    ['services/one/src/a.ts', "publish('albatross.v1.console.hello');"],
    ['libs/shared/src/bus/serve.ts', 'subscribe(`albatross.v1.cmd.${caller}`);'],
    ['services/one/src/config.ts', "const home = process.env['HOME'];"],
    ['services/one/src/config.ts', "import { env } from 'node:process';"],
    ['services/one/src/main.ts', 'process.exit(1);'],
    ['client/bin/a.mjs', 'process.exit(1);'],
  ] as const)
    it(`would be broken in ${file} by ${code}`, () => {
      assert.equal(strayPhrases(new Map([[file, code]])).length, 1);
    });

  it('may be spoken of in comments, and used at home and in tests', () => {
    const tree = new Map([
      [
        'services/one/src/a.ts',
        '/** publishes `albatross.v1.…` */\n// process.exit() would lose it\n',
      ],
      ['services/one/src/main.ts', 'const config = readConfig(process.env);'],
      ['services/one/src/a.test.ts', "subscribe('albatross.v1.>');"],
      ['libs/shared/src/runtime/run.ts', 'setTimeout(() => process.exit(2));'],
    ]);
    assert.deepEqual(strayPhrases(tree), []);
  });
});
