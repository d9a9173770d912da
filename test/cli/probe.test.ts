import { readTarget } from "../../src/cli/commands/probe.ts";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { startDeno, startNode, type Ended } from "../support/harness/programs.ts";
import { startStep } from "../support/harness/runner.ts";
import { makeKeyPair, serveHttps } from "../support/harness/tls-server.ts";

const keys = makeKeyPair();
const runtimes = [
  ["Node", startNode],
  ["Deno", (args: readonly string[]) => startDeno(["--allow-net", "--allow-read"], args)],
] as const;

/** A port that accepts connections and sends nothing; and one without a listener. */
async function servePlain(): Promise<{ open: number; closed: number }> {
  const listen = (server: ReturnType<typeof createServer>): Promise<number> =>
    new Promise((done) => {
      // A server on loopback has an address with a port.
      server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
    });
  const server = createServer((socket) => void socket.on("error", () => {}));
  onTestFinished(() => void server.close());
  const gone = createServer();
  const closed = await listen(gone);
  await new Promise((done) => void gone.close(done));
  return { open: await listen(server), closed };
}

const ports = (https: number, http: number, ftp: number): readonly string[] =>
  ["--https-port", String(https), "--http-port", String(http)].concat("--ftp-port", String(ftp));

test.each(runtimes)("reports good for a hardened host under %s", async (_, run) => {
  const { closed } = await servePlain();
  const https = await serveHttps({ ...keys, minVersion: "TLSv1.2" });
  const args = ["probe", "127.0.0.1", ...ports(https, closed, closed), "--format", "json"];
  const { status, stdout, stderr } = await run(args);
  expect([status, stderr]).toEqual([0, ""]);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    schemaVersion: 2,
    host: "127.0.0.1",
    verdict: "good",
    full: false,
    address: "127.0.0.1",
    reachable: "good",
    ports: { https: { port: https, state: "open" }, http: { port: closed, state: "closed" } },
    certificate: { subject: "CN=localhost" },
    reasons: [],
  });
  expect(report.certificate.names).toEqual(["localhost", "127.0.0.1", "::1"]);
  const answers = Object.entries<{ answer: string }>(report.protocols);
  expect(answers.map(([version, { answer }]) => `${version} ${answer}`)).toEqual([
    "SSL3.0 refused",
    "TLS1.0 refused",
    "TLS1.1 refused",
    "TLS1.2 accepted",
    "TLS1.3 accepted",
  ]);
});

test.each(runtimes)(
  "makes a full handshake each time under %s, without resumption",
  async (_, run) => {
    const seen: unknown[] = [];
    const https = await serveHttps({ ...keys, minVersion: "TLSv1.2" }, "127.0.0.1", (socket) => {
      const { servername = false } = socket as { readonly servername?: string | false };
      seen.push([socket.isSessionReused(), servername]);
    });
    const ini = `[STPD_Server]\nSTPD_HTTPS_PORT=${https}\n`;
    const facts = `address = 127.0.0.1\n`;
    const names = ["rds1", "rds2", "rds3", "rds4"];
    const fleet = Object.fromEntries(
      names.flatMap((name) => [
        [`${name}/stpd.ini`, ini],
        [`${name}/host.ini`, facts],
      ]),
    );
    const folder = writeFleet(fleet);
    await run(["probe", "--fleet", folder, "--sockets", "1", "--format", "json"]);
    // An IP address is not sent as server name.
    expect(seen).toEqual(names.map(() => [false, false]));
  },
);

