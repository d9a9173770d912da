import { isMissing } from "./error.ts";
import { type Ask } from "./client.ts";

const pageSize = 100;
/** GitHub lists no more than 1000 runs by a filter; a wave has at most 256 hosts. */
const maxPages = 10;

/** All items of a list that GitHub gives in pages, as the member of that name. */
export async function readPages<Item>(
  key: string,
  ask: (page: { readonly per_page: number; readonly page: number }) => Promise<unknown>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const data = await ask({ per_page: pageSize, page });
    const some = (data as Readonly<Record<string, readonly Item[]>>)[key] ?? [];
    items.push(...some);
    if (some.length < pageSize) break;
  }
  return items;
}

/** Whether a commit is on the branch: a tag may bear its name, and hold another workflow. */
export async function isOnBranch(ask: Ask, commit: string, branch: string): Promise<boolean> {
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const data = await ask(route, { basehead: `${commit}...${branch}`, per_page: 1 });
    return ["ahead", "identical"].includes((data as { readonly status: string }).status);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
