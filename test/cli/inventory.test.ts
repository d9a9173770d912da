import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readInterfaces } from "../../src/core/fleet/interfaces.ts";
import { encodeBytes } from "../../src/core/base/text.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { prepareInventory } from "../support/harness/inventory-run.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { runNode, startDeno, startNode } from "../support/harness/programs.ts";
import {
  backupEvents,
  backupLists,
  inventoryText,
  skipRest,
} from "../support/fakes/sesam/sesam-lists.ts";
import { pagedList, password, user } from "../support/fakes/sesam/sesam-stand-in.ts";

const timeless = (text: string): string =>
  text.replace(/("exportedAt": )"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/, '$1"TIME"');
const hasOpenssl = hasPeer("openssl", "version");

describe.skipIf(!hasOpenssl).each(["node", "deno"] as const)("under %s", (runtime) => {
  test.each(["text", "object"] as const)("exports after a login as %s", async (login) => {
    const { sesam, folder, ...run } = await prepareInventory({ lists: backupLists, login });
    const { status, stdout, stderr } = await run[runtime](...skipRest, "--out", "interfaces.json");
    expect([status, stdout], stderr).toEqual([0, ""]);
    const text = readFileSync(join(folder, "interfaces.json"), "utf8");
    expect(timeless(text)).toBe(inventoryText);
    expect(readInterfaces("interfaces.json", encodeBytes(text)).problems).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual(["ca.pem", "interfaces.json", "password"]);
    expect(sesam.routes()).toEqual([
      "POST /auth/login",
      "GET /server/info",
      "GET /clients",
      "POST /backups/findTasks",
      "POST /backupevents/find",
      "GET /auth/logout",
    ]);
    expect([...sesam.open]).toEqual([]);
    expect(stderr).toContain("listed: client 3, backup-task 2, backup-event 3\n");
    expect(stderr).toMatch(/^skipped \(you vouch .*\): restore-task, restore-event, migration/m);
    expect(stderr).toContain("  client sesam1: sesam1:11001\n");
  });

  test("one option skips everything without a known path", async () => {
    const { sesam, ...run } = await prepareInventory({ lists: backupLists });
    const { status, stdout, stderr } = await run[runtime]("--skip", "undocumented");
    expect([status, timeless(stdout)], stderr).toEqual([0, inventoryText]);
    expect(stderr).toMatch(/^skipped \(you vouch .*\): restore-task, .*, replication-event$/m);
    expect(sesam.routes()).toHaveLength(6);
  });

  test("sends the password only to the login", async () => {
    const { sesam, ...run } = await prepareInventory({ lists: backupLists });
    const { stdout, stderr } = await run[runtime](...skipRest);
    const written = [password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password)];
    const holds = (text: string): boolean => written.some((form) => text.includes(form));
    expect(sesam.asked.map(({ raw }) => holds(raw))).toEqual([true, ...Array(5).fill(false)]);
    expect(holds(stdout + stderr)).toBe(false);
    for (const session of sesam.asked.flatMap((asked) => asked.session ?? [])) {
      expect(stdout + stderr).not.toContain(session);
    }
  });

  test("an incomplete inventory replaces nothing, and is marked on standard output", async () => {
    const { folder, ...run } = await prepareInventory({ lists: backupLists });
    writeFileSync(join(folder, "interfaces.json"), "old");
    const written = await run[runtime]("--out", "interfaces.json");
    expect([written.status, written.stdout]).toEqual([4, ""]);
    expect(readFileSync(join(folder, "interfaces.json"), "utf8")).toBe("old");
    expect(written.stderr.match(/^unknown: /gm)?.length).toBe(6);
    expect(written.stderr).toMatch(/^unknown: restore-task: no known path$/m);
    expect(written.stderr).toMatch(/^ {2}Set it with --endpoint restore-task=METHOD:PATH, or/m);
    expect(written.stderr).not.toContain("no task or event names");

    const printed = await run[runtime]("--out", "-");
    expect(printed.status).toBe(4);
    expect(JSON.parse(printed.stdout).incomplete.length).toBe(6);
    const { problems } = readInterfaces("x", encodeBytes(printed.stdout));
    expect(problems.map(({ message }) => message)).toEqual([
      "unknown key 'incomplete' in the file",
    ]);
  });

  test("requests a named endpoint, and a missing one is a gap", async () => {
    const { sesam, ...run } = await prepareInventory({
      lists: { ...backupLists, "GET /restoreevents": [{ id: 1, name: "r", interface: "a:11001" }] },
    });
    const rest = ["restore-task", "migration-task", "replication-task", "replication-event"];
    const args = rest.flatMap((kind) => ["--skip", kind]);
    args.push("--endpoint", "restore-event=GET:/restoreevents");
    args.push("--endpoint", "migration-event=POST:/migrationevents/find");
    const { status, stderr, stdout } = await run[runtime](...args);
    expect(status).toBe(4);
    expect(stderr).toMatch(
      /^unknown: migration-event: POST \/migrationevents\/find: the Server does not have this path \(404\)$/m,
    );
    expect(stdout).toContain('{ "kind": "restore-event", "name": "r", "client": "", "interface"');
    expect(sesam.routes().at(-1)).toBe("GET /auth/logout");
  });

  test.each([
    ["a list in one response", []],
    ["pages by offset", ["--paging", "offset=from,limit=count", "--page-size", "700"]],
    ["pages by number", ["--paging", "page=page,limit=count", "--page-size", "700"]],
  ])("lists 5,000 clients, tasks and events: %s", async (_, paging) => {
    const numbers = Array.from({ length: 5000 }, (__, index) => (index * 2003) % 5000);
    const unit = paging[1]?.startsWith("page") === true ? "pages" : "items";
    const page = (items: readonly unknown[]) =>
      pagedList({
        items,
        start: unit === "pages" ? "page" : "from",
        size: "count",
        unit,
        cap: 5000,
      });
    const { folder, ...run } = await prepareInventory({
      lists: {
        "GET /clients": page(
          numbers.map((id) => ({ id, name: `c${id}`, interfaces: [`http://c${id}:11000`] })),
        ),
        "POST /backups/findTasks": page(
          numbers.map((id) => ({ name: `t${id}`, client: `c${id}`, interface: `https://c${id}` })),
        ),
        "POST /backupevents/find": page(
          numbers.map((id) => ({ id, name: `e${id}`, object: `t${id}`, interface: null })),
        ),
      },
    });
    const { status, stderr } = await run[runtime](...skipRest, ...paging, "--out", "out.json");
    expect(status, stderr).toBe(0);
    const text = readFileSync(join(folder, "out.json"), "utf8");
    const { problems, clients, usage } = readInterfaces("x", text);
    expect([problems.length, clients.length, usage.length]).toEqual([0, 5000, 10_000]);
    const names = clients.map(({ name }) => name);
    expect(names).toEqual(numbers.map((id) => `c${id}`).toSorted());
    expect(stderr.match(/^ {2}client c\d+: http:\/\/c\d+:11000$/gm)?.length).toBe(5000);
    expect(stderr.includes("exactly 5000")).toBe(paging.length === 0);
  });

  test("reads the password from the environment if nothing else may be read", async () => {
    const { sesam, folder } = await prepareInventory({ lists: backupLists });
    const access = ["--url", sesam.url, "--user", user, "--ca-file", "ca.pem", ...skipRest];
    const options = { cwd: folder, env: { SESAM_PASSWORD: password } };
    const start = (...permissions: readonly string[]) =>
      runtime === "node"
        ? startNode(["inventory", ...access], options)
        : startDeno(
            [`--allow-net=localhost:${sesam.port}`, "--allow-read=.", ...permissions],
            ["inventory", ...access],
            options,
          );
    const { status, stderr } = await start("--allow-env=SESAM_PASSWORD");
    expect([status, stderr.includes("internal error")]).toEqual([0, false]);
    if (runtime === "node") return;
    const refused = await start();
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("Deno needs --allow-env=SESAM_PASSWORD");
  });
});

