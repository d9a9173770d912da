import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openGithubToken } from "../../../bot/runtime/github-token.ts";
import { openGithubClient } from "../../../src/adapters/github/client.ts";

// Octokit's packages have undocumented behaviour: a colon in an address starts a parameter, and
// `octokit` repeats a POST after a 502. The packages that are used here must not.

interface Sent {
  readonly method: string;
  readonly url: string;
}

function open(apiUrl: string, status = 200) {
  const sent: Sent[] = [];
  const record: typeof fetch = async (url, init) => {
    sent.push({ method: init?.method ?? "GET", url: String(url) });
    return Response.json({ message: "x" }, { status });
  };
  const wait = async (): Promise<void> => {};
  const intervals = { notifyMs: 0, againMs: 0, limitedMs: 0, longestMs: 60_000 };
  const access = { apiUrl, intervals, owner: "o", repo: "r", token: "t", wait, timeoutMs: 1000 };
  const { request: ask, query } = openGithubClient({ ...access, fetch: record });
  return { sent, record, ask, query };
}

test.each([
  ["https://api.example.test", "https://api.example.test"],
  ["https://ghes.example.test:8443/api/v3/", "https://ghes.example.test:8443/api/v3"],
  ["https://[fd00::abc]:8443/api/v3", "https://[fd00::abc]:8443/api/v3"],
])("requests to %s include what follows a colon", async (apiUrl, base) => {
  const { sent, ask } = open(apiUrl);
  await ask("GET /repos/{owner}/{repo}/git/ref/{ref}", { ref: "heads/a:bc" });
  await ask("GET /repos/{owner}/{repo}/compare/{basehead}", { basehead: "o:main...fork:x y" });
  expect(sent.map(({ url }) => url)).toEqual([
    `${base}/repos/o/r/git/ref/heads%2Fa%3Abc`,
    `${base}/repos/o/r/compare/o%3Amain...fork%3Ax%20y`,
  ]);
});

test.each([
  ["https://api.github.com", "https://api.github.com/graphql"],
  ["https://api.tenant.ghe.com/", "https://api.tenant.ghe.com/graphql"],
  ["https://ghes.example.test/api/v3", "https://ghes.example.test/api/graphql"],
  ["https://ghes.example.test:8443/api/v3/", "https://ghes.example.test:8443/api/graphql"],
  ["https://[fd00::abc]:8443/api/v3", "https://[fd00::abc]:8443/api/graphql"],
])("queries to %s go to %s", async (apiUrl, url) => {
  const { sent, query, ask } = open(apiUrl);
  await query("query { repository { id } }", {});
  await ask("GET /repos/{owner}/{repo}", {});
  expect(sent[0]).toEqual({ method: "POST", url });
  expect(sent[1]?.url).toBe(`${apiUrl.replace(/\/$/, "")}/repos/o/r`);
});

test("no route has a colon, and values enter routes only as parameters", () => {
  const top = fileURLToPath(new URL("../../../", import.meta.url));
  const files = ["src/adapters", "bot"].flatMap((folder) =>
    readdirSync(top + folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => `${top}${folder}/${name}`),
  );
  const route = /(["`])(?:GET|POST|PATCH|PUT|DELETE) (\/(?:repos|orgs|app|user)\b[^"`]*)\1/g;
  const found = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(route)]);
  const routes = found.map(([, , path = ""]) => path);
  expect(routes.length).toBeGreaterThan(40);
  // The token request of the App names a request in a message.
  const named = "/app/installations/${installation}/access_tokens";
  expect(routes.filter((path) => /:|\$\{/.test(path) && path !== named)).toEqual([]);
});

test.each([502, 500, 504])("sends a write once if GitHub answers %i", async (status) => {
  const { sent, ask } = open("https://api.example.test", status);
  const made = ask("POST /repos/{owner}/{repo}/git/refs", { ref: "a", sha: "b" });
  await expect(made).rejects.toThrow("POST /repos/o/r/git/refs");
  expect(sent).toHaveLength(1);
});

test("requests a token for the App's installation once if GitHub answers 502", async () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { sent, record } = open("https://api.example.test", 502);
  const settings = {
    owner: "o",
    repo: "r",
    apiUrl: "https://api.example.test",
    app: { id: 12, installation: 34 },
    workflow: "a.yml",
    requiresSignatures: false,
    verifyWorkflow: "b.yml",
  };
  const ports = { environment: { GITHUB_APP_KEY: privateKey }, readFile: () => "" };
  const token = openGithubToken(settings, ports, record);
  if (typeof token === "string") throw new Error("a token that was given");
  await expect(token(false)).rejects.toThrow("cannot get an installation token for the App");
  expect(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    "POST /app/installations/34/access_tokens",
  ]);
});
