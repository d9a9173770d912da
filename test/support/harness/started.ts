import { onTestFinished } from "vitest";
import { openActions, type ActionsPeer } from "../fakes/github/actions-peer.ts";
import { openGithubFront, type GithubFront } from "../fakes/github/github-front.ts";
import { openGithub, type GithubPeer, type StandIn } from "../fakes/github/github-peer.ts";
import { openSlack, type SlackPeer } from "../fakes/slack/slack-peer.ts";
import { openSocketPeer, type SocketPeer } from "../fakes/slack/slack-socket.ts";

/** Ends with the test. */
function endWithTest<Peer extends { readonly close: () => unknown }>(peer: Peer): Peer {
  onTestFinished(async () => {
    await peer.close();
  });
  return peer;
}

export async function startGithub(standIn?: StandIn): Promise<GithubPeer> {
  return endWithTest(await openGithub(standIn));
}

export async function startActions(): Promise<ActionsPeer> {
  return endWithTest(await openActions());
}

export async function startGithubFront(
  files?: Readonly<Record<string, string>>,
): Promise<GithubFront> {
  return endWithTest(await openGithubFront(files));
}

export async function startSocketPeer(): Promise<SocketPeer> {
  return endWithTest(await openSocketPeer());
}

export async function startSlack(): Promise<SlackPeer> {
  return endWithTest(await openSlack());
}
