import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { writeFleet } from "../support/builders/fleet.ts";
import { distFile, findDeno } from "../support/harness/programs.ts";

/** The CLI, with an error of an event handler while it waits for an answer. */
const script = (dist: string, how: string): string => `
  const { createServer } = await import("node:net");
  const server = createServer((socket) => void socket.on("error", () => {}));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  setTimeout(() => { ${how} }, 300);
  const { port } = server.address();
  const args = ["probe", "127.0.0.1", "--https-port", String(port)];
  if (globalThis.Deno === undefined) process.argv.splice(2, 9, ...args);
  else Object.defineProperty(Deno, "args", { value: args });
  await import(${JSON.stringify(dist)});
`;

test.each([
  ["Node", process.execPath, [], `throw new Error("boom")`],
  ["Node", process.execPath, [], `Promise.reject(new Error("boom"))`],
  ["Deno", findDeno(), ["run", "--no-prompt", "-A"], `throw new Error("boom")`],
  ["Deno", findDeno(), ["run", "--no-prompt", "-A"], `Promise.reject(new Error("boom"))`],
] as const)("an uncaught error exits with 4 under %s", (_, program, args, how) => {
  const folder = writeFleet({ "run.mjs": script(distFile, how) });
  const { status, stderr } = spawnSync(program, [...args, `${folder}/run.mjs`], {
    encoding: "utf8",
  });
  expect(stderr).toContain("internal error: boom");
  expect(status).toBe(4);
});
