import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dist, runDist } from "./program.ts";

/**
 * Installs the program below a root directory; returns how, for people. `host install` needs root,
 * and a Node that only root can change, as a real host should have. Without root, the demo writes
 * the same files itself.
 */
export async function install(root: string): Promise<string> {
  // On a real host, sudoers lets this account call the program; the demo calls it directly.
  const runner = ["--runner-user", "nobody"];
  const { status, stderr } = await runDist(["host", "install", "--root", root, ...runner]);
  if (status === 0) return "host install put the program on the hosts.";
  layOut(root);
  const isRoot = process.geteuid?.() === 0;
  const reason = isRoot ? `trust in this Node (${stderr.split("\n")[0]})` : "root";
  return `The demo put the program on the hosts itself, since host install refuses without ${reason}.`;
}

function layOut(root: string): void {
  const library = join(root, "usr/local/lib/sesam-harden");
  const [pins, state] = [join(root, "etc/sesam-harden"), join(root, "var/lib/sesam-harden")];
  for (const place of [library, pins]) mkdirSync(place, { recursive: true, mode: 0o755 });
  mkdirSync(state, { recursive: true, mode: 0o700 });
  copyFileSync(dist, join(library, "index.js"));
  chmodSync(join(library, "index.js"), 0o755);
  const installation = JSON.stringify({ schemaVersion: 1, pins, state });
  writeFileSync(join(library, "installation.json"), `${installation}\n`, { mode: 0o644 });
  writeFileSync(join(library, "package.json"), '{ "type": "module" }\n', { mode: 0o644 });
}
