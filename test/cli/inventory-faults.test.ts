import type { ServerResponse } from "node:http";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeAuthority, makeCertificate } from "../support/builders/certificates.ts";
import { prepareInventory } from "../support/harness/inventory-run.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { startDeno, startNode } from "../support/harness/programs.ts";
import { backupLists, skipRest } from "../support/fakes/sesam/sesam-lists.ts";
import {
  password,
  refuse,
  reply,
  startSesam,
  user,
} from "../support/fakes/sesam/sesam-stand-in.ts";

interface Fault {
  readonly name: string;
  /** Path of the fault; by default the tasks, in the middle of the run. */
  readonly at?: string;
  readonly answer: (response: ServerResponse) => void;
  readonly args?: readonly string[];
  readonly says: RegExp;
  /** Requests after the fault. */
  readonly after: readonly string[];
}

const goesOn = ["POST /backupevents/find", "GET /auth/logout"];
const stops = ["GET /auth/logout"];
const asked = { route: "", query: new URLSearchParams(), session: "", body: "", raw: "" };
const status = (code: number) => (response: ServerResponse) => refuse(response, code, asked);

/** Sends endless data, and stops when the reader has gone. */
function flood(response: ServerResponse): void {
  const write = (): void => {
    while (!response.destroyed && response.write("x".repeat(65_536)));
  };
  response.on("drain", write);
  write();
}

const faults: readonly Fault[] = [
  { name: "401", answer: status(401), says: /session has ended \(401\)/, after: stops },
  { name: "403", answer: status(403), says: /may not read this \(403\)/, after: goesOn },
  { name: "404", answer: status(404), says: /does not have this path \(404\)/, after: goesOn },
  { name: "405", answer: status(405), says: /does not have this path \(405\)/, after: goesOn },
  { name: "500", answer: status(500), says: /responded with 500/, after: goesOn },
  { name: "503", answer: status(503), says: /responded with 503/, after: goesOn },
  {
    name: "a body that is shorter than declared",
    answer: (response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 100 });
      response.write('[{"name":"a"}', () => response.socket?.end());
    },
    says: /closed before the answer was complete/,
    after: stops,
  },
  {
    name: "a chunked body that ends early where the JSON is complete",
    answer: (response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.write("[]", () => response.socket?.end());
    },
    says: /closed before the answer was complete/,
    after: stops,
  },
  { name: "an endless body", answer: flood, says: /larger than 32 MiB/, after: stops },
  {
    name: "no answer",
    answer: () => {},
    args: ["--timeout", "3"],
    says: /no complete answer within 3 s/,
    after: stops,
  },
  {
    name: "a body that arrives byte by byte",
    answer: (response) => {
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    },
    args: ["--timeout", "3"],
    says: /no complete answer within 3 s/,
    after: stops,
  },
  {
    name: "a reset",
    answer: (response) => void response.socket?.destroy(),
    says: /closed before the answer was complete/,
    after: stops,
  },
  {
    name: "invalid JSON",
    answer: (response) => {
      response.setHeader("Content-Type", "application/json");
      response.end('[{"name":');
    },
    says: /the response is not JSON/,
    after: goesOn,
  },
  {
    name: "bytes that are not UTF-8",
    answer: (response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    },
    says: /the response is not JSON in UTF-8/,
    after: goesOn,
  },
  {
    name: "an HTML page",
    answer: (response) => {
      response.setHeader("Content-Type", "text/html");
      response.end("<p>Sign in</p>");
    },
    says: /media type text\/html \(expected application\/json\)/,
    after: goesOn,
  },
  {
    name: "an empty list of tasks",
    answer: (response) => reply(response, 200, []),
    says: /the Server lists none/,
    after: goesOn,
  },
  {
    name: "a refused login",
    at: "POST /auth/login",
    answer: (response) => reply(response, 401, { parameter: { secret: password } }),
    says: /login was refused \(401\)\nIt was not retried, because accounts get locked/,
    after: [],
  },
  {
    name: "a login without a session",
    at: "POST /auth/login",
    answer: (response) => reply(response, 200, { secret: password }),
    says: /has no session id/,
    after: [],
  },
];

