import { spawnSync } from "node:child_process";
import { refuse, type Ask, type Call } from "./github-refusals.ts";

interface Ref {
  readonly ref: string;
}

interface Pull {
  readonly number: number;
  readonly head: { readonly ref: string };
  readonly base: { readonly ref: string };
}

/**
 * A new branch or tag as git has them: its name is one that `git check-ref-format` takes, and no
 * other is a directory of it or in it. Emulate makes whatever it is asked for.
 */
export async function refuseNewRef({ top, body }: Call, ask: Ask): Promise<Response | undefined> {
  const ref = String(body["ref"]);
  if (!isRefName(ref)) return refuse(422, `${ref} is not a valid ref name.`);
  const known = await ask<readonly Ref[]>("GET", `${top}/git/matching-refs/heads/`);
  const isInTheWay = (other: string): boolean =>
    other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`);
  return known.some((one) => isInTheWay(one.ref))
    ? refuse(422, "Reference update failed")
    : undefined;
}

function isRefName(ref: string): boolean {
  return /^refs\/[^/]+\/./.test(ref) && spawnSync("git", ["check-ref-format", ref]).status === 0;
}

/** GitHub closes what is open from or to a branch that is deleted. */
export async function closePulls({ top, path }: Call, ask: Ask): Promise<void> {
  const branch = decodeURIComponent(path).replace(/^git\/refs\/heads\//, "");
  const pulls = await ask<readonly Pull[]>("GET", `${top}/pulls?state=open&per_page=100`);
  for (const { number, head, base } of pulls) {
    if (head.ref !== branch && base.ref !== branch) continue;
    await ask("PATCH", `${top}/pulls/${number}`, { state: "closed" });
  }
}

/** Emulate calls a missing reference 404 where it is changed, and has words of its own. */
export function translateRefAnswer(status: number, message: string): Response | undefined {
  if (status === 404) return refuse(422, "Reference does not exist");
  if (message === "Update is not a fast-forward")
    return refuse(422, "Update is not a fast forward");
  return message === "Invalid sha" ? refuse(422, "Object does not exist") : undefined;
}
