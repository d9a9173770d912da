import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { commonClients } from "../../src/core/gnutls/clients.ts";
import { createEvaluator, type Evaluation } from "../../src/core/gnutls/evaluate.ts";
import { judgeEvaluation, recommend, type PriorityVerdict } from "../../src/core/gnutls/verdict.ts";
import { seeHello } from "../support/builders/client-hello.ts";
import type { ClientAnswer, ClientQuestion, ServerKey } from "../support/workers/client-worker.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { createRandom, type Random } from "../support/builders/random.ts";
import { makeServerPriority } from "../support/builders/server-priority.ts";
import { compileStpd } from "../support/fakes/host/stand-in-stpd.ts";

const programs = { openssl: "OpenSSL 3.0", gnutls: "GnuTLS 3.7" } as const;
const hasClients =
  hasPeer("gnutls-serv", "--version") &&
  hasPeer("gnutls-cli", "--version") &&
  hasPeer("openssl", "version");

const versionNames = { "0304": "TLS1.3", "0303": "TLS1.2", "0302": "TLS1.1", "0301": "TLS1.0" };
const groupNames = {
  "0017": "SECP256R1",
  "0018": "SECP384R1",
  "0019": "SECP521R1",
  "001d": "X25519",
  "001e": "X448",
  "0100": "FFDHE2048",
  "0101": "FFDHE3072",
  "0102": "FFDHE4096",
  "0103": "FFDHE6144",
  "0104": "FFDHE8192",
};
/**
 * Signatures of an RSA or EC key; GnuTLS has two names for one number, depending on the version.
 */
const signatureNames = {
  "0201": "RSA-SHA1",
  "0203": "ECDSA-SHA1",
  "0401": "RSA-SHA256",
  "0501": "RSA-SHA384",
  "0601": "RSA-SHA512",
  "0804": "RSA-PSS-RSAE-SHA256",
  "0805": "RSA-PSS-RSAE-SHA384",
  "0806": "RSA-PSS-RSAE-SHA512",
  "0403": "ECDSA-SHA256 ECDSA-SECP256R1-SHA256",
  "0503": "ECDSA-SHA384 ECDSA-SECP384R1-SHA384",
  "0603": "ECDSA-SHA512 ECDSA-SECP521R1-SHA512",
};

test.skipIf(!hasClients).each([
  [programs.openssl, "openssl", ["s_client", "-connect", "127.0.0.1:PORT"]],
  [programs.gnutls, "gnutls-cli", ["--insecure", "--port=PORT", "127.0.0.1"]],
] as const)("the table contains what %s offers", async (name, program, args) => {
  const client = commonClients.find((candidate) => candidate.name === name);
  const hello = await seeHello(program, args);
  const sorted = (words: readonly string[] = []): readonly string[] => [...words].toSorted();
  // The signalling value of RFC 5746 is not a suite.
  expect(sorted(hello.suites.filter((suite) => suite !== "00ff"))).toEqual(sorted(client?.suites));
  const named = (numbers: readonly string[], names: Readonly<Record<string, string>>) =>
    numbers.flatMap((number) => names[number]?.split(" ") ?? []);
  expect(named(hello.versions, versionNames)).toEqual(client?.versions);
  expect(sorted(named(hello.groups, groupNames))).toEqual(sorted(client?.groups));
  expect(sorted(named(hello.signatures, signatureNames))).toEqual(sorted(client?.signatures));
  expect(hello.extensions.includes("0016")).toBe(client?.encryptThenMac ?? false);
});

/** Omitted by the generator of the other live test, since it only represents one EC key. */
const more = [
  "-SIGN-ALL:+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-RSA-PSS-RSAE-SHA512",
  "-SIGN-ALL:+SIGN-RSA-SHA512:+SIGN-ECDSA-SHA512",
  "-SIGN-ALL:+SIGN-RSA-PSS-SHA256",
  "-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384",
  "-GROUP-ALL:+GROUP-X448",
  "-GROUP-ALL:+GROUP-FFDHE3072",
  "-GROUP-ALL:+GROUP-SECP192R1",
  "-CIPHER-ALL:+AES-128-CCM-8",
  "-CIPHER-ALL:+CAMELLIA-128-GCM",
  "-CIPHER-ALL:+CHACHA20-POLY1305",
  "-VERS-TLS1.3",
  "-VERS-TLS1.3:-KX-ALL:+ECDHE-ECDSA",
  "-VERS-TLS1.3:-KX-ALL:+ECDHE-RSA:+DHE-RSA",
  "+PSK:-GROUP-ALL",
  "%FORCE_ETM:-AEAD",
  "%DISABLE_SAFE_RENEGOTIATION",
  "%PROFILE_FUTURE",
  "%COMPAT",
  "-CTYPE-ALL",
];

