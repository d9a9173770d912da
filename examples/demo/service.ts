import { spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/**
 * The service manager of a stand-in host, like SEP sesam's `sm_main`. Its directory holds stpd.ini
 * in etc/, the key and certificate in keys/, and the state of the process in run/. It imports only
 * Node modules, since it is copied there: `node service.mts restart | stop`.
 */
const folder = dirname(import.meta.filename);
const path = (name: string): string => join(folder, name);
const program = path("stpd.mts");

/** The process that serves; undefined if none does. */
function findService(): number | undefined {
  try {
    const pid = Number(readFileSync(path("run/pid"), "utf8"));
    // Process IDs are reused, so check that this is the process that was started here.
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes(program) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function waitUntil(holds: () => boolean): Promise<boolean> {
  const end = performance.now() + 15_000;
  while (!holds()) {
    if (performance.now() > end) return false;
    await new Promise((done) => setTimeout(done, 5));
  }
  return true;
}

async function stop(): Promise<void> {
  const pid = findService();
  if (pid === undefined) return;
  process.kill(pid, "SIGKILL");
  await waitUntil(() => findService() === undefined);
}

function isReady(): boolean {
  return readFileSync(path("run/output"), "utf8").includes("ready");
}

/** A session of its own, so that it survives the end of the caller. */
async function start(): Promise<boolean> {
  copyFileSync(path("etc/stpd.ini"), path("run/loaded.ini"));
  const settings = readFileSync(path("run/settings"), "utf8").split(" ");
  const output = openSync(path("run/output"), "w");
  const args = [program, path("run/loaded.ini"), path("keys/own.crt"), path("keys/own.key")];
  const child = spawn(process.execPath, [...args, ...settings], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  writeFileSync(path("run/pid"), String(child.pid));
  let hasEnded = false;
  child.on("exit", () => {
    hasEnded = true;
  });
  return (await waitUntil(() => hasEnded || isReady())) && !hasEnded;
}

switch (process.argv[2]) {
  case "restart":
    await stop();
    if (!(await start())) {
      process.stderr.write(`the service did not start: ${readFileSync(path("run/output"), "utf8")}`);
      process.exitCode = 1;
    }
    break;
  case "stop":
    await stop();
    rmSync(path("run/pid"), { force: true });
    break;
  default:
    process.stderr.write("restart or stop?\n");
    process.exitCode = 2;
}
