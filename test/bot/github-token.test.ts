import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { openGithubToken } from "../../bot/runtime/github-token.ts";
import { HardenError } from "../../src/core/base/errors.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

const github = {
  owner: "example",
  repo: "config",
  apiUrl: "https://api.example.test",
  app: { id: 12, installation: 34 },
  workflow: "a.yml",
  requiresSignatures: false,
  verifyWorkflow: "b.yml",
};

const refuse =
  (status: number, message: string, headers = {}): typeof fetch =>
  async () =>
    Response.json({ message }, { status, headers });

test.for<readonly [string, typeof fetch, string, string, string]>([
  [
    "an unreachable GitHub",
    async () => Promise.reject(new TypeError("fetch failed")),
    privateKey,
    "GitHub did not answer",
    "may connect to https://api.example.test",
  ],
  [
    "a key of another App",
    refuse(401, "A JSON web token could not be decoded"),
    privateKey,
    "could not be decoded",
    "GITHUB_APP_KEY is a key of the App 12",
  ],
  [
    "an unknown installation",
    refuse(404, "Not Found"),
    privateKey,
    "Not Found",
    "installation in bot.ini",
  ],
  ["a limit", refuse(429, "slow down"), privateKey, "too many requests", "Try it again later"],
  ["a broken key", refuse(401, ""), "no key at all", "no private key", "as it is"],
])("%s is told from a wrong key", async ([, ask, key, message, next]) => {
  const ports = { environment: { GITHUB_APP_KEY: key }, readFile: () => "" };
  const token = openGithubToken(github, ports, ask);
  if (typeof token === "string") throw new Error("a token that was given");
  const error = await token().catch((thrown: unknown) => thrown);
  if (!(error instanceof HardenError)) throw new Error("no HardenError");
  expect(error.message).toContain(message);
  expect(error.next).toContain(next);
  expect(error.message + error.next).not.toContain("eyJ");
});
