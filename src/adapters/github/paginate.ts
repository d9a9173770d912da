import { HardenError } from "../../core/base/errors.ts";
import { isMissing } from "./error.ts";
import { type Ask } from "./client.ts";

const pageSize = 100;
/** GitHub lists no more than 1000 runs by a filter; a wave has at most 256 hosts. */
const maxPages = 10;

/**
 * All items of a list that GitHub gives in pages, as the member of that name. Throws HardenError
 * `broke` for an answer without the list: taken for an empty one, it would say that nothing is there.
 */
export async function readPages<Item>(
  key: string,
  ask: (page: { readonly per_page: number; readonly page: number }) => Promise<unknown>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const data = await ask({ per_page: pageSize, page });
    const some = (data as Readonly<Record<string, unknown>> | null)?.[key];
    if (!isList<Item>(some)) throw misshapen(key);
    items.push(...some);
    if (some.length < pageSize) break;
  }
  return items;
}

function isList<Item>(some: unknown): some is readonly Item[] {
  return Array.isArray(some);
}

/** For an answer with success that is not what GitHub describes. */
export function misshapen(what: string): HardenError {
  return new HardenError(
    "broke",
    `GitHub's answer holds no ${what} of the form that GitHub describes`,
    "It is asked again. If it stays so, see what stands between this machine and GitHub.",
  );
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
