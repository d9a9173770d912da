import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runDist } from "./program.ts";
import { shorten, type Scene } from "./scene.ts";

const model = "rds-berlin";

/** A config repo with one host on Windows, which has the files of another host of the fleet. */
export const planWindows: Scene = {
  title: "A Windows host is in no wave: a person changes it with a script from the plan",
  play: async ({ world: { folder, repo, fleet }, screen }) => {
    const own = join(folder, "windows");
    mkdirSync(join(own, "hosts/win1"), { recursive: true });
    const facts = "role = rds\nos = windows\navx = yes\nversion = 5.1.0.14\nenvironment = lab\n";
    const files = {
      "hosts/win1/host.ini": facts,
      "hosts/win1/stpd.ini": await repo.read("main", `hosts/${model}/stpd.ini`),
      "copy.ini": fleet.find(({ name }) => name === model)?.file ?? "",
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(own, path), text, "latin1");
    git(own, "init", "--quiet");
    git(own, "add", "hosts");
    git(own, "commit", "--quiet", "--message", "win1");
    const run = async (args: string): Promise<string> => {
      const { stdout, stderr } = await runDist(args.split(" "), { cwd: own });
      if (stdout === "") throw new Error(stderr);
      return stdout;
    };
    const copied = "host records --host win1 --repository 1 --stpd-ini copy.ini";
    writeFileSync(join(own, "records.json"), await run(copied));
    const plan = "plan lab --phase open --records records.json";
    screen.print(`$ sesam-harden ${plan}\n${shorten(await run(plan), 16)}`);
    writeFileSync(join(own, "plan.json"), await run(`${plan} --format json`));
    const runbook = "runbook win1 --plan plan.json --records records.json";
    const script = await run(runbook);
    const kept = join(folder, "runbook-win1.ps1");
    writeFileSync(kept, script);
    screen.print(`$ sesam-harden ${runbook}\n${script.split("\n").slice(0, 5).join("\n")}\n…\n${kept}  the whole script`);
    screen.say("Then a person records the SHA-256 of its file in Slack, and a later scan confirms it.");
  },
};

/** Overrides the Git settings of this machine. */
function git(folder: string, ...args: readonly string[]): void {
  const who = ["-c", "user.name=anna", "-c", "user.email=anna@example.org"];
  const plain = ["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false"];
  const { status, stderr } = spawnSync("git", [...who, ...plain, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", HOME: folder },
  });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
}