/** TLS 1.3 without a suite, a signature or a group, while TLS 1.2 has them. */
const trapped = [
  "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-CIPHER-ALL:+AES-256-CBC",
  "NORMAL:-AEAD",
  "NORMAL:-SIGN-ALL:+SIGN-RSA-SHA256",
  "NORMAL:-SIGN-ALL:+SIGN-ECDSA-SHA256",
  "NORMAL:-GROUP-ALL:+GROUP-SECP192R1",
  "NORMAL:+PSK:-GROUP-ALL",
];

test.each(trapped)("%s locks every client out, although TLS 1.2 has suites", (priority) => {
  const [{ effective }, { shutOut }] = judge(priority);
  expect(effective["TLS1.2"]).not.toEqual([]);
  expect(shutOut.length).toBe(2 * commonClients.length);
  expect(shutOut.every(({ version }) => version === "TLS1.3")).toBe(true);
});

function makePriority(random: Random): string {
  if (random.chance(0.1)) return random.pick(["SUITEB128", "SUITEB192", "SECURE256", "PFS"]);
  const priority = makeServerPriority(random);
  return random.chance(0.6) ? `${priority}:${random.pick(more)}` : priority;
}

const worker = fileURLToPath(new URL("../support/workers/client-worker.ts", import.meta.url));

async function connect(questions: readonly ClientQuestion[]): Promise<readonly ClientAnswer[]> {
  const input = JSON.stringify(questions);
  const { status, stdout, stderr } = await runInNamespace(worker, { input });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const keys: readonly ServerKey[] = ["rsa", "p256", "p384"];
const program = compileStpd();

/** Every string with each key, behind gnutls-serv and, for some, behind libmicrohttpd. */
function makeQuestions(strings: readonly string[]): readonly ClientQuestion[] {
  return strings.flatMap((priority, index) =>
    keys.map((key) => ({ priority, key, program: index % 2 === 0 ? program : undefined })),
  );
}

const { stdout: printed } = spawnSync("gnutls-cli", ["--version"], { encoding: "utf8" });
const evaluate = createEvaluator(/ (\d+\.\d+\.\d+)/.exec(printed)?.[1] as "3.7.9");
const judge = (priority: string): [Evaluation, PriorityVerdict] => {
  const evaluation = evaluate(priority);
  return [evaluation, judgeEvaluation(evaluation)];
};

const live = hasClients && canIsolate() && program !== undefined;

test.skipIf(!live)("clients connect exactly if the verdict says so, on 110 strings", async () => {
  const seed = Date.now();
  const random = createRandom(seed);
  const strings = ["vendor" as const, "strict" as const].map(recommend);
  strings.push(...trapped);
  while (strings.length < 110) {
    const priority = makePriority(random);
    if (evaluate(priority).ok) strings.push(priority);
  }
  const questions = makeQuestions(strings);
  const answers = await connect(questions);
  const seen = { in: 0, out: 0 };
  for (const priority of strings) {
    const [, { shutOut }] = judge(priority);
    for (const [peer, name] of Object.entries(programs) as [keyof typeof programs, string][]) {
      for (const kind of ["rsa", "ec"] as const) {
        const where = `seed ${seed}: ${priority} with ${kind}, ${name}`;
        const found = shutOut.find(({ client, key }) => client === name && key === kind);
        // Older versions may be left, which do not count as a way in.
        if (found !== undefined && found.version === undefined) continue;
        const connected = questions.flatMap((question, index) =>
          question.priority === priority && (question.key === "rsa") === (kind === "rsa")
            ? [answers[index]?.[peer] ?? false]
            : [],
        );
        expect(connected.every(Boolean), where).toBe(found === undefined);
        seen[found === undefined ? "in" : "out"]++;
      }
    }
  }
  expect(seen.in).toBeGreaterThan(100);
  expect(seen.out).toBeGreaterThan(40);
});
