import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createEvaluator, type Evaluation } from "../../../src/core/gnutls/evaluate.ts";
import { createSuiteIndex } from "../../../src/core/gnutls/suites.ts";
import { suiteTable } from "../../../src/core/gnutls/suite-table.ts";
import type { AddressProbe } from "../../../src/core/probe/address-probe.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import type { ProbeAnswer, ProbeQuestion } from "../../support/workers/probe-worker.ts";
import { createRandom } from "../../support/builders/random.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";
import { keyExchanges, makeServerPriority } from "../../support/builders/server-priority.ts";

const live =
  hasPeer("gnutls-serv", "--version") &&
  hasPeer("sslscan", "--version") &&
  hasPeer("unshare", "-n", "true");

function probeLive(questions: readonly ProbeQuestion[]): readonly ProbeAnswer[] {
  const worker = fileURLToPath(new URL("../../support/workers/probe-worker.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync("unshare", ["-n", process.execPath, worker], {
    input: JSON.stringify(questions),
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const suitesOf = createSuiteIndex();
const numbers = new Map(
  Object.keys(suiteTable).flatMap((keyExchange) =>
    [...suitesOf(keyExchange === "-" ? undefined : keyExchange).values()]
      .flat()
      .map(({ name, id }) => [name, id] as const),
  ),
);

const keyExchangeOf = new Map(
  Object.keys(suiteTable).flatMap((keyExchange) =>
    [...suitesOf(keyExchange === "-" ? undefined : keyExchange).values()]
      .flat()
      .map(({ id }) => [id, keyExchange] as const),
  ),
);

/** The result of a probe, as `TLS1.2 c02f`, sorted. */
function listFound({ protocols }: AddressProbe): readonly string[] {
  return Object.entries(protocols)
    .flatMap(([version, { suites }]) =>
      suites.map((name) => `${version} ${numbers.get(name) ?? name.slice(2)}`),
    )
    .toSorted();
}

/** What a server with two certificates and no passwords accepts, according to the evaluator. */
function listExpected({ effective }: Evaluation): readonly string[] {
  return listSuites(effective);
}

function listSuites(byVersion: Evaluation["effective"]): readonly string[] {
  return Object.entries(byVersion)
    .flatMap(([version, suites]) =>
      suites
        .filter(({ keyExchange = "RSA" }) => keyExchanges.includes(keyExchange))
        .map(({ id }) => `${version} ${id}`),
    )
    .toSorted();
}

/** Nothing is missed; additional suites may be available to unusual clients. */
function compareFound(found: readonly string[], evaluation: Evaluation, where: string): void {
  const expected = listExpected(evaluation);
  const possible = listSuites(evaluation.possible);
  const missed = expected.filter((line) => !found.includes(line));
  const strange = found.filter((line) => !possible.includes(line));
  expect({ missed, strange }, where).toEqual({ missed: [], strange: [] });
  if (!where.includes("GROUP-")) expect(found, where).toEqual(expected);
}

function installedGnutls(): "3.7.9" {
  const { stdout } = spawnSync("gnutls-cli", ["--version"], { encoding: "utf8" });
  // One of the measured builds; a difference on another one is an error of the evaluator.
  return /(\d+\.\d+\.\d+)/.exec(stdout)?.[1] as "3.7.9";
}

test.skipIf(!live)("finds what gnutls-serv accepts, on 200 strings, and what sslscan finds", () => {
  const evaluate = createEvaluator(installedGnutls());
  const seed = Date.now();
  const random = createRandom(seed);
  const questions = Array.from({ length: 200 }, (_, index): ProbeQuestion => ({
    server: "gnutls-serv",
    priority: makeServerPriority(random),
    sslscan: index < 50,
  }));
  let suites = 0;
  for (const [index, answer] of probeLive(questions).entries()) {
    const { priority = "" } = questions[index] ?? {};
    const where = `seed ${seed}: ${priority}`;
    const found = answer === null ? [] : listFound(answer.full);
    compareFound(found, evaluate(priority), where);
    suites += found.length;
    if (answer === null) continue;
    // A server without any usable suite dies at the first connection.
    if (found.length > 0) compareAnswers(answer, where);
  }
  expect(suites).toBeGreaterThan(2000);
});

/** No doubt is left, the short probe reports the same as the full one, and so does sslscan. */
function compareAnswers({ full, policy, second }: NonNullable<ProbeAnswer>, where: string): void {
  for (const [version, { answer, suites }] of Object.entries(full.protocols)) {
    expect(answer, where).toBe(suites.length > 0 ? "accepted" : "refused");
    const short = Object.entries(policy.protocols).find(([name]) => name === version)?.[1];
    expect(short?.answer, `${where}: ${version}`).toBe(answer);
  }
  expect(policy.verdict, where).toBe(full.verdict);
  if (second === undefined) return;
  // sslscan names no suites of SSL 3.0.
  const found = listFound(full).filter((line) => !line.startsWith("SSL"));
  // If a server selects suites that it cannot use for lack of a group, sslscan stops at the first
  // failure; the evaluator and gnutls-cli show that there is more.
  if (/GROUP-|SIGN-|NO_EXTENSIONS/.test(where)) {
    expect(
      second.filter((line) => !found.includes(line)),
      where,
    ).toEqual([]);
  } else expect(second, where).toEqual(found);
}

const program = compileStpd();

test.skipIf(!live || program === undefined)(
  "finds what libmicrohttpd accepts, which closes without an alert, on 50 strings",
  () => {
    const evaluate = createEvaluator(installedGnutls());
    const seed = Date.now();
    const random = createRandom(seed);
    const questions = Array.from({ length: 50 }, (): ProbeQuestion => ({
      server: "libmicrohttpd",
      priority: makeServerPriority(random),
      ...(program === undefined ? {} : { program }),
    }));
    let suites = 0;
    for (const [index, answer] of probeLive(questions).entries()) {
      const { priority = "" } = questions[index] ?? {};
      const where = `seed ${seed}: ${priority}`;
      const evaluation = evaluate(priority);
      const found = answer === null ? [] : listFound(answer.full);
      const isOwn = ({ id }: { readonly id: string }, version: string): boolean =>
        isOfRsa(`${version} ${id}`, evaluation);
      const [effective, possible] = [evaluation.effective, evaluation.possible].map((lists) =>
        Object.fromEntries(
          Object.entries(lists).map(([version, list]) => [
            version,
            list.filter((suite) => isOwn(suite, version)),
          ]),
        ),
      );
      compareFound(found, { ...evaluation, effective, possible } as Evaluation, where);
      suites += found.length;
      if (answer !== null && found.length > 0) compareAnswers(answer, where);
    }
    expect(suites).toBeGreaterThan(300);
  },
);

/** The stand-in has one RSA certificate, and no parameters for anonymous handshakes. */
function isOfRsa(line: string, { signatures }: Evaluation): boolean {
  const [version, id = ""] = line.split(" ");
  if (version === "TLS1.3") return signatures.some((name) => name.startsWith("RSA-PSS-RSAE-"));
  return /^((EC)?DHE-)?RSA$/.test(keyExchangeOf.get(id) ?? "");
}

test.skipIf(!live)("finds what OpenSSL's server accepts, like sslscan", () => {
  const options = [
    "-cipher ALL:@SECLEVEL=0",
    "-tls1_2",
    "-tls1_3",
    "-tls1_1 -cipher ALL:@SECLEVEL=0",
  ];
  const questions = options
    .concat("-cipher ECDHE+AESGCM -no_tls1_3", "-cipher ALL:eNULL:@SECLEVEL=0 -serverpref")
    .map((priority): ProbeQuestion => ({ server: "openssl", priority, sslscan: true }));
  for (const [index, answer] of probeLive(questions).entries()) {
    const where = questions[index]?.priority ?? "";
    expect(answer, where).not.toBeNull();
    if (answer === null) continue;
    compareAnswers(answer, where);
    expect(listFound(answer.full).length, where).toBeGreaterThan(1);
  }
});
