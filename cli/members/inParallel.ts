/**
 * Works through a list, in its order, so many at a time.
 *
 * @param work One item; must not reject.
 * @param stop Once it is aborted, nothing more is started.
 * @returns what was not started, when everything that was has ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  stop: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<readonly T[]> {
  let next = 0;
  const lane = async () => {
    while (next < items.length && !stop.aborted) {
      await work(items[next++] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return items.slice(next);
}
