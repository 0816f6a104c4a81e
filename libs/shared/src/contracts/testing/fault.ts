import type * as z from '../schema.ts';

/** What is wrong with a value, and the failure that is for; null when nothing is. */
export function fault(
  schema: z.ZodMiniType,
  value: unknown,
): { readonly failure: unknown; readonly message: string } | null {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return null;
  const failure: unknown = issue.code === 'custom' ? issue.params?.['failure'] : undefined;
  return { failure, message: issue.message };
}