test.skipIf(!hasOpenssl)("writes the same inventory again, because its time is new", async () => {
  const { folder, node } = await prepareInventory({ lists: backupLists });
  const file = join(folder, "interfaces.json");
  await node(...skipRest, "--out", "interfaces.json");
  const first = readFileSync(file, "utf8");
  writeFileSync(
    file,
    first.replace(/"exportedAt": "[^"]*"/, '"exportedAt": "2020-01-01T00:00:00Z"'),
  );
  expect((await node(...skipRest, "--out", "interfaces.json")).status).toBe(0);
  const second = readFileSync(file, "utf8");
  expect(second).not.toContain("2020-01-01");
  expect(timeless(second)).toBe(timeless(first));
});

test.skipIf(!hasOpenssl)("a check reads the written file, and finds what is insecure", async () => {
  const { folder, node } = await prepareInventory({ lists: backupLists });
  const fleet = writeFleet({ "sesam1/stpd.ini": "[STPD_Server]\nSTPD_HTTPS_PORT=11443\n" });
  const out = join(fleet, "sesam1/interfaces.json");
  expect((await node(...skipRest, "--out", out)).status).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o644);
  const { findings } = JSON.parse(runNode(["check", "--format", "json"], { cwd: fleet }).stdout);
  const count = (rule: string): number =>
    findings.filter((finding: { rule: string }) => finding.rule === rule).length;
  expect(count("insecure-interface-in-use")).toBe(1);
  expect(count("blank-interface")).toBe(3);
  expect(folder).not.toBe(fleet);
});

