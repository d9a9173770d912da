/** GitHub allows a hundred concurrent requests per token; this leaves some for others. */
const maxAtOnce = 8;

/** Maps items in order, some of them at a time. */
export async function readEach<Item, Read>(
  items: readonly Item[],
  read: (item: Item) => Promise<Read>,
  atOnce = maxAtOnce,
): Promise<readonly Read[]> {
  const all: Read[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    all.push(...(await Promise.all(items.slice(from, from + atOnce).map(read))));
  }
  return all;
}
