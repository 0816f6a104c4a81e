import { painted, Painted, type Line, type Look } from '../colour.ts';
import type { Change } from './change.ts';
import { fieldsOf } from './fields.ts';

type Action = 'create' | 'change' | 'destroy';

function actionOf({ before, after }: Change): Action {
  if (before === null) return 'create';
  return after === null ? 'destroy' : 'change';
}

const SIGNS: Readonly<Record<Action, readonly [sign: string, look: Look]>> = {
  create: ['+', 'good'],
  change: ['~', 'waiting'],
  destroy: ['-', 'bad'],
};

/** `unikernel foo:web:`; the colon behind a path is its own. */
export function subjectOf({ kind, name }: Pick<Change, 'kind' | 'name'>): string {
  return `${kind} ${name}${name.endsWith(':') ? '' : ':'}`;
}

/** `~ unikernel foo:web: memory 32 → 64 MiB`. */
export function changeLine(change: Change): Line {
  const action = actionOf(change);
  const [sign, look] = SIGNS[action];
  const words =
    action === 'destroy'
      ? ['not in the file']
      : fieldsOf(change).flatMap(({ words }) => words ?? []);
  return new Painted([painted(look, sign), ` ${subjectOf(change)} ${words.join(', ')}`]);
}

/** The stable shape that programs get. */
export function changeToJson(change: Change): object {
  const { kind, name } = change;
  const fields = fieldsOf(change).map(({ name, before, after }) => ({ name, before, after }));
  return { action: actionOf(change), kind, name, fields };
}
