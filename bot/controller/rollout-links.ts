import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { GithubSettings } from "../runtime/settings.ts";
import type { Chat } from "../slack/chat-port.ts";
import type { Link } from "../views/blocks.ts";

export interface LinkTools {
  readonly settings: { readonly github: Pick<GithubSettings, "apiUrl" | "owner" | "repo"> };
  readonly chat: Pick<Chat, "permalink">;
}

/** Links to a rollout: its card and the newest run of its waves. */
export async function listLinks(
  id: string,
  ledger: Pick<Ledger, "cards" | "traces">,
  { settings, chat }: LinkTools,
): Promise<readonly Link[]> {
  const card = ledger.cards.get(id);
  const url = card && (await chat.permalink(card));
  return [...(url === undefined ? [] : [{ text: "Card", url }]), ...linkRun(id, ledger, settings)];
}

/** Link to the newest run of a rollout's waves; empty if none is known. */
export function linkRun(
  id: string,
  { traces }: Pick<Ledger, "traces">,
  { github }: LinkTools["settings"],
): readonly Link[] {
  const newest = traces.get(id)?.run ?? null;
  if (newest === null) return [];
  const { wave, run } = newest;
  const url = `${serverOf(github.apiUrl)}/${github.owner}/${github.repo}/actions/runs/${run}`;
  return [{ text: `Run of wave ${wave}`, url }];
}

/** GitHub Enterprise Server uses `https://HOST/api/v3`; elsewhere the API has a separate host. */
function serverOf(apiUrl: string): string {
  return apiUrl.endsWith("/api/v3")
    ? apiUrl.slice(0, -"/api/v3".length)
    : apiUrl.replace(/^(https?:\/\/)api\./, "$1");
}
