import assert from 'node:assert/strict';
import { failure, jsonShapeOf } from './forms.ts';

/**
 * Asserts that a command printed, with `--json`, lines that it may print, and each only as often as it may.
 * Underscores in its name are dashes. Returns the values; nothing printed is right for every command, as when
 * bytes go to standard output instead.
 */
export function checkJson(commandName: string, printedText: string): readonly unknown[] {
  const command = commandName.replaceAll('_', '-');
  const forms = jsonShapeOf(command);
  const counts = forms.map(() => 0);
  return linesOf(printedText).map((line) => {
    const value = valueOf(command, line);
    const results = forms.map(({ schema }) => schema.safeParse(value));
    // An empty list is each of its kinds.
    const fitting = results.flatMap(({ success }, index) => (success ? [index] : []));
    const why = results.map(({ error }) => error?.message ?? '').join('\n');
    assert.ok(
      fitting.length > 0,
      `albatross ${command} printed ${line}, which is in no shape:\n${why}`,
    );
    const free = fitting.find((index) => forms[index]?.isStream || counts[index] === 0);
    assert.ok(free !== undefined, `albatross ${command} printed ${line} behind another like it`);
    counts[free] = (counts[free] ?? 0) + 1;
    return value;
  });
}

/** The same of what is on stderr when it failed: notes for people, and behind them the failure. */
export function checkJsonFailure(stderr: string): { readonly code: string } {
  const last = linesOf(stderr).at(-1) ?? '';
  return failure.parse(valueOf('', last));
}

function linesOf(printed: string): readonly string[] {
  return printed.split('\n').filter((line) => line !== '');
}

function valueOf(command: string, line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new assert.AssertionError({
      message: `albatross ${command} printed no JSON: ${line}\n${String(cause)}`,
    });
  }
}
