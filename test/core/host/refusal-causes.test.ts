import { expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import { applyRequest, filesOf } from "../../support/fakes/host/model-change.ts";
import { createModelHost, createWorld, type Fates } from "../../support/fakes/host/model-host.ts";
import { refuseFailure } from "../../../src/core/base/reasons.ts";

const failures = [
  { name: "a failed ssh login", part: { isUnreached: true }, code: "ssh-failed" },
  { name: "a full disk", part: { isFull: true }, code: "disk-full" },
] as const;

/** The codes of a refusal, by the effect that fails and keeps failing. */
async function listCodes(part: object): Promise<Record<string, string>> {
  const { before } = filesOf.open;
  const count = createWorld(before);
  await applyChange(applyRequest("open"), createModelHost(count));
  const seen: Record<string, string> = {};
  for (const name of new Set(count.effects)) {
    const fates: Fates = (effect) =>
      effect === name ? { kind: "fails", reason: "because", ...part } : { kind: "works" };
    const result = await applyChange(
      applyRequest("open"),
      createModelHost(createWorld(before), fates),
    );
    if (result.kind === "refused") seen[name] = result.refusal.code;
  }
  return seen;
}

test.each(failures)("$name is named, for any effect that it prevents", async ({ part, code }) => {
  const seen = await listCodes(part);
  const { "own lock": lock, see, ...others } = seen;
  expect(Object.keys(others)).toEqual(
    expect.arrayContaining(["take lock", "read journal", "read live", "look at service", "arm"]),
  );
  // A question with a yes-or-no answer cannot return more.
  delete others["is armed"];
  if (code === "disk-full") delete others["ask busy"];
  expect(new Set(Object.values(others)), JSON.stringify(others)).toEqual(new Set([code]));
  expect([lock, see].filter((other) => other === "another-apply")).toEqual([]);
});

test("any other failure has the code of the effect that it prevents", async () => {
  expect(await listCodes({})).toMatchObject({
    "take lock": "lock-unwritable",
    "read journal": "journal-unreadable",
    "read live": "current-unreadable",
    "look at service": "version-unknown",
    "ask busy": "busy-unknown",
    "journal prepared": "not-written",
    arm: "no-timer",
  });
});

test("a file that is already there, and cannot be verified, is not reported as unread", async () => {
  const { after } = filesOf.open;
  const world = createWorld(after);
  world.neighbour = true;
  const request = applyRequest("open");
  const result = await applyChange(request, createModelHost(world));
  expect(result).toMatchObject({ kind: "refused", refusal: { code: "not-verified" } });
});

test("a failure includes the reason, after the cause of its code", () => {
  const { message, next } = refuseFailure(
    { reason: "Permission denied", isUnreached: true },
    "busy",
  );
  expect(message).toBe(
    "the host could not be reached over ssh, so its state is unknown: Permission denied",
  );
  expect(next).toMatch(/\[ssh\]/);
});