// Deno 2.9.5 has X25519, SECP256R1 and SECP384R1; Node 24.21.0 lacks large finite fields.
test.each([
  { group: "SECP521R1", ecdhCurve: "secp521r1", lacksIt: ["Deno"] },
  { group: "X448", ecdhCurve: "X448", lacksIt: ["Deno"] },
  { group: "FFDHE2048", ecdhCurve: "ffdhe2048", lacksIt: ["Deno"] },
  { group: "FFDHE4096", ecdhCurve: "ffdhe4096", lacksIt: ["Deno", "Node"] },
  { group: "SECP384R1", ecdhCurve: "secp384r1", lacksIt: [] },
])("names $group if a host has no other group and the runtime lacks it", async (row) => {
  const { closed } = await servePlain();
  const { ecdhCurve, group, lacksIt } = row;
  for (const minVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    // OpenSSL reads finite fields of TLS 1.2 from other settings.
    if (minVersion === "TLSv1.2" && ecdhCurve.startsWith("ff")) continue;
    const https = await serveHttps({ ...keys, minVersion, maxVersion: minVersion, ecdhCurve });
    for (const [name, run] of runtimes) {
      const { status, stdout } = await run(["probe", "127.0.0.1", ...ports(https, closed, closed)]);
      const cause = `it accepts only ${group}, which the TLS library of ${name} does not support [handshake-failed]`;
      const isLacking = lacksIt.includes(name);
      expect([name, status, stdout.includes(cause)]).toEqual([name, isLacking ? 4 : 0, isLacking]);
    }
  }
});

test.each(runtimes)("reports bad, and why, for an old host under %s", async (_, run) => {
  const { open, closed } = await servePlain();
  const ciphers = "ALL:@SECLEVEL=0";
  const https = await serveHttps({ ...keys, minVersion: "TLSv1", ciphers });
  const { status, stdout } = await run(["probe", "127.0.0.1", ...ports(https, open, closed)]);
  expect(status).toBe(1);
  expect(stdout).toContain(`bad: port ${open} (HTTP) accepts unencrypted connections`);
  expect(stdout).toContain("[legacy-protocol]");
  expect(stdout).not.toContain("unknown");
});

test.each(runtimes)("reports unknown for a name without an address under %s", async (_, run) => {
  const { status, stdout } = await run(["probe", "host.invalid"]);
  expect(status).toBe(4);
  expect(stdout).toContain(
    "cannot resolve the host name: unknown to the name server [name-not-resolved]",
  );
});

test.each(runtimes)("invalid names in a certificate do not crash it, under %s", async (_, run) => {
  const { closed } = await servePlain();
  const names = ["ab:cd", "1:2", "::::", "db1:11443", "fe80::1%eth0", "[::1]"];
  const list = ["email:a:b", "URI:http://::1/", ...names.map((name) => `DNS:${name}`), "IP:::1"];
  const https = await serveHttps(makeKeyPair(30, list.join(",")));
  const args = ["probe", "127.0.0.1", ...ports(https, closed, closed), "--format", "json"];
  const { status, stdout, stderr } = await run(args);
  expect([status, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout).certificate.names).toEqual([...names, "::1"]);
});

test.each(runtimes)(
  "a failed handshake gives the same message each time, under %s",
  async (_, run) => {
    const { closed } = await servePlain();
    const alert = Uint8Array.from([21, 3, 3, 0, 2, 2, 40]);
    for (const [answer, reason] of [
      [alert, "the server sent the alert handshake failure"],
      ["220 greeting\r\n", "what answers does not talk TLS"],
    ] as const) {
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => void socket.end(answer));
      });
      // A server on loopback has an address with a port.
      const port = await new Promise<number>((done) => {
        server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
      });
      onTestFinished(() => void server.close());
      const reasons = await Promise.all(
        [1, 2].map(async () => {
          const args = ["probe", "127.0.0.1", ...ports(port, closed, closed), "--format", "json"];
          const { reasons: all } = JSON.parse((await run(args)).stdout);
          const own = all.filter(({ code }: { code: string }) => code === "handshake-failed");
          return own.map(({ message }: { message: string }) => message).join();
        }),
      );
      expect(reasons[0]).toBe(reasons[1]);
      expect(reasons[0]).toContain(reason);
      expect(reasons[0]).not.toMatch(/[0-9A-F]{8}|\n/);
    }
  },
);

