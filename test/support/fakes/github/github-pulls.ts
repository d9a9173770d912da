import { findBranch, listAncestors } from "./github-history.ts";
import { refuse, refuseField, refuseLong, type Ask, type Call } from "./github-refusals.ts";

interface Pull {
  readonly state: string;
  readonly user: { readonly login: string };
}

/** A pull request needs both branches, a difference between them, and no other open one. */
export async function refuseNewPull(
  { top, owner, body }: Call,
  ask: Ask,
): Promise<Response | undefined> {
  const [head, base] = [String(body["head"]), String(body["base"])];
  const own = head.startsWith(`${owner}:`) ? head.slice(owner.length + 1) : head;
  const baseSha = await findBranch(top, base, ask);
  if (baseSha === undefined) return refuseField("PullRequest", "base");
  const headSha = await findBranch(top, own, ask);
  if (headSha === undefined) return refuseField("PullRequest", "head");
  const custom = (message: string): Response =>
    refuse(422, "Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
  const query = `state=open&head=${owner}:${encodeURIComponent(own)}&base=${encodeURIComponent(base)}`;
  const open = await ask<readonly unknown[]>("GET", `${top}/pulls?${query}`);
  if (open.length > 0) return custom(`A pull request already exists for ${owner}:${own}.`);
  const ofBase = await listAncestors(top, baseSha, ask);
  if (ofBase.has(headSha)) return custom(`No commits between ${base} and ${own}`);
  const ofHead = await listAncestors(top, headSha, ask);
  if (![...ofHead].some((sha) => ofBase.has(sha))) {
    return custom(`The ${own} branch has no history in common with ${base}`);
  }
  return refuseLong("PullRequest", body);
}

export async function refusePullChange(
  { top, path, body }: Call,
  ask: Ask,
): Promise<Response | undefined> {
  const { base } = body;
  if (typeof base === "string") {
    const { state } = await ask<Pull>("GET", `${top}/${path}`);
    if (state !== "open") {
      const message = "Cannot change the base branch of a closed pull request.";
      return refuse(422, "Validation Failed", [
        { resource: "PullRequest", field: "base", code: "invalid", message },
      ]);
    }
    if ((await findBranch(top, base, ask)) === undefined) {
      return refuseField("PullRequest", "base");
    }
  }
  return refuseLong("PullRequest", body);
}

/**
 * GitHub assigns people with access, ignores the others, and reports success. emulate only assigns
 * issues, so assignments are not visible on the pull request.
 */
export async function assignPull({ top, path, body }: Call, ask: Ask): Promise<Response> {
  const pull = await ask<Pull>(
    "GET",
    `${top}/${path.replace(/^issues(.*)\/assignees$/, "pulls$1")}`,
  );
  const { assignees = [] } = body as { readonly assignees?: readonly string[] };
  const known = assignees.filter((login) => login === pull.user.login);
  return Response.json({ assignees: known.map((login) => ({ login })) }, { status: 201 });
}

export async function refuseReviewers(
  { top, path, body }: Call,
  ask: Ask,
): Promise<Response | undefined> {
  const { user } = await ask<Pull>("GET", `${top}/${path.replace("/requested_reviewers", "")}`);
  const { reviewers } = body;
  return Array.isArray(reviewers) && reviewers.includes(user.login)
    ? refuse(422, "Review cannot be requested from pull request author.")
    : undefined;
}
