import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { createNodeFiles } from "../../src/adapters/runtime/node-files.ts";
import { runCli } from "../../src/cli/main.ts";
import { resolvePath } from "../../src/core/base/paths.ts";
import type { Shell } from "../../src/shell/context.ts";
import { inventoryOf } from "../support/builders/inventory-file.ts";
import { runGit } from "../support/harness/git.ts";
import { parseCommand } from "../support/harness/step.ts";

/** Names and texts that a runner reads as a workflow command at the start of a line. */
const hostile = [
  "::error::x",
  " ::error title=a::x",
  "\u00a0::error::x",
  "x\n::error::y",
  "x\r::error::y",
  "##[error]x",
  "x##[add-mask]y",
];

/** Runs in this process, in a directory; returns the output of both streams. */
async function run(args: readonly string[], folder: string, input = ""): Promise<string> {
  let text = "";
  const write = (part: string): void => void (text += part);
  const files = createNodeFiles();
  const shell: Shell = {
    terminal: {
      out: write,
      outBytes: write,
      err: write,
      input: () => new TextEncoder().encode(input),
      write: (path, content) => writeFileSync(join(folder, path), content),
      append: () => undefined,
    },
    files: { ...files, absolute: (typed) => resolvePath(folder, typed, false) },
    colour: false,
    today: () => "2026-11-25",
    now: () => new Date("2026-11-25T08:00:00Z"),
    hash: hashSha256,
    progress: { show: () => undefined, tell: () => undefined, clear: () => undefined },
    environment: () => undefined,
  };
  await runCli(args, shell);
  return text;
}

function commandsIn(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => parseCommand(line) !== undefined);
}

function writeFiles(fleet: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(fleet)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, "");

/** A fleet that can be checked, with that text wherever someone can write one. */
function fleetWith(evil: string): Readonly<Record<string, string>> {
  const line = oneLine(evil);
  return {
    [`hosts/${evil}/stpd.ini`]: "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n",
    [`hosts/${evil}/host.ini`]: "environment = lab\naddress = 127.0.0.1\n",
    [`hosts/${evil}/interfaces.json`]: inventoryOf({
      clients: [[evil, ["http://rds9.example:11000", `http://${evil}:11000`]]],
      usage: [[evil, `http://${evil}:11000`]],
    }),
    [`hosts/text/stpd.ini`]: `[STPD_Server]\nSTPD_PORT=${line}\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PRIORITY_STRING="${line}"\n`,
    [`hosts/text/host.ini`]: "environment = lab\naddress = 127.0.0.1\n",
    [`${evil}/stpd.ini.${evil}`]: "[STPD_Server]\n",
    [`new/hosts/RDS/stpd.ini`]: "[STPD_Server]\n",
    [`copied/${evil}/rds.ini`]: "[STPD_Server]\n",
    [`copied/${evil}x/rds.ini`]: "[STPD_Server]\n",
    "sesam-harden.ini": `[allow.x]\nrule = ftp-port-open\nuntil = 2027-01-01\nreason = ${line.replaceAll("#", "")}\n[environment.lab]\nfail_on = never\n`,
    "evil.json": evil,
    "plan.json": JSON.stringify({ schemaVersion: 1, environment: evil, hosts: [{ name: evil }] }),
  };
}

/** Files that make every check stop, and name them. */
function brokenWith(evil: string): Readonly<Record<string, string>> {
  const inventory = {
    schemaVersion: 1,
    exportedAt: evil,
    server: evil,
    clients: [{ [evil]: evil }],
  };
  return {
    ...fleetWith(evil),
    [`hosts/${evil}/interfaces.json`]: JSON.stringify(inventory),
    "hosts/text/host.ini": `${evil} = ${evil}\nenvironment = ${evil}\n[${evil}]\n`,
    "sesam-harden.ini": `include = ${evil}\n${evil} = ${evil}\n[${evil}]\nprofile = ${evil}\n[rules]\n${evil} = off\n[allow.${evil}]\nrule = ${evil}\nreason = ${evil}\n[environment.${evil}]\nfail_on = ${evil}\n`,
  };
}

function copiedWith(evil: string): Readonly<Record<string, string>> {
  const { "sesam-harden.ini": _settings, ...copied } = fleetWith(evil);
  return copied;
}

