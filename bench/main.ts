import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEvaluator } from "../src/core/gnutls/evaluate.ts";
import { vendorPriority } from "../src/core/gnutls/verdict.ts";
import { parseIni, printIni } from "../src/core/formats/ini/document.ts";
import { makePriority } from "../test/support/builders/priority-strings.ts";
import { distFile, findDeno } from "../test/support/harness/programs.ts";
import type { LoadResult } from "./bot-load.bench.ts";
import { noteRegressions } from "./notice.ts";
import { raceProbes } from "./probe.ts";
import { createRandom } from "../test/support/builders/random.ts";

/**
 * Ratios, each measured in one run that alternates between ours and the peer, so that a busy
 * machine affects both. A missed goal is not a failure.
 */
interface Row {
  readonly what: string;
  readonly against: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number;
  readonly goal: string;
}

const folder = mkdtempSync(join(tmpdir(), "bench-"));
const rows: Row[] = [];

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * Milliseconds of CPU, user and system, which vary less on a busy machine than the time on a clock.
 * Only bash says them without another program, in milliseconds.
 */
function timeOf(program: string, args: readonly string[]): number {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null 2>&1';
  const { stderr } = spawnSync("bash", ["-c", script, "bash", program, ...args], {
    encoding: "utf8",
  });
  const [user = NaN, system = NaN] = stderr.trim().split(" ").map(Number);
  return (user + system) * 1000;
}

/** Without this, a program that fails early would look fast. */
function tryOnce(command: Command): void {
  tryOnceWith(command, {});
}

function tryOnceWith([program, args]: Command, more: Readonly<Record<string, string>>): void {
  const env = { ...process.env, ...more };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${program} failed: ${stderr || stdout}`);
}

type Command = readonly [program: string, args: readonly string[]];

/** Medians of whole processes in milliseconds of CPU; the programs run alternately. */
function race(rounds: number, ours: Command, peer: Command): { ours: number; peer: number } {
  tryOnce(ours);
  tryOnce(peer);
  return raceAny(rounds, ours, peer);
}

/** Like race(), for commands that exit with 1 because they found something. */
function raceAny(rounds: number, ours: Command, peer: Command): { ours: number; peer: number } {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    times.peer.push(timeOf(...peer));
    times.ours.push(timeOf(...ours));
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function addRace(
  what: string,
  against: string,
  goal: string,
  { ours, peer }: { ours: number; peer: number },
): void {
  const [shownOurs, shownPeer] = [showTime(ours), showTime(peer)];
  rows.push({ what, against, goal, ours: shownOurs, peer: shownPeer, ratio: ours / peer });
}

function showTime(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : 1)} ms`;
}

function writeHost(path: string, index: number): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "stpd.ini"),
    `# host ${index}\n[STPD_Server]\n# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n\n[STPD_Thread]\nKEEP_ALIVE=TRUE\n`,
  );
}

const bareScript = `
import { readdirSync, readFileSync } from "node:fs";
let bytes = 0;
const walk = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder + "/" + entry.name;
    if (entry.isDirectory()) walk(path);
    else if (entry.name === "stpd.ini") bytes += readFileSync(path, "latin1").length;
  }
};
walk(process.argv[2]);
console.log(bytes);
`;

function benchStart(): void {
  const one = join(folder, "one");
  writeHost(one, 1);
  const node = race(
    31,
    [process.execPath, [distFile, "check", one]],
    [process.execPath, ["-e", "0"]],
  );
  addRace("check of one file, Node", "node -e 0", "1.9", node);
  const deno = findDeno();
  const args = ["run", "--no-prompt", "--allow-read", distFile, "check", one];
  addRace(
    "check of one file, Deno",
    "deno eval 0",
    "2.2",
    race(31, [deno, args], [deno, ["eval", "0"]]),
  );
}

/** Two thirds of the hosts have two findings; or all differ in ports, priority string and a key. */
function writeOpenHost(path: string, index: number, areEqual: boolean): void {
  mkdirSync(path, { recursive: true });
  const port = areEqual ? 11_000 : 20_000 + index;
  const mark = index % 3 === 0 ? "# " : "";
  const start = ["NORMAL", "SECURE128", "SECURE192", "PFS"][index % 4] ?? "NORMAL";
  const own = `${start}:-VERS-ALL:+VERS-TLS1.2${index % 2 ? ":+VERS-TLS1.3" : ""}${index % 7 ? ":-RSA" : ""}`;
  const priority = areEqual ? vendorPriority : own;
  const more = areEqual ? "" : `MAX=${index * 7919}\n`;
  writeFileSync(
    join(path, "stpd.ini"),
    `# host ${index}\n[STPD_Server]\n${mark}STPD_PORT=${port + 1}\n${mark}STPD_HTTP_PORT=${port}\nSTPD_HTTPS_PORT=${port + 2}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n\n[STPD_Thread]\nKEEP_ALIVE=TRUE\n${more}`,
  );
}

