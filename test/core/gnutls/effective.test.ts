import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createEvaluator, type Evaluation } from "../../../src/core/gnutls/evaluate.ts";
import { createSuiteIndex, type Suite } from "../../../src/core/gnutls/suites.ts";
import * as algorithms from "../../../src/core/gnutls/algorithms.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import { createRandom, type Random } from "../../support/builders/random.ts";
import {
  keyExchanges,
  makeServerPriority,
  versions,
} from "../../support/builders/server-priority.ts";
import type { LiveAnswer, LiveQuestion } from "../../support/workers/serv-worker.ts";

const findSuites = createSuiteIndex();

/** The hello of a client that supports one suite in one version, and otherwise everything. */
function offerOf(version: string, { keyExchange, cipher, mac }: Suite): string {
  const kx = keyExchange === undefined ? [] : [`+${keyExchange}`];
  const parts = ["NONE", `+VERS-${version}`, `+${cipher}`, `+${mac}`, ...kx];
  return [...parts, "+GROUP-ALL", "+SIGN-ALL", "+CTYPE-ALL"].join(":");
}

const sample = <Item>(random: Random, items: readonly Item[], count: number): readonly Item[] =>
  items
    .map((item) => ({ item, order: random.next() }))
    .toSorted((left, right) => left.order - right.order)
    .slice(0, count)
    .map(({ item }) => item);

/** Offers of suites that the string should accept, and of some that it should not. */
function makeOffers(random: Random, { effective }: Evaluation) {
  const all = [...new Set<string | undefined>([undefined, ...keyExchanges])].flatMap((name) =>
    [...findSuites(name).values()].flat(),
  );
  const testable = all.filter(({ cipher }) => algorithms.ciphers.includes(cipher));
  return versions.flatMap((version) => {
    const accepted = (effective[version] ?? []).filter(
      ({ keyExchange }) => keyExchange === undefined || keyExchanges.includes(keyExchange),
    );
    const names = new Set(accepted.map(({ name }) => name));
    const fits = (suite: Suite): boolean =>
      (version === "TLS1.3") === (suite.keyExchange === undefined) &&
      suite.minTls <= Number(version.slice(3)) &&
      !names.has(suite.name);
    const others = sample(random, testable.filter(fits), 4);
    return [
      ...sample(random, accepted, 8).map((suite) => ({
        offer: offerOf(version, suite),
        accepted: true,
      })),
      ...others.map((suite) => ({ offer: offerOf(version, suite), accepted: false })),
    ];
  });
}

const live = hasPeer("gnutls-serv", "--version") && hasPeer("unshare", "-n", "true");

test.skipIf(!live)(
  "the effective suites are those that a live gnutls-serv accepts, on 100 strings",
  () => {
    const { stdout: printed } = spawnSync("gnutls-cli", ["--version"], { encoding: "utf8" });
    const evaluate = createEvaluator(/ (\d+\.\d+\.\d+)/.exec(printed)?.[1] as "3.7.9");
    const seed = Date.now();
    const random = createRandom(seed);
    const cases = Array.from({ length: 100 }, () => {
      const priority = makeServerPriority(random);
      const evaluation = evaluate(priority);
      return { priority, offers: makeOffers(random, evaluation) };
    });
    const questions: readonly LiveQuestion[] = cases.map(({ priority, offers }) => ({
      priority,
      offers: offers.map(({ offer }) => offer),
    }));
    const worker = fileURLToPath(new URL("../../support/workers/serv-worker.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync("unshare", ["-n", process.execPath, worker], {
      input: JSON.stringify(questions),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(status, stderr).toBe(0);
    const answers: readonly LiveAnswer[] = JSON.parse(stdout);
    let handshakes = 0;
    for (const [index, { priority, offers }] of cases.entries()) {
      const answer = answers[index] ?? null;
      const where = `seed ${seed}: ${priority}`;
      handshakes += answer?.length ?? 0;
      const expected = offers.filter(({ accepted }) => accepted).map(({ offer }) => offer);
      // Some servers start without any usable suite, and die at the first connection.
      expect(answer ?? [], where).toEqual(expected);
    }
    expect(handshakes).toBeGreaterThan(300);
  },
);

test.each([
  ["NORMAL", 4, 25],
  ["NORMAL:-GROUP-ALL", undefined, 6],
  ["NORMAL:-GROUP-EC-ALL", 4, 13],
  ["NORMAL:-SIGN-ALL:+SIGN-RSA-SHA256", 0, 18],
  ["NORMAL:-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256", 4, 6],
  ["NORMAL:-SIGN-ALL:+SIGN-ECDSA-SHA256", 0, 13],
])("%s has %s suites in TLS 1.3 and %s in TLS 1.2, as measured", (priority, tls13, tls12) => {
  const { effective, possible } = createEvaluator("3.7.9")(priority);
  expect([effective["TLS1.3"]?.length, effective["TLS1.2"]?.length]).toEqual([tls13, tls12]);
  for (const [version, suites] of Object.entries(effective)) {
    expect(suites.filter((suite) => !possible[version]?.includes(suite))).toEqual([]);
  }
});
