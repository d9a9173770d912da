import { expect, test } from "vitest";
import { auditLedger } from "../src/core/rollout/ledger/run-audit.ts";
import { createGitLedger } from "./support/fakes/github/git-ledger.ts";
import { writeRepository } from "./support/harness/git.ts";
import { makeBook, writeRollout } from "./support/fakes/github/ledger.ts";
import { hasPeer } from "./support/harness/peers.ts";

/** The loop tests rely on it, so it must be as strict as GitHub. */
test.runIf(hasPeer("git", "--version"))(
  "a ledger in Git only moves from the head that was read, and is complete",
  async () => {
    const store = createGitLedger(writeRepository({ "README.md": "x" }).folder);
    expect(await store.readHead()).toBe(undefined);
    const files = new Map([["entries/a", "\u00ff\n\0"]]);
    const book = await makeBook(store);
    await writeRollout(book);
    const head = await store.readHead();
    for (const old of [undefined, (await store.commits(head ?? ""))[1]?.commit]) {
      expect(await store.commit({ head: old, files, message: "late" })).toEqual({ kind: "lost" });
    }
    expect(await store.readHead()).toBe(head);
    const { problems, ledger } = await auditLedger({ remembered: undefined }, book);
    expect(problems).toEqual([]);
    expect(ledger.sequence).toBe(12);

    const done = await store.commit({ head, files, message: "bytes" });
    expect(done).toEqual({ kind: "committed", commit: await store.readHead() });
    const name = (await store.list((await store.readHead()) ?? "")).get("entries/a") ?? "";
    expect(await store.read([name, name])).toEqual(["\u00ff\n\0", "\u00ff\n\0"]);
  },
);