/** Fleets with findings, against a script that lists and reads their files. */
function benchFindings(script: string): void {
  const [open, differing] = [join(folder, "open"), join(folder, "differing")];
  for (let index = 0; index < 10_000; index++) {
    writeOpenHost(join(open, "hosts", `h${index}`), index, true);
    writeOpenHost(join(differing, "hosts", `h${index}`), index, false);
  }
  const page = `html=${join(folder, "page.html")}`;
  const rowsOf: readonly (readonly [string, string, readonly string[]])[] = [
    ["check of 10,000 hosts with findings, JSON", "2.0", ["check", open, "--format", "json"]],
    ["the same, text", "2.8", ["check", open]],
    ["the same, Markdown", "2.8", ["check", open, "--format", "markdown"]],
    ["the same, HTML page", "-", ["check", open, "--output", page]],
    ["fix --diff of them", "-", ["fix", open, "--diff"]],
    ["check of 10,000 hosts that all differ", "9", ["check", differing, "--format", "json"]],
  ];
  for (const [what, goal, args] of rowsOf) {
    const fleet = args[1] ?? "";
    const times = raceAny(3, nodeRuns(distFile, ...args), nodeRuns(script, fleet));
    addRace(what, "a script that lists and reads them", goal, times);
  }
  benchReaders(open);
}

/** Programs that read one key of the same 10,000 files, where we check all of each. */
function benchReaders(fleet: string): void {
  const ini = join(folder, "ini.mjs");
  const npmIni = fileURLToPath(new URL("../node_modules/ini/lib/ini.js", import.meta.url));
  const read = bareScript.replace(
    'bytes += readFileSync(path, "latin1").length',
    'bytes += parse(readFileSync(path, "latin1")).STPD_Server.STPD_HTTPS_PORT.length',
  );
  writeFileSync(
    ini,
    `import module from ${JSON.stringify(npmIni)};\nconst { parse } = module;\n${read}`,
  );
  const python = join(folder, "read.py");
  writeFileSync(
    python,
    "import configparser, glob, sys\nfor path in glob.glob(sys.argv[1] + '/hosts/*/stpd.ini'):\n    parser = configparser.ConfigParser(interpolation=None)\n    parser.read(path)\n    parser.get('STPD_Server', 'STPD_HTTPS_PORT')\n",
  );
  const ours = nodeRuns(distFile, "check", fleet, "--format", "json");
  const peers: readonly (readonly [string, Command])[] = [
    ["grep", ["grep", ["-r", "^STPD_HTTPS_PORT", fleet]]],
    ["npm's ini", nodeRuns(ini, fleet)],
    ["Python's configparser", ["python3", [python, fleet]]],
  ];
  for (const [name, peer] of peers) {
    if (spawnSync(peer[0], ["--version"]).status !== 0) continue;
    const times = raceAny(3, ours, peer);
    addRace(`the same hosts and ${name}, which reads one key`, name, "-", times);
  }
}

/** One file, which is linear if four times as much takes at most four times as long. */
function benchLongFile(): void {
  const paths = [1_000_000, 250_000].map((size) => {
    const path = join(folder, `long-${size}`);
    mkdirSync(path);
    let text = "[STPD_Server]\nSTPD_HTTPS_PORT=11443\n";
    for (let index = 0; text.length < size - 20; index++) text += `KEY${index}=${index}\n`;
    writeFileSync(join(path, "stpd.ini"), text);
    return path;
  });
  const [large = "", small = ""] = paths;
  const times = raceAny(5, nodeRuns(distFile, "check", large), nodeRuns(distFile, "check", small));
  addRace("check of one file with 1 MB of unknown keys", "250 kB", "about 4", times);
}

function nodeRuns(...args: readonly string[]): Command {
  return [process.execPath, args];
}

function benchFleet(): void {
  const fleet = join(folder, "fleet");
  for (let index = 0; index < 10_000; index++) writeHost(join(fleet, "hosts", `h${index}`), index);
  const script = join(folder, "bare.mjs");
  writeFileSync(script, bareScript);
  const times = race(
    5,
    [process.execPath, [distFile, "check", fleet]],
    [process.execPath, [script, fleet]],
  );
  addRace("check of 10,000 hosts", "a script that lists and reads them", "2.0", times);
  const { stderr } = spawnSync(
    "/usr/bin/time",
    ["-f", "%M", process.execPath, distFile, "check", fleet],
    {
      encoding: "utf8",
    },
  );
  const peak = Number(stderr?.trim().split("\n").at(-1)) / 1024;
  if (peak > 0) {
    rows.push({
      what: "peak memory of that",
      against: "the goal",
      ours: `${peak.toFixed(0)} MiB`,
      peer: "150 MB",
      ratio: (peak * 1.048576) / 150,
      goal: "1.00",
    });
  }
  benchFindings(script);
}

/** How much longer a fleet 100 times as large takes: about 100 for linear growth. */
function benchGrowth(): void {
  const sizes = [1000, 100_000];
  const times = sizes.map((size) => {
    const fleet = join(folder, `growth-${size}`);
    for (let index = 0; index < size; index++) {
      writeHost(join(fleet, "hosts", String(index % 1000), `h${index}`), index);
    }
    const runs = [1, 2, 3].map(() => timeOf(process.execPath, [distFile, "check", fleet]));
    rmSync(fleet, { recursive: true });
    return median(runs);
  });
  addRace("check of 100,000 hosts", "of 1,000 hosts", "below 100", {
    ours: times[1] ?? 0,
    peer: times[0] ?? 0,
  });
}

