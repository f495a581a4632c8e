/**
 * Does the same with every item, a few at a time: one after the other a thousand take minutes, and all at
 * once AWS throttles.
 *
 * @param most How many are under way at the same time, at most.
 * @returns the answers, in the order of the items. Once one fails nothing more is begun.
 */
export async function fewAtATime<Item, Answer>(
  items: readonly Item[],
  most: number,
  act: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const waiting = items.entries();
  let failed = false;
  const take = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (failed) {
        return;
      }
      try {
        answers[index] = await act(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, take));
  return answers;
}