test("an address family that is unreachable from here is not checked, and never good", async () => {
  const { closed } = await servePlain();
  const https = await serveHttps(keys);
  const stpd = `[STPD_Server]\nSTPD_HTTPS_PORT=${https}\n# STPD_PORT=${closed}\n# STPD_HTTP_PORT=${closed}\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`;
  const fleet = writeFleet({
    "db1/stpd.ini": stpd,
    "db1/host.ini": "address = 127.0.0.1\n",
    "db2/stpd.ini": stpd,
    "db2/host.ini": "address = 2001:db8::1\n",
  });
  const probed = await startNode(
    ["probe", "2001:db8::1", "--unreachable-families", "ipv6", "--format", "json"],
    { cwd: fleet },
  );
  expect(probed.status).toBe(4);
  expect(JSON.parse(probed.stdout)).toMatchObject({
    verdict: "unknown",
    unchecked: ["2001:db8::1"],
    reasons: [{ answer: "unknown", code: "no-address-checked" }],
  });
  writeFileSync(join(fleet, "sesam-harden.ini"), "unreachable_families = ipv6\n");
  const verified = await startNode(["verify", "--format", "json"], { cwd: fleet });
  expect(verified.status).toBe(4);
  const report = JSON.parse(verified.stdout);
  expect(report.hosts.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
    "hardened",
    "unknown",
  ]);
  expect(report.findings.map(({ rule }: { rule: string }) => rule)).toEqual(["wire-unknown"]);
  const text = await startNode(["probe", "--fleet"], { cwd: fleet });
  expect(text.stdout).toContain("not scanned from here: 2001:db8::1");
});

test("probes and verifies every host of a config repo with its own files", async () => {
  const { closed } = await servePlain();
  const https = await serveHttps(keys);
  const fleet = writeFleet({
    "sesam-harden.ini": "filtered_port = closed\n",
    "db1/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=${https}\n# STPD_PORT=${closed}\n# STPD_HTTP_PORT=${closed}\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`,
    "db1/host.ini": "address = 127.0.0.1\n",
    "db2/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=${closed}\n`,
    "db2/host.ini": "address = 127.0.0.1\n",
  });
  const { status, stdout, stderr } = await startNode(["probe", "--fleet", "--format", "json"], {
    cwd: fleet,
  });
  expect([status, stderr]).toEqual([1, ""]);
  const { hosts } = JSON.parse(stdout);
  expect(
    hosts.map(({ host, verdict }: { host: string; verdict: string }) => [host, verdict]),
  ).toEqual([
    ["db1", "good"],
    ["db2", "bad"],
  ]);
  const verified = await startNode(["verify", "--format", "json"], { cwd: fleet });
  expect(verified.status).toBe(1);
  const report = JSON.parse(verified.stdout);
  expect(report.hosts.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
    "hardened",
    "locked-out",
  ]);
  expect(report.findings).toMatchObject([
    { rule: "wire-unreachable", host: "db2", file: "db2/stpd.ini", line: 1, fixable: "no" },
  ]);
  const one = await startNode(["verify", "--host", "db1"], { cwd: fleet });
  expect([one.status, one.stderr]).toEqual([0, ""]);
  expect(one.stdout).toContain("1 host: 1 hardened. No findings.");
});

