/** Asks for all pages of a list. */
export async function pages<T extends { NextToken?: string | undefined }>(
  ask: (token: string | undefined) => Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    all.push(page);
    token = page.NextToken || undefined;
  } while (token !== undefined);
  return all;
}