test.skipIf(!hasOpenssl).each<[string, readonly string[], RegExp]>([
  [
    "no path for POST to change something",
    ["--endpoint", "client=POST:/clients/delete"],
    /may change/,
  ],
  ["no client is skipped", ["--skip", "client"], /invalid value 'client' for --skip/],
  [
    "no kind is both requested and skipped",
    ["--skip", "restore-task", "--endpoint", "restore-task=GET:/x"],
    /--endpoint and --skip cannot be combined/,
  ],
  [
    "details need a placeholder for the item",
    ["--details", "client=/clients"],
    /needs \{id\} or \{name\}/,
  ],
  [
    "an absent field is blank or none",
    ["--absent", "backup-task=secure"],
    /expected blank or none/,
  ],
  ["paging has two names", ["--paging", "offset=a,limit=a"], /invalid value for --paging/],
  ["a page size needs paging", ["--page-size", "5"], /--page-size needs --paging/],
  ["the directory of the output exists", ["--out", "no/such.json"], /no such directory/],
  ["the output is not a directory", ["--out", "folder"], /is not a file/],
  ["there is no option for a password", ["--password", "x"], /unknown option '--password'/],
  ["a login type is a word", ["--login-type", "a b"], /invalid value for --login-type/],
  ["the CA is a certificate", ["--ca-file=password"], /given twice/],
])("before the login: %s", async (_, args, message) => {
  const { sesam, folder, node } = await prepareInventory({ lists: backupLists });
  mkdirSync(join(folder, "folder"));
  const { status, stdout, stderr } = await node(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(sesam.asked).toEqual([]);
});

test.each<[string, readonly string[], RegExp]>([
  ["no address", [], /invalid URL for --url/],
  ["HTTP", ["--url", "http://sesam1:11401"], /invalid URL for --url \(expected https:/],
  ["no scheme", ["--url", "sesam1:11401"], /invalid URL for --url/],
  ["a password in it", ["--url", "https://u:secret-1@sesam1"], /expected only scheme/],
  ["a query", ["--url", "https://sesam1/?a"], /expected only scheme/],
  ["no user", ["--url", "https://sesam1"], /--user is required/],
  ["no password", ["--url", "https://sesam1", "--user", "u"], /the password is empty/],
  [
    "no such file",
    ["--url", "https://sesam1", "--user", "u", "--password-file", "no"],
    /no such file/,
  ],
  [
    "an empty file",
    ["--url", "https://sesam1", "--user", "u", "--password-file", "empty"],
    /is empty/,
  ],
  [
    "two lines",
    ["--url", "https://sesam1", "--user", "u", "--password-file", "lines"],
    /more than one line/,
  ],
  [
    "no certificate",
    ["--url", "https://sesam1", "--user", "u", "--ca-file", "lines"],
    /no PEM certificate/,
  ],
  ["an argument", ["--url", "https://sesam1", "x"], /takes no argument 'x'/],
])("usage: %s", (_, args, message) => {
  const folder = writeFleet({ empty: "\n", lines: "a\nb\n" });
  const { status, stdout, stderr } = runNode(["inventory", ...args], { cwd: folder });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("secret-1");
});

test.skipIf(!hasOpenssl)("a path in the address replaces the path of the API", async () => {
  const { sesam, folder } = await prepareInventory({ lists: { "GET /clients": backupEvents } });
  const args = ["inventory", "--url", `${sesam.url}/other/`, "--user", "u", "--ca-file", "ca.pem"];
  await startNode([...args, "--password-file", "password"], { cwd: folder });
  expect(sesam.routes()).toEqual(["POST outside /other/auth/login"]);
});