test("verify shows errors of a file that locks its host out first, and suggests no restart", async () => {
  const { closed } = await servePlain();
  const https = await serveHttps({ ...keys, minVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" });
  const priority = "NORMAL:-SRP:-VERS-TLS1.0:-VERS-TLS1.1";
  const fleet = writeFleet({
    "db1/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=${https}\n# STPD_PORT=${closed}\n# STPD_HTTP_PORT=${closed}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`,
    "db1/host.ini": "address = 127.0.0.1\n",
  });
  const { status, stdout } = await startNode(["verify", "--format", "json"], { cwd: fleet });
  expect(status).toBe(1);
  const { findings } = JSON.parse(stdout);
  const rules = findings.map(({ rule }: { rule: string }) => rule);
  expect(rules[0]).toBe("tls-priority-invalid");
  expect(rules).toContain("wire-tls");
  const own = findings.find(({ rule }: { rule: string }) => rule === "wire-tls");
  expect(own.help).toMatch(/^Do not restart STPD/);
});

test("verify compares the file of this machine with the config repo if it is named", async () => {
  const { closed } = await servePlain();
  const https = await serveHttps(keys);
  const file = `[STPD_Server]\nSTPD_HTTPS_PORT=${https}\n# STPD_PORT=${closed}\n# STPD_HTTP_PORT=${closed}\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`;
  const fleet = writeFleet({
    "repo/db1/stpd.ini": file,
    "repo/db1/host.ini": "address = 127.0.0.1\n",
    "same.ini": file,
    "other.ini": file.replace("# STPD_PORT", "STPD_PORT"),
  });
  const verify = (local: string, ...more: readonly string[]): Promise<Ended> =>
    startNode(["verify", "repo", "--host", "db1", "--stpd-ini", local, ...more], { cwd: fleet });
  expect((await verify("same.ini")).status).toBe(0);
  const other = await verify("other.ini");
  expect(other.status).toBe(1);
  expect(other.stdout).toContain("other.ini on the host differs from the config repo");
  expect((await verify("other.ini", "--expect-phase", "open")).status).toBe(0);
  expect((await verify("gone.ini")).stdout).toContain(
    "on the host with the config repo: it does not exist",
  );
});

test("the Action also verifies, and fails if the scan is inconclusive", async () => {
  const { closed } = await servePlain();
  const https = await serveHttps(keys);
  const stpd = (port: number): string =>
    `[STPD_Server]\nSTPD_HTTPS_PORT=${port}\n# STPD_PORT=${closed}\n# STPD_HTTP_PORT=${closed}\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`;
  const fleet = writeFleet({
    "db1/stpd.ini": stpd(https),
    "db1/host.ini": "address = 127.0.0.1\n",
    "db2/stpd.ini": stpd(https),
    "db2/host.ini": "address = host.invalid\n",
  });
  const good = await startStep({ command: "verify", hosts: "db1" }, fleet);
  expect(good).toMatchObject({ status: 0, outputs: { hosts: "1", hardened: "1", unknown: "0" } });
  const all = await startStep({ command: "verify", "fail-on": "never" }, fleet);
  expect(all).toMatchObject({ status: 4, outputs: { hosts: "2", hardened: "1", unknown: "1" } });
  expect(all.commands.map(({ properties }) => properties["file"])).toContain("db2/stpd.ini");
  expect(all.summary).toContain("wire-unknown");
});

test.each([
  { args: ["probe"], part: "or https://HOST:PORT), or --fleet" },
  { args: ["probe", "a", "b"], part: "one host" },
  {
    args: ["probe", "a", "--https-port", "0"],
    part: "for --https-port (expected 1 to 65535)",
  },
  { args: ["probe", "a", "--https-port", "4x"], part: "invalid value '4x'" },
  { args: ["probe", "a", "--timeout", "0"], part: "--timeout" },
  {
    args: ["probe", "--fleet", "--ftp-port", "21"],
    part: "--ftp-port cannot be combined with --fleet",
  },
  {
    args: ["probe", "a", "--unreachable-families", "ip6"],
    part: "invalid value 'ip6' for --unreachable-families",
  },
  { args: ["verify", "--host", "a", "--fleet"], part: "--host and --fleet cannot be combined" },
  { args: ["verify", "--stpd-ini", "f"], part: "exactly one --host" },
  {
    args: ["verify", "--host", "db", "--expect-phase", "half"],
    part: "invalid value 'half' for --expect-phase (expected",
  },
  { args: ["verify", "--host", "db11"], part: "no host in the config repo is called 'db11'" },
])("refuses $args", async ({ args, part }) => {
  const fleet = writeFleet({ "db1/stpd.ini": "[STPD_Server]\n" });
  const { status, stdout, stderr } = await startNode(args, { cwd: fleet });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(part);
});

test.each([
  ["rds1", "rds1", undefined],
  ["rds1.example:11443", "rds1.example", 11_443],
  ["https://rds1:8443/", "rds1", 8443],
  ["HTTPS://rds1", "rds1", undefined],
  ["2001:db8::1", "2001:db8::1", undefined],
  ["[2001:db8::1]", "2001:db8::1", undefined],
  ["[2001:db8::1]:11443", "2001:db8::1", 11_443],
  ["https://[::1]:1/", "::1", 1],
])("parses host and port of %s", (typed, host, port) => {
  expect(readTarget(typed)).toEqual({ host, port });
});

test.each([
  "",
  "rds1:",
  "rds1:0",
  "rds1:70000",
  "http://rds1",
  "https://",
  "rds1/path",
  "[rds1]:1",
])("refuses %j as a host", (typed) => {
  expect(readTarget(typed)).toBeUndefined();
});
