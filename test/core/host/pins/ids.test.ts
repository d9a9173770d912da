import { expect, test } from "vitest";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { readPins } from "../../../../src/core/host/pins/pins.ts";
import { printPins } from "../../../../src/core/host/pins/template.ts";
import { readBotSettings } from "../../../../bot/runtime/settings.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { listAuthors } from "../../../../src/core/rollout/state/change-authors.ts";
import { signTicket, verifyTicket } from "../../../../src/core/rollout/dispatch/ticket.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import { findPlannedHost } from "../../../../src/core/rollout/plan/planned-host.ts";
import { seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import { makeBook, write } from "../../../support/fakes/github/ledger.ts";
import { soft } from "../../../support/builders/rollout.ts";
import { makeTicketBench } from "../../../support/builders/tickets.ts";
import { readWholeNumber } from "../../../../src/core/base/text.ts";

/** GitHub has numbered repositories above 1,000,000,000 since June 2025. */
const ids = [1, 999_999_999, 1_100_000_000, Number.MAX_SAFE_INTEGER];
const notIds = ["0", "-1", "01", "1.5", "1e9", "0x10", "1 1", "", String(2 ** 53), "9".repeat(20)];

const pinsOf = (repository: string): string =>
  printPins({
    host: "rds1",
    repository,
    environment: undefined,
    role: "rds",
    stpdIni: "/stpd.ini",
    owner: undefined,
    addresses: ["127.0.0.1"],
    smMain: "/bin/true",
    keys: [],
  });

test.each(ids)("pins accept the repository %d", (id) => {
  expect(readPins("rds1.ini", pinsOf(String(id)))).toMatchObject({ pins: { repository: id } });
});

test.each(notIds)("pins reject the repository %j", (text) => {
  const { pins, problems } = readPins("rds1.ini", pinsOf(text));
  expect(pins).toBeUndefined();
  expect(problems[0]?.message).toContain("expected a whole number above 0");
});

test.each([
  ["0:0", { user: 0, group: 0 }],
  ["1234567890:4294967294", { user: 1_234_567_890, group: 4_294_967_294 }],
  ["4294967295:0", undefined],
  ["0:4294967295", undefined],
  ["1", undefined],
  ["1:2:3", undefined],
  ["a:1", undefined],
])("an owner %s is any Linux account", (owner, is) => {
  const { pins } = readPins("rds1.ini", `owner = ${owner}\n${pinsOf("7")}`);
  expect(pins?.owner).toEqual(is);
});

test.each(ids)("the bot accepts accounts, an App and an installation with the number %d", (id) => {
  const text = `[github]
repository = example/config
app = ${id}
installation = ${id}
[slack]
team = T012AB3CD
app = A012AB3CD
channel = C012AB3CD
[person.anna]
slack = U012AB3CD
github = ${id}
groups = ops
[environment.production]
approvals = 1
groups = ops
`;
  const { settings, problems } = readBotSettings("bot.ini", text);
  expect(problems).toEqual([]);
  expect(settings?.github.app).toEqual({ id, installation: id });
  expect(settings?.persons.get("anna")?.github).toBe(id);
});

test.each(ids)("a plan and a ticket contain the repository %d", async (id) => {
  const bench = await makeTicketBench();
  const plan = { ...bench.plan, repository: id };
  const read = readPlan(printCanonical({ ...plan }), hashSha256);
  expect(read?.plan.repository).toBe(id);
  const digest = read?.digest ?? "";
  const claims = { ...bench.claims, repository: id, plan: digest, sequence: id };
  const ticket = await signTicket(claims, bench.current.signer);
  const demands = { ...bench.demands, repository: id, plan, digest, lastSequence: id - 1 };
  expect(await verifyTicket(ticket, demands, verifySignature)).toMatchObject({
    kind: "accepted",
    claims: { repository: id, sequence: id },
  });
  expect(findPlannedHost(read?.plan, "rds1")).toMatchObject({
    kind: "planned",
    change: { repository: id },
  });
});

test.each(ids)("a ledger may belong to the repository %d", async (id) => {
  const book = await makeBook(undefined, undefined, id);
  await write(book, seeHosts([{ host: "rds1", file: hashSha256(soft) }], [soft]));
  expect((await book.writer.read()).ledger.repository).toBe(id);
});

test.each(ids)("an author is found by the number %d of a GitHub address", (id) => {
  const message = `m\n\nCo-authored-by: B <${id}+ben@users.noreply.github.com>`;
  const commits = [{ sha: "a", parents: [], author: 8, committer: 8, message, isVerified: true }];
  const authors = listAuthors({
    commits,
    touching: new Set(["a"]),
    moves: [],
    pulls: new Map(),
  });
  expect([...authors]).toEqual(expect.arrayContaining([8, id]));
});

test("a whole number is what a double can represent exactly", () => {
  for (const id of [0, ...ids]) expect(readWholeNumber(String(id))).toBe(id);
  for (const text of notIds.slice(1)) expect(readWholeNumber(text)).toBeUndefined();
});
