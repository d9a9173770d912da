/** GitHub takes a hundred requests at once from all who use a token; others want to be heard too. */
const maxAtOnce = 8;

/** What is read of each, in their order, some of them at a time. */
export async function readEach<Item, Read>(
  items: readonly Item[],
  read: (item: Item) => Promise<Read>,
): Promise<readonly Read[]> {
  const all: Read[] = [];
  for (let from = 0; from < items.length; from += maxAtOnce) {
    all.push(...(await Promise.all(items.slice(from, from + maxAtOnce).map(read))));
  }
  return all;
}
