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
 * A new branch or tag like in Git: `git check-ref-format` accepts its name, and no other name is a
 * directory of it or in it. Emulate creates anything.
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

/** GitHub closes open pull requests from or to a deleted branch. */
export async function closePulls({ top, path }: Call, ask: Ask): Promise<void> {
  const branch = decodeURIComponent(path).replace(/^git\/refs\/heads\//, "");
  const pulls = await ask<readonly Pull[]>("GET", `${top}/pulls?state=open&per_page=100`);
  for (const { number, head, base } of pulls) {
    if (head.ref !== branch && base.ref !== branch) continue;
    await ask("PATCH", `${top}/pulls/${number}`, { state: "closed" });
  }
}

/** Emulate answers 404 when a missing reference is changed, and has other messages. */
export function translateRefAnswer(status: number, message: string): Response | undefined {
  if (status === 404) return refuse(422, "Reference does not exist");
  if (message === "Update is not a fast-forward")
    return refuse(422, "Update is not a fast forward");
  return message === "Invalid sha" ? refuse(422, "Object does not exist") : undefined;
}