describe.skipIf(!hasPeer("openssl", "version")).each(["node", "deno"] as const)("%s", (runtime) => {
  test.each(faults)(
    "$name",
    async ({ at = "POST /backups/findTasks", answer, says, after, args = [] }) => {
      const { sesam, folder, ...run } = await prepareInventory({
        lists: backupLists,
        fault: ({ route }, response) => {
          if (route === at) answer(response);
          return route === at;
        },
      });
      writeFileSync(join(folder, "interfaces.json"), "old");
      const out = ["--out", "interfaces.json"];
      const { status: code, stdout, stderr } = await run[runtime](...skipRest, ...out, ...args);
      expect([code, stdout]).toEqual([4, ""]);
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/internal error|^ {4}at /m);
      expect(stderr).not.toContain(password);
      const routes = sesam.routes();
      expect(routes.slice(routes.indexOf(at) + 1)).toEqual(after);
      expect(routes.filter((route) => route === "POST /auth/login").length).toBe(1);
      expect([...sesam.open]).toEqual([]);
      expect(readFileSync(join(folder, "interfaces.json"), "utf8")).toBe("old");
      expect(readdirSync(folder).toSorted()).toEqual(["ca.pem", "interfaces.json", "password"]);
    },
  );

  test("follows no redirect, neither with the password nor with the session", async () => {
    const other = await prepareInventory({ lists: backupLists });
    for (const at of ["POST /auth/login", "GET /clients"]) {
      const { sesam, ...run } = await prepareInventory({
        lists: backupLists,
        fault: ({ route }, response) => {
          const Location = `${other.sesam.url}/sep/api/v2${route.split(" ")[1]}`;
          if (route === at) response.writeHead(307, { Location }).end();
          return route === at;
        },
      });
      expect((await run[runtime](...skipRest)).status).toBe(4);
      expect(sesam.routes()).toContain(at);
    }
    expect(other.sesam.asked).toEqual([]);
  });

  test("reports a session that could not be ended", async () => {
    const run = await prepareInventory({
      lists: backupLists,
      fault: ({ route }, response) => {
        if (route === "GET /auth/logout") refuse(response, 500, asked);
        return route === "GET /auth/logout";
      },
    });
    const { status: code, stderr } = await run[runtime](...skipRest);
    expect([code, stderr.includes("note: the session could not be ended (500)\n")]).toEqual([
      0,
      true,
    ]);
  });

  test("sends no password if the certificate is not verified", async () => {
    const authority = makeAuthority();
    const names = "DNS:localhost,IP:127.0.0.1";
    const rows = [
      [makeCertificate(names, makeAuthority()), /cannot be verified/],
      [makeCertificate(names), /cannot be verified/],
      [makeCertificate("DNS:other.example", authority), /for another name/],
    ] as const;
    for (const [certificate, says] of rows) {
      const sesam = await startSesam({ certificate, login: "object", lists: backupLists });
      const { folder } = await prepareInventory({ lists: {} });
      writeFileSync(join(folder, "ca.pem"), authority.cert);
      const args = ["inventory", "--url", sesam.url, "--user", user, "--ca-file", "ca.pem"];
      args.push("--password-file", "password");
      // Node's switches to disable verification must have no effect.
      const options = { cwd: folder, env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } };
      const { status: code, stderr } = await (runtime === "node"
        ? startNode(args, options)
        : startDeno(["--allow-net", "--allow-read", "--allow-env"], args, options));
      expect(code).toBe(4);
      expect(stderr).toMatch(says);
      expect(sesam.asked).toEqual([]);
    }
  });

  test("trusts a self-signed certificate that is named", async () => {
    const certificate = makeCertificate("DNS:localhost");
    const { folder, ...run } = await prepareInventory({ lists: backupLists, certificate });
    writeFileSync(join(folder, "ca.pem"), certificate.cert);
    expect((await run[runtime](...skipRest)).status).toBe(0);
  });

  test("distinguishes a port without TLS from a certificate problem", async () => {
    const plain = createServer((socket) =>
      socket.on("error", () => {}).end("HTTP/1.1 400 no\r\n\r\n"),
    );
    await new Promise<void>((resolve) => void plain.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void plain.close());
    const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const { folder } = await prepareInventory({ lists: {} });
    const args = ["inventory", "--url", url, "--user", user, "--password-file", "password"];
    const { status: code, stderr } = await (runtime === "node"
      ? startNode(args, { cwd: folder })
      : startDeno(["--allow-net", "--allow-read"], args, { cwd: folder }));
    expect(code).toBe(4);
    expect(stderr).toContain("the TLS handshake failed: check that this is the HTTPS port");
  });

  test("without --ca-file the test CA is unknown", async () => {
    const { sesam, folder } = await prepareInventory({ lists: backupLists });
    const args = ["inventory", "--url", sesam.url, "--user", user, "--password-file", "password"];
    const { status: code, stderr } = await (runtime === "node"
      ? startNode(args, { cwd: folder })
      : startDeno(["--allow-net", "--allow-read"], args, { cwd: folder }));
    expect(code).toBe(4);
    expect(stderr).toContain("pass the certificate of your own CA with --ca-file");
    expect(sesam.asked).toEqual([]);
  });
});
