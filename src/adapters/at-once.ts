/** GitHub allows a hundred concurrent requests per token; this leaves some for others. */
const maxAtOnce = 8;

/** Maps items in order, some of them at a time. */
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
