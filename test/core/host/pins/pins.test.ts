import { expect, test } from "vitest";
import { readPins } from "../../../../src/core/host/pins/pins.ts";
import { findUnit, printPins, printUnit } from "../../../../src/core/host/pins/template.ts";

const least = `host = rds1
repository = 7
addresses = rds1.example.com 192.0.2.7
stpd_ini = /var/opt/sesam/var/ini/stpd.ini
[command.restart]
program = /opt/sesam/bin/sesam/sm_main
arguments = restart
`;

test("an omitted setting has a default, unless it could lock a backup out", () => {
  const { pins, problems } = readPins("rds1.ini", least);
  expect(problems).toEqual([]);
  expect(pins).toMatchObject({
    host: "rds1",
    repository: 7,
    role: "rds",
    os: "linux",
    avx: "unknown",
    owner: undefined,
    addresses: ["rds1.example.com", "192.0.2.7"],
    restart: { program: "/opt/sesam/bin/sesam/sm_main", arguments: ["restart"], limitMs: 120_000 },
    status: undefined,
    busy: undefined,
    server: undefined,
    ssh: undefined,
    limits: { watchdogMs: 900_000, proveForMs: 120_000, settleMs: 10_000, clockSkewMs: 60_000 },
  });
  expect(pins?.keys.size).toBe(0);
});

const key = "A".repeat(43);

test.each<{ name: string; more: string; complaint: RegExp }>([
  { name: "an unknown key", more: "restrat = x\n", complaint: /unknown key 'restrat'/ },
  {
    name: "a relative path",
    more: "[command.status]\nprogram = sm_main\n",
    complaint: /absolute path/,
  },
  {
    name: "a path with ..",
    more: "[command.status]\nprogram = /opt/../tmp/x\n",
    complaint: /absolute path/,
  },
  {
    name: "a command without program",
    more: "[command.busy]\nidle_exit = 1\n",
    complaint: /lacks program/,
  },
  {
    name: "one exit code for both",
    more: "[command.busy]\nprogram = /bin/x\nidle_exit = 1\n",
    complaint: /idle_exit and busy_exit are the same exit code, 1/,
  },
  {
    name: "an unknown section",
    more: "[command.stop]\nprogram = /bin/x\n",
    complaint: /unknown section \[command.stop\]/,
  },
  { name: "an invalid key", more: "[key.a]\npublic = abc\n", complaint: /43 characters/ },
  {
    name: "a Server over http",
    more: "[server]\nurl = http://s:1\n",
    complaint: /https:\/\/ address/,
  },
  {
    name: "a Server without its jobs",
    more: "[server]\nurl = https://s:1\n",
    complaint: /\[server\] lacks/,
  },
  { name: "ssh without known hosts", more: "[ssh]\naddress = a\n", complaint: /\[ssh\] lacks/ },
])("refuses $name, with its location", ({ more, complaint }) => {
  const isTop = !more.startsWith("[");
  const { pins, problems } = readPins("rds1.ini", isTop ? more + least : least + more);
  expect(pins).toBeUndefined();
  expect(problems.map(({ message, next }) => `${message} ${next}`).join("\n")).toMatch(complaint);
  for (const { line, file } of problems) expect([line > 0, file]).toEqual([true, "rds1.ini"]);
});

test("an invalid value is not reported as missing as well", () => {
  const wrong = least.replace(/^repository = .*$/m, "repository = seven") + "[ssh]\naddress = \n";
  const { problems } = readPins("rds1.ini", wrong);
  expect(problems.map(({ message }) => message)).toEqual([
    "invalid value 'seven' for repository (expected a whole number above 0)",
    "invalid value '' for address (expected some text)",
    "[ssh] lacks identity, known_hosts",
  ]);
});

test("refuses an undo timeout that is shorter than the verification", () => {
  const { problems } = readPins("rds1.ini", `watchdog = 60\n${least}`);
  expect(problems[0]).toMatchObject({ line: 1, next: "Set watchdog to at least 290." });
  expect(readPins("rds1.ini", `watchdog = 290\n${least}`).problems).toEqual([]);
});

test.each(["server", "rds"])("what install writes for a %s is valid", (role) => {
  const text = printPins({
    host: "sesam1",
    repository: "7",
    environment: undefined,
    role,
    stpdIni: "/var/opt/sesam/var/ini/stpd.ini",
    owner: "0:0",
    addresses: ["sesam1"],
    smMain: "/opt/sesam/bin/sesam/sm_main",
    keys: [{ kid: "2026-a_B", x: key }],
  });
  const { pins, problems } = readPins("sesam1.ini", text);
  expect(problems).toEqual([]);
  expect(pins?.keys.get("2026-a_B")).toBe(key);
  expect(pins?.smGlbv?.program).toBe(
    role === "server" ? "/opt/sesam/bin/sesam/sm_glbv" : undefined,
  );
  // It is unknown what would show that nothing is running, so the field is empty.
  expect(pins?.busy).toBeUndefined();
});

test("the unit quotes what systemd would split or expand", () => {
  const line = printUnit(["/opt/node 24/node", '/opt/"x"%h$y'])
    .split("\n")
    .find((text) => text.startsWith("ExecStart="));
  expect(line).toBe('ExecStart="/opt/node 24/node" "/opt/\\"x\\"%%h$$y" recover --cause boot');
});

test.each([
  ["/usr/bin/systemctl", "restart sesam", "sesam.service"],
  ["/bin/systemctl", "--no-block restart sesam@1.service", "sesam@1.service"],
  ["/usr/bin/systemctl", "reload sesam", undefined],
  ["/usr/bin/systemctl", "restart", undefined],
  ["/usr/bin/systemctl", "restart a%b", undefined],
  ["/opt/sesam/bin/sesam/sm_main", "restart all", undefined],
])("the unit for the restart command %s %s is %s", (program, words, unit) => {
  expect(findUnit({ program, arguments: words.split(" ") })).toBe(unit);
});
