/** Behind which entry a page begins; nothing for the first. */
export interface From<After> {
  readonly after?: After;
}

/** Every page of a list that is answered page by page. Throws what `ask` throws. */
export async function allPages<After, Page extends { readonly next: After | null }>(
  ask: (from: From<After>) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages = [await ask({})];
  for (let next = pages.at(-1)?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null)
    pages.push(await ask({ after: next }));
  return pages;
}
