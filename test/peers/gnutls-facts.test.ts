import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEvaluator } from "../../src/core/gnutls/evaluate.ts";
import { tlsVersions, type TlsVersion } from "../../src/core/tls/versions.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import type { ProbeAnswer, ProbeQuestion } from "../support/workers/probe-worker.ts";

// Surprising behaviour of GnuTLS's priority strings, tested with gnutls-cli and gnutls-serv
// themselves. First seen with GnuTLS 3.7.9.

const live = hasPeer("gnutls-cli", "--version") && hasPeer("certtool", "--version") && canIsolate();

/** Output of gnutls-cli for a string, with a system-wide configuration file if one is given. */
function list(priority: string, configuration?: string): Readonly<Record<string, string[]>> {
  const folder = writeFleet({});
  const file = join(folder, "config");
  writeFileSync(file, configuration ?? "");
  const env = { PATH: process.env["PATH"] ?? "", GNUTLS_SYSTEM_PRIORITY_FILE: file };
  const args = ["--list", `--priority=${priority}`];
  const { stdout, status } = spawnSync("gnutls-cli", args, { encoding: "utf8", env });
  expect(status).toBe(0);
  const lines = stdout.matchAll(/^([A-Z][A-Za-z -]+): (.*)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, words = ""]) => [name, words.split(", ")]));
}

function versionsOf(listed: ReturnType<typeof list>): readonly TlsVersion[] {
  return tlsVersions.filter((version) => listed["Protocols"]?.includes(`VERS-${version}`));
}

const evaluate = createEvaluator("3.7.9");

test.skipIf(!live).each<{ priority: string; left: readonly TlsVersion[] }>([
  { priority: "NORMAL", left: ["TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"] },
  // TLS 1.3 is unavailable without TLS 1.2 while an older version is enabled.
  { priority: "NORMAL:-VERS-TLS1.2", left: ["TLS1.0", "TLS1.1"] },
  { priority: "NORMAL:-VERS-TLS1.2:-VERS-TLS1.1", left: ["TLS1.0"] },
  { priority: "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.1", left: ["TLS1.1"] },
  { priority: "NORMAL:-VERS-TLS1.2:-VERS-TLS1.1:-VERS-TLS1.0", left: ["TLS1.3"] },
])("$priority leaves $left", ({ priority, left }) => {
  expect(versionsOf(list(priority))).toEqual(left);
  const { effective } = evaluate(priority);
  expect(tlsVersions.filter((version) => (effective[version] ?? []).length > 0)).toEqual(left);
});

test.skipIf(!live).each<{ names: readonly string[]; left: readonly TlsVersion[] }>([
  { names: ["tls1.2"], left: ["TLS1.0", "TLS1.1"] },
  { names: ["tls1.2", "tls1.1", "tls1.0"], left: ["TLS1.3"] },
  { names: ["tls1.0", "tls1.1"], left: ["TLS1.2", "TLS1.3"] },
])("disabled-version of $names leaves $left, like a string does", ({ names, left }) => {
  const lines = names.map((name) => `disabled-version = ${name}\n`);
  expect(versionsOf(list("NORMAL", `[overrides]\n${lines.join("")}`))).toEqual(left);
});

test.skipIf(!live).each([
  { priority: "PERFORMANCE:NORMAL", as: "PERFORMANCE" },
  { priority: "NORMAL:PERFORMANCE", as: "NORMAL" },
])("a second keyword adds and replaces nothing: $priority", ({ priority, as }) => {
  expect(list(priority)).toEqual(list(as));
  expect(evaluate(priority).ciphers).toEqual(list(as)["Ciphers"]);
});

test.skipIf(!live)("a weaker keyword after a stronger one enables its algorithms again", () => {
  const [strong, both] = [list("SECURE256"), list("SECURE256:NORMAL")];
  expect(strong["Ciphers"]).not.toContain("AES-128-CBC");
  expect(both["Ciphers"]).toContain("AES-128-CBC");
  expect(evaluate("SECURE256:NORMAL").ciphers).toEqual(both["Ciphers"]);
});

const old = "NORMAL:-VERS-TLS1.3";

async function probe(questions: readonly Omit<ProbeQuestion, "server">[]) {
  const worker = new URL("../support/workers/probe-worker.ts", import.meta.url).pathname;
  const input = JSON.stringify(questions.map((one) => ({ ...one, server: "gnutls-serv" })));
  const { status, stdout, stderr } = await runInNamespace(worker, { input });
  expect(status, stderr).toBe(0);
  const answers: readonly ProbeAnswer[] = JSON.parse(stdout);
  return answers.map((answer) => answer?.full.protocols ?? {});
}

/** Names of the suites with a key exchange, as DHE_RSA. */
function suitesWith(
  keyExchange: string,
  byVersion: Readonly<Partial<Record<TlsVersion, { readonly suites: readonly string[] }>>>,
  version: TlsVersion,
): readonly string[] {
  const suites = byVersion[version]?.suites ?? [];
  return suites.filter((name) => name.startsWith(`TLS_${keyExchange}_`)).toSorted();
}

/** The same according to the evaluator. */
function bound(
  kind: "effective" | "possible",
  priority: string,
  [keyExchange, version]: readonly [string, TlsVersion],
): readonly string[] {
  const suites = (evaluate(priority)[kind][version] ?? []).map(({ name }) => name);
  return suitesWith(keyExchange, { [version]: { suites } }, version);
}

test.skipIf(!live)(
  "some client and server reach both bounds of a string",
  async () => {
    const noCurve = `${old}:-GROUP-EC-ALL`;
    const noField = `${old}:-GROUP-DH-ALL`;
    const [curveless, fieldless, own] = await probe([
      { priority: noCurve },
      { priority: noField },
      { priority: noField, hasOwnParameters: true },
    ]);
    // A client without groups gets ECDHE without a curve in the string, at TLS 1.0 too.
    for (const version of ["TLS1.0", "TLS1.2"] as const) {
      const what = ["ECDHE_RSA", version] as const;
      expect(bound("effective", noCurve, what)).toEqual([]);
      expect(bound("possible", noCurve, what)).not.toEqual([]);
      expect(suitesWith("ECDHE_RSA", curveless ?? {}, version)).toEqual(
        bound("possible", noCurve, what),
      );
    }
    // The server's own DH parameters replace the missing group; without them DHE is unavailable.
    const dhe = ["DHE_RSA", "TLS1.2"] as const;
    expect(bound("effective", noField, dhe)).toEqual([]);
    expect(suitesWith("DHE_RSA", fieldless ?? {}, "TLS1.2")).toEqual([]);
    expect(bound("possible", noField, dhe)).not.toEqual([]);
    expect(suitesWith("DHE_RSA", own ?? {}, "TLS1.2")).toEqual(bound("possible", noField, dhe));
  },
  60_000,
);