/** One key of the same files: the peer sets the key, we check the whole file. */
function benchPeers(): void {
  const names = Array.from({ length: 20 }, (_, index) => `h${index}`);
  const fleet = join(folder, "peers");
  for (const [index, name] of names.entries()) writeHost(join(fleet, name), index);
  const ours: Command = [process.execPath, [distFile, "check", fleet]];
  const what = `check of ${names.length} hosts`;
  if (spawnSync("crudini", ["--version"]).status === 0) {
    const script = names.map(
      (name) => `crudini --set '${fleet}/${name}/stpd.ini' STPD_Server STPD_HTTPS_PORT 11443`,
    );
    const peer: Command = ["sh", ["-ec", script.join("\n")]];
    addRace(what, "crudini setting one key of each", "-", race(5, ours, peer));
  }
  if (spawnSync("ansible", ["--version"]).status === 0) {
    const line = `path=${fleet}/{{inventory_hostname}}/stpd.ini regexp=^STPD_HTTPS_PORT= line=STPD_HTTPS_PORT=11443`;
    const peer: Command = [
      "ansible",
      ["all", "-i", `${names.join(",")},`, "-c", "local", "-m", "lineinfile", "-a", line],
    ];
    addRace(what, "ansible setting one key of each", "-", race(3, ours, peer));
  }
}

function benchEvaluator(): void {
  const random = createRandom(7);
  const strings = new Set<string>();
  while (strings.size < 60_000) strings.add(makePriority(random));
  const evaluate = createEvaluator("3.7.9");
  const list = [...strings];
  for (const priority of list.slice(0, 5000)) evaluate(priority);
  const start = performance.now();
  for (const priority of list) evaluate(priority);
  const ours = (performance.now() - start) / list.length;
  const rate = `${Math.round(1000 / ours).toLocaleString("en")} strings/s`;
  if (spawnSync("gnutls-cli", ["--version"]).status !== 0) {
    rows.push({
      what: "evaluator",
      against: "(no gnutls-cli here)",
      ours: rate,
      peer: "-",
      ratio: NaN,
      goal: "20,000/s",
    });
    return;
  }
  const peers = list
    .slice(0, 50)
    .map((priority) => timeOf("gnutls-cli", ["--list", `--priority=${priority}`]));
  addRace(`evaluator (${rate}; goal 20,000)`, "one gnutls-cli start a string", "-", {
    ours,
    peer: median(peers),
  });
}

/** Linear time gives a ratio of about 4. */
function benchHostile(): void {
  for (const piece of ["[", '"', "=", " ", "\r", "\n"]) {
    const timed = (length: number): number => {
      const text = piece.repeat(length);
      const start = performance.now();
      printIni(parseIni(text));
      return performance.now() - start;
    };
    const [large, small] = [1_000_000, 250_000].map((size) =>
      median([1, 2, 3, 4, 5].map(() => timed(size))),
    );
    addRace(`parse of 1 MB of ${JSON.stringify(piece)}`, "of 250 kB", "about 4", {
      ours: large ?? 0,
      peer: small ?? 0,
    });
  }
}

/** Time to acknowledge commands, compared with a server that does nothing else. */
function benchBot(): void {
  const result = join(folder, "load.json");
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const config = fileURLToPath(new URL("vitest.config.ts", import.meta.url));
  tryOnceWith([process.execPath, [vitest, "run", "--config", config]], { LOAD_RESULT: result });
  const { ours, peer } = JSON.parse(readFileSync(result, "utf8")) as {
    readonly ours: LoadResult;
    readonly peer: LoadResult;
  };
  const [early, late] = ours.memory;
  const what = `bot: acknowledgement, p99 of ${ours.sent} commands (${ours.errors} errors; ${Math.round(early)} MiB, then ${Math.round(late)})`;
  addRace(what, "a bare HTTP server's p99", "p99 below 100 ms", { ours: ours.p99, peer: peer.p99 });
}

try {
  benchStart();
  benchFleet();
  benchLongFile();
  benchGrowth();
  benchPeers();
  benchEvaluator();
  benchHostile();
  for (const { what, against, goal, ours, peer } of raceProbes()) {
    addRace(what, against, goal, { ours, peer });
  }
  benchBot();
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpu?.model ?? "unknown processor"}\n`);
  console.log("| ratio | goal | what | against | ours | peer |");
  console.log("| ---: | ---: | --- | --- | ---: | ---: |");
  for (const { ratio, goal, what, against, ours, peer } of rows) {
    const shown = Number.isNaN(ratio) ? "-" : ratio < 0.1 ? ratio.toFixed(4) : ratio.toFixed(2);
    console.log(`| ${shown} | ${goal} | ${what} | ${against} | ${ours} | ${peer} |`);
  }
  if (process.argv.includes("--notice")) noteRegressions(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