/** Command lines; the text stands for arguments and names. */
const commandLines = (evil: string): readonly (readonly string[])[] => [
  ...["text", "concise", "json", "sarif", "junit", "markdown"].map((format) => [
    "check",
    "hosts",
    "--format",
    format,
  ]),
  ["check", ".", "--quiet"],
  ["check", ".", "--summary"],
  ["check", ".", "--write-baseline", "known.json"],
  ["check", ".", "--baseline", "known.json"],
  ["check", ".", "--baseline", "evil.json"],
  ["check", ".", "--baseline", evil],
  ["check", evil],
  ["check", `${evil}*`],
  ["check", `hosts/${evil}`, `--${evil}`],
  ["check", "--profile", evil],
  ["fix", "hosts"],
  ["fix", "hosts", "--unsafe"],
  ["fix", "hosts", "--rule", evil],
  ["explain", evil],
  ["explain", "host", evil, "hosts"],
  ["explain", "host", "text", "hosts"],
  ["explain", "host", `${evil}x`, "hosts"],
  ["priority", evil],
  ["priority", evil, "--format", "json"],
  ["priority", evil, "--why", "TLS1.1"],
  ["priority", "NORMAL", "--why", evil],
  ["priority", evil, "--diff", `NORMAL:${evil}`],
  ["priority", "NORMAL", "--gnutls", evil],
  ["priority", "-"],
  ["plan", "lab", "--phase", "open", "--repository", "1"],
  ["plan", "lab", "--phase", "open", "--repository", "1", "--format", "markdown"],
  ["plan", "lab", "--phase", "open", "--repository", "1", "--format", "json"],
  ["plan", evil, "--phase", "open", "--repository", "1"],
  ["plan", "lab", "--phase", "open", "--repository", "1", "--host", evil],
  ["plan", "lab", "--phase", evil],
  ["plan", "lab", "--phase", "open", "--repository", evil],
  ["plan", "lab", "--phase", "open", "--ref", evil],
  ["plan", "lab", "--phase", "open", "--records", "evil.json"],
  ["plan", "lab", "--phase", "open", "--records", evil],
  ["plan", "lab", "--phase", "open", "--rehearsal", evil],
  ["runbook", evil, "--plan", "plan.json"],
  ["runbook", "text", "--plan", "evil.json"],
  ["runbook", "text", "--plan", evil],
  ["probe", evil],
  ["probe", "127.0.0.1", "--https-port", evil],
  ["verify", "hosts", "--host", evil, "--timeout", "1"],
  ["verify", "hosts", "--host", `${evil}x`],
  ["status", "hosts", "--ref", evil],
  ["status", "hosts", "--key", evil],
  ["ticket", "verify", evil, "--key", "evil.json"],
  ["ticket", "verify", evil, "--key", evil],
  ["ticket", evil],
  ["ledger", "log", "--key", evil],
  ["ledger", "verify", "--keys", "evil.json"],
  ["ledger", "export", "--format", evil],
  ["ledger", evil],
  ["inventory", "--url", evil, "--user", "x"],
  ["inventory", "--url", "https://127.0.0.1:1", "--user", evil, "--password-file", evil],
  ["apply", evil, "--plan", evil],
  ["recover", evil],
  ["host", evil],
  ["globals", "--repo", evil],
  ["completion", evil],
  ["help", evil],
  [evil],
  [`--${evil}`],
];

/** For copied files outside of a config repo. */
const importLines = (evil: string): readonly (readonly string[])[] => [
  ["import", ".", "--out", "all"],
  ["import", "copied", "--out", "twice"],
  ["import", `hosts/${evil}`, "--out", "none"],
  ["import", evil, "--out", "none"],
  ["import", `user@${evil}`, "--out", "none"],
  ["import", "hosts/text", "--out", `new ${evil}`],
  ["import", "hosts/text", "--out", `${evil}/stpd.ini.${evil}`],
  ["init", "--out", `${evil}/new`],
  ["init", "--out", `${evil}`],
];

/** Readable files, files that stop every check, and copied files. */
const scenes = [
  { fleetOf: fleetWith, linesOf: commandLines },
  { fleetOf: brokenWith, linesOf: commandLines },
  { fleetOf: copiedWith, linesOf: importLines },
];

test.each(hostile)("no output has a line that %j turns into a workflow command", async (evil) => {
  for (const { fleetOf, linesOf } of scenes) {
    const folder = writeFiles(fleetOf(evil));
    runGit(folder, "init", "--quiet", "--initial-branch", "main");
    runGit(folder, "add", "--all");
    runGit(folder, "commit", "--quiet", "--message", "A fleet");
    for (const args of linesOf(evil)) {
      const text = await run(args, folder, `${evil}\n${JSON.stringify(evil)}\n`);
      expect(text, args.join(" ")).not.toBe("");
      expect.soft(commandsIn(text), JSON.stringify([fleetOf.name, ...args])).toEqual([]);
    }
  }
});
