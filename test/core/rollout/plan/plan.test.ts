import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical, readCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import { digestGlobals } from "../../../../src/core/rollout/plan/plan.ts";
import { listBlocks, listClients } from "../../../../src/core/report/plan.ts";
import { loadTargets } from "../../../../src/core/config-repo/load-hosts.ts";
import { createMemoryFiles } from "../../../support/builders/fleet.ts";
import { inventoryOf } from "../../../support/builders/inventory-file.ts";
import { largestWave, planWaves } from "../../../../src/core/rollout/plan/waves.ts";
import {
  bridgeOf,
  filesOf,
  hard,
  planFrom,
  planOf,
  soft,
  type TestHost,
} from "../../../support/builders/rollout.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";

const bridge = bridgeOf(hard, soft);

const readTargets = (files: Readonly<Record<string, string>>) =>
  loadTargets({ paths: ["."], overrides: {}, names: [] }, createMemoryFiles(files)).hosts;

interface DecisionRow {
  readonly name: string;
  readonly phase?: Phase;
  readonly host: TestHost;
  /** `planned: risks`, `done`, or `reason: detail`. */
  readonly comes: string;
}

describe("a host", () => {
  test.each<DecisionRow>([
    { name: "seen, never verified", host: {}, comes: "planned: restart, bridge, unproven" },
    {
      name: "opened, with a new desired file",
      host: { file: `${hard}# new\n`, known: bridge, proven: "open" },
      comes: "planned: restart, bridge",
    },
    { name: "opened", host: { known: bridge, proven: "open" }, comes: "done" },
    {
      name: "with the right file, which was never verified",
      host: { known: hard },
      comes: "planned: restart, unproven",
    },
    { name: "closed, asked to open", host: { known: hard, proven: "close" }, comes: "done" },
    { name: "never seen", host: { known: undefined }, comes: "never-seen: " },
    {
      name: "whose old file has no bridge",
      host: { known: "[STPD_Server]\nSTPD_PORT=x\n" },
      comes:
        "no-bridge: a port line on the host has no valid port number: line 2 sets STPD_PORT, and it is unknown how STPD reads it",
    },
    {
      name: "without HTTPS in the new file",
      host: { file: "[STPD_Server]\nSTPD_PORT=11001\n" },
      comes: "no-https: ",
    },
    {
      name: "on Windows without AVX",
      host: { facts: "os = windows\navx = no\n" },
      comes: "no-https: Windows, without AVX",
    },
    {
      name: "of a release that needs its plain ports, although its rule is off",
      host: { facts: "version = Jaglion V2\n" },
      comes: "needs-plain-ports: SEP sesam Jaglion V2 cannot run with HTTP and FTP disabled",
    },
    {
      name: "of an unreadable version",
      host: { facts: "version = 5.x\n" },
      comes:
        "needs-plain-ports: it is not known whether SEP sesam 5.x can run with HTTP and FTP disabled",
    },
    {
      name: "with a name that TLS refuses, to be opened next to its old ports",
      host: { facts: "address = rds_1\n" },
      comes: "planned: restart, bridge, unproven",
    },
    {
      name: "with a name that TLS refuses, to be closed",
      phase: "close",
      host: { facts: "address = rds_1\n", known: bridge, proven: "open" },
      comes:
        "no-https: the host name rds_1 contains an underscore, so GnuTLS aborts every handshake with it",
    },
    {
      name: "whose facts are not read",
      host: { others: { "HOST.INI": "avx = no\n" } },
      comes: "check-failed: misnamed-file",
    },
    { name: "whose file is garbled", host: { file: "a\0b" }, comes: "host-unreadable: " },
    {
      name: "with an error of the check",
      host: { file: `${hard}STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n` },
      comes: "check-failed: ftp-port-open, http-port-open",
    },
    {
      name: "without a runner",
      host: { facts: "transport = ssh\n" },
      comes: "no-runner: ",
    },
    {
      name: "reached from a runner",
      host: { facts: "transport = ssh\nrunner = jump1\n" },
      comes: "planned: restart, bridge, unproven",
    },
    {
      name: "whose interfaces only matter for closing",
      host: {
        facts: "role = server\n",
        others: {
          "globals.ini": "[sesam]\ngv_default_interface_prefix = http\n",
        },
      },
      comes: "planned: restart, server, bridge, unproven",
    },
    {
      name: "a Server without global settings",
      host: { facts: "role = server\n" },
      comes: "planned: restart, server, bridge, unproven",
    },
    {
      name: "the second to last, to be closed",
      phase: "close",
      host: {
        facts: "role = server\n",
        known: bridge,
        proven: "open",
        others: {
          "globals.ini": "[sesam]\ngv_default_interface_prefix = http\n",
        },
      },
      comes:
        "check-failed: globals-abort-over-https, globals-migration-prefix, globals-migration-prefix-ext",
    },
    {
      name: "opened, to be closed",
      phase: "close",
      host: { known: bridge, proven: "open" },
      comes: "planned: restart, first-without-ftp, first-without-http",
    },
    { name: "never opened, to be closed", phase: "close", host: {}, comes: "not-opened: " },
    { name: "closed", phase: "close", host: { known: hard, proven: "close" }, comes: "done" },
    {
      name: "whose HTTPS port would change",
      phase: "close",
      host: { known: bridge.replace("11443", "11444"), proven: "open" },
      comes: "https-moves: ",
    },
  ])("$name", ({ phase = "open", host, comes }) => {
    const files = {
      ...filesOf({ rds1: host }),
      "sesam-harden.ini": "[rules]\nversion-too-old = off\nversion-unreadable = off\n",
    };
    const { plan, changes, done, refusals } = planOf({ rds1: host }, { phase }, files);
    const [planned] = changes;
    const [refused] = refusals;
    expect([
      ...(planned === undefined ? [] : [`planned: ${planned.risks.join(", ")}`]),
      ...(refused === undefined ? [] : [`${refused.reason}: ${refused.detail}`]),
      ...done.map(() => "done"),
    ]).toEqual([comes]);
    expect(plan.waves).toEqual(planned === undefined ? [] : [["rds1"]]);
  });

  test("is planned with the digests of the current, the new and the desired file", () => {
    const { plan, changes } = planOf({ rds1: {} });
    expect(plan.hosts).toEqual([
      {
        name: "rds1",
        role: "rds",
        wave: 0,
        runner: "rds1",
        before: hashSha256(soft),
        file: hashSha256(bridge),
        desired: hashSha256(hard),
        facts: hashSha256('{"environment":"production","role":"rds"}'),
        policy: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(changes).toMatchObject([
      { path: "hosts/rds1/stpd.ini", before: soft, after: bridge, findings: [] },
    ]);
  });
});

test("plans nothing if two directories have one name", () => {
  const files = { ...filesOf({ rds1: {}, rds2: {} }), "site/hosts/RDS1/stpd.ini": hard };
  expect(() => planOf({ rds1: {}, rds2: {} }, {}, files)).toThrow(
    "1 problem in the settings, so nothing was checked",
  );
});

const opened = { known: bridge, proven: "open" } as const;
const closable = {
  phase: "close",
  environment: { globals: digestGlobals([], hashSha256) },
} as const;

describe("closing", () => {
  test.each([
    { name: "all opened", hosts: { a: opened, b: opened }, request: closable, blocked: [] },
    {
      name: "one never opened",
      hosts: { a: opened, b: {} },
      request: closable,
      blocked: ["open-not-proven"],
    },
    {
      name: "one never opened, and not selected",
      hosts: { a: opened, b: {} },
      request: { ...closable, names: ["a"] },
      blocked: ["open-not-proven"],
    },
    {
      name: "one never opened, which is an exception",
      hosts: { a: opened, b: {} },
      request: { ...closable, exceptions: ["b"] },
      blocked: [],
    },
    {
      name: "no global settings recorded",
      hosts: { a: opened },
      request: { phase: "close" },
      blocked: ["globals-not-set"],
    },
    {
      name: "other global settings recorded",
      hosts: { a: opened, s: { ...opened, facts: "role = server\n" } },
      request: closable,
      blocked: ["globals-not-set"],
    },
    {
      name: "another request, which a new one replaces",
      hosts: { a: opened },
      request: {
        phase: "close",
        environment: { ...closable.environment, rollout: { id: "2026-11-2", replaceable: true } },
      },
      blocked: [],
    },
    {
      name: "frozen and locked, with another rollout, and nothing to do",
      hosts: { a: { known: hard, proven: "close" } },
      request: {
        phase: "close",
        environment: {
          ...closable.environment,
          frozen: { by: "anna", reason: "audit", until: null },
          locked: { rollout: "2026-11-1", requester: "anna", reason: "b: bad" },
          rollout: { id: "2026-11-2", replaceable: false },
        },
      },
      blocked: ["nothing-to-do", "locked", "frozen", "rollout-at-work"],
    },
  ] as const)("$name", ({ hosts, request, blocked }) => {
    expect(planOf(hosts, request).blocked).toEqual(blocked);
  });
});

const serverOf = (file: string): TestHost => ({
  ...opened,
  facts: "role = server\n",
  others: {
    "interfaces.json": file,
    "globals.ini":
      "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\ngv_conf_use_com_stpd_kill = https\n",
  },
});

test("an interface in use stops only hosts whose port would be closed", () => {
  const file = inventoryOf({ usage: [["db1", "http://rds1:11000"]] });
  const wanted = `${hard}STPD_HTTP_PORT=11000\n`;
  const kept = { file: wanted, known: bridgeOf(wanted, soft), proven: "open" } as const;
  const hosts = { rds1: kept, rds2: opened, srv: { ...serverOf(file), ...kept } };
  const files = {
    ...filesOf(hosts),
    ...allow("insecure-interface-in-use", "http-port-open"),
  };
  const globals = digestGlobals(readTargets(files), hashSha256);
  const planned = planOf(hosts, { phase: "close", environment: { globals } }, files);
  expect([planned.blocked, planned.refusals]).toEqual([[], []]);
  expect(planned.plan.hosts.map(({ name }) => name)).toEqual(["rds1", "rds2", "srv"]);

  const moved = { ...kept, file: `${hard}STPD_HTTP_PORT=12000\n` };
  const others = { ...files, ...filesOf({ rds1: moved }) };
  const again = planOf(hosts, { phase: "close", environment: { globals } }, others);
  expect(again.refusals.map(({ name, reason }) => [name, reason])).toEqual([
    ["rds1", "interface-in-use"],
  ]);
});

const allow = (...rules: readonly string[]): Record<string, string> => ({
  "sesam-harden.ini": rules
    .map((rule) => `[allow.${rule}]\nrule = ${rule}\nuntil = 2027-03-31\nreason = CHG-7\n`)
    .join(""),
});

describe("backups that closing would interrupt", () => {
  const secure = "https://rds1:11443";
  const lost = inventoryOf({ clients: [["rds7", ["https://rds7:11443"]]] });
  const offering = inventoryOf({
    clients: [
      ["db1", ["db1:11001"]],
      ["db2", ["db2", secure]],
      ["db3", []],
    ],
  });
  const using = inventoryOf({
    clients: [["rds1", [secure]]],
    usage: [
      ["db1", "http://rds1:11000"],
      ["db2", ""],
    ],
  });
  const both = inventoryOf({
    clients: [["rds1", ["http://rds1:11000"]]],
    usage: [["rds1", "http://rds1:11000"]],
  });
  const db1 = ["db1: no https interface, only db1:11001"];
  const use = "backup-event t uses http://rds1:11000";
  const used = `interface-in-use: ${use}`;
  test.each<{
    name: string;
    file: string;
    more?: Record<string, string>;
    blocked: readonly string[];
    refused?: readonly string[];
    notInRepo?: readonly string[];
    clients?: readonly string[];
  }>([
    { name: "nothing", file: inventoryOf({}), blocked: [] },
    {
      name: "a missing host",
      file: lost,
      blocked: ["hosts-not-in-repo"],
      notInRepo: ["rds7"],
    },
    { name: "the same, excepted", file: lost, more: allow("host-not-in-repo"), blocked: [] },
    {
      name: "the same, with its rule off",
      file: lost,
      more: { "sesam-harden.ini": "[rules]\nhost-not-in-repo = off\n" },
      blocked: ["hosts-not-in-repo"],
      notInRepo: ["rds7"],
    },
    {
      name: "a client without HTTPS",
      file: offering,
      blocked: ["clients-not-ready"],
      clients: db1,
    },
    {
      name: "the same, excepted",
      file: offering,
      more: allow("insecure-interface"),
      blocked: [],
      clients: [`${db1[0]} (excepted)`],
    },
    {
      name: "a client that uses HTTP",
      file: using,
      blocked: ["nothing-to-do", "clients-not-ready"],
      refused: [used, "check-failed: insecure-interface-in-use"],
      clients: [`db1: ${use}`],
    },
    {
      name: "the same, excepted: the backup would still fail",
      file: using,
      more: allow("insecure-interface-in-use"),
      blocked: ["nothing-to-do"],
      refused: [used],
      clients: [`db1: ${use} (excepted)`],
    },
    {
      name: "an interface in use, of which only the unused ones are excepted",
      file: both,
      more: allow("insecure-interface"),
      blocked: ["nothing-to-do", "clients-not-ready"],
      refused: [used, "check-failed: insecure-interface-in-use"],
      clients: ["rds1: no https interface, only http://rds1:11000", `rds1: ${use}`],
    },
  ])("$name", ({ file, more = {}, blocked, refused = [], notInRepo = [], clients = [] }) => {
    const hosts = { rds1: opened, srv: serverOf(file) };
    const files = { ...filesOf(hosts), ...more };
    const globals = digestGlobals(readTargets(files), hashSha256);
    const planned = planOf(hosts, { phase: "close", environment: { globals } }, files);
    expect(planned.blocked).toEqual(blocked);
    const refusals = planned.refusals.map(({ reason, detail }) => `${reason}: ${detail}`);
    expect([...new Set(refusals)]).toEqual(refused);
    expect(readPlan(printCanonical(planned.plan), hashSha256)?.plan).toEqual(planned.plan);
    expect(planned.notInRepo).toEqual(notInRepo);
    expect(listClients(planned)).toEqual(clients);
    const open = planOf(hosts, { phase: "open" }, files);
    expect([open.blocked, open.notInRepo, open.clients]).toEqual([["nothing-to-do"], [], []]);
    const shown = listBlocks(planned).map(({ cause }) => cause);
    for (const name of notInRepo) expect(shown.join()).toContain(`(${name})`);
  });

  test("an environment uses its own inventory, and one without an inventory uses all", () => {
    const lab = {
      "hosts/lab/stpd.ini": hard,
      "hosts/lab/host.ini": "environment = lab\n",
      "hosts/lab/interfaces.json": lost,
    };
    const alone = { rds1: opened };
    const asked = { phase: "close", environment: closable.environment } as const;
    expect(planOf(alone, asked, { ...filesOf(alone), ...lab }).notInRepo).toEqual(["rds7"]);
    const hosts = { rds1: opened, srv: serverOf(inventoryOf({})) };
    expect(planOf(hosts, { phase: "close" }, { ...filesOf(hosts), ...lab }).notInRepo).toEqual([]);
  });

  test("a host without an stpd.ini is refused, and closing waits for it", () => {
    const hosts = { rds1: opened };
    const files = { ...filesOf(hosts), "hosts/rds2/host.ini": "environment = production\n" };
    const planned = planOf(hosts, closable, files);
    expect(planned.refusals).toEqual([{ name: "rds2", reason: "host-unreadable", detail: "" }]);
    expect([planned.unproven, planned.blocked]).toEqual([["rds2"], ["open-not-proven"]]);
  });

  test("many clients are counted", () => {
    const many = Array.from({ length: 25 }, (_, index): readonly [string, readonly string[]] => [
      `db${index}`,
      ["db:11001"],
    ]);
    const hosts = {
      rds1: opened,
      srv: serverOf(inventoryOf({ clients: many, usage: [["", "srv:11001"]] })),
    };
    const planned = planOf(hosts, { phase: "close" });
    expect(listClients(planned)).toHaveLength(21);
    expect(listClients(planned).at(-1)).toBe("and 6 more, in interfaces.json");
    expect(
      listBlocks(planned)
        .map(({ cause }) => cause)
        .join(),
    ).toContain("db19 and 6 more");
  });
});

describe("waves", () => {
  test("one RDS, then the others by wave, then the Servers, in batches", () => {
    const host = (name: string, role: "rds" | "server", wave: number) => ({ name, role, wave });
    const hosts = [
      host("s2", "server", 1),
      host("s1", "server", 0),
      ...["r5", "r4", "r3", "r2", "r1"].map((name) => host(name, "rds", 2)),
      host("r9", "rds", 1),
      host("r8", "rds", 1),
    ];
    expect(planWaves(hosts, 2)).toEqual([
      ["r8"],
      ["r9"],
      ["r1", "r2"],
      ["r3", "r4"],
      ["r5"],
      ["s1"],
      ["s2"],
    ]);
  });

  test("never exceeds GitHub's limit of jobs, and is never empty", () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => ({
      name: `r${index}`,
      role: "rds" as const,
      wave: 0,
    }));
    expect(planWaves(hosts, 100_000).map(({ length }) => length)).toEqual([1, 256, 256, 256, 231]);
    expect(planWaves(hosts.slice(0, 3), 0)).toHaveLength(3);
    expect(largestWave).toBe(256);
  });
});

test("the order of hosts and files does not matter, and every host is listed once", () => {
  const anyHost = fc.record<TestHost>({
    file: fc.constantFrom(hard, `${hard}# new\n`, soft, "a\0b"),
    facts: fc.constantFrom("", "role = server\n", "wave = 3\n", "transport = ssh\n"),
    known: fc.constantFrom(undefined, soft, bridge, hard),
    proven: fc.constantFrom(null, "open", "close"),
  });
  const fleets = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), anyHost, {
    minKeys: 1,
    noNullPrototype: true,
  });
  const cases = fc.tuple(fleets, fc.constantFrom<Phase>("open", "close"), fc.nat());
  fc.assert(
    fc.property(cases, ([hosts, phase, turn]) => {
      const entries = Object.entries(filesOf(hosts));
      const turned = [
        ...entries.slice(turn % entries.length),
        ...entries.slice(0, turn % entries.length),
      ];
      const planned = planOf(hosts, { phase, waveSize: 2 });
      const other = planOf(hosts, { phase, waveSize: 2 }, Object.fromEntries(turned.toReversed()));
      expect(other).toEqual(planned);
      const { plan } = planned;
      const names = [
        ...plan.waves.flat(),
        ...plan.refused.map(({ name }) => name),
        ...planned.done,
      ];
      expect(names.toSorted()).toEqual(Object.keys(hosts).toSorted());
      expect(plan.waves.flat().toSorted()).toEqual(plan.hosts.map(({ name }) => name));
      expect(readCanonical(printCanonical(plan))).toEqual({ kind: "value", value: plan });
    }),
    { numRuns: 60 },
  );
});

test("the file of each host is read once", () => {
  const hosts = { rds1: {}, rds2: {} };
  const files = createMemoryFiles({ ...filesOf(hosts), "hosts/lab1/stpd.ini": hard });
  const seen: string[] = [];
  const read: typeof files.read = (path, limit) => {
    seen.push(path);
    return files.read(path, limit);
  };
  planFrom({ ...files, read }, hosts);
  expect(seen.toSorted()).toEqual([
    "/repo/hosts/lab1/stpd.ini",
    "/repo/hosts/rds1/host.ini",
    "/repo/hosts/rds1/stpd.ini",
    "/repo/hosts/rds2/host.ini",
    "/repo/hosts/rds2/stpd.ini",
  ]);
});

test.each([
  [{ names: ["rds9"] }, "no host rds9 in environment production"],
  [{ exceptions: ["rds9"] }, "no host rds9 in environment production"],
  [{ environment: { environment: "lab" } }, "no host in the config repo is in environment lab"],
])("reports missing names: %j", (request, message) => {
  expect(() => planOf({ rds1: {} }, request)).toThrow(message);
});
