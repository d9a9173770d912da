import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSigningKey } from "../../src/adapters/signatures.ts";
import type { PublicKey } from "../../src/core/formats/jws.ts";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { openGithubFront, type GithubFront } from "../../test/support/fakes/github/github-front.ts";
import { openSlack } from "../../test/support/fakes/slack/slack-peer.ts";
import { makeZip } from "../../test/support/builders/zip.ts";
import { openBot, type DemoBot } from "./bot.ts";
import { openConfigRepo, readAccount, type ConfigRepo } from "./config-repo.ts";
import { createFleet, listConfigFiles, type DemoHost } from "./fleet.ts";
import { openHosts, type Hosts } from "./hosts.ts";
import { startRunners, type Runners } from "./runners.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** Everything that the demo uses, on loopback. */
export interface World {
  /** Directory of the results, kept when the demo is over. */
  readonly folder: string;
  readonly front: GithubFront;
  /** Requests that GitHub or Slack would have rejected. */
  readonly problems: () => readonly string[];
  readonly fleet: readonly DemoHost[];
  readonly hosts: Hosts;
  readonly repo: ConfigRepo;
  readonly key: PublicKey;
  readonly bot: DemoBot;
  readonly workspace: Workspace;
  readonly runners: Runners;
  /** Runs the workflow that scans the hosts; returns its number. */
  readonly verify: () => Promise<number>;
  /** Removes the directory if it has no results. */
  readonly close: (keeps: boolean) => Promise<void>;
}

/** Only Linux hosts are changed, so on other systems no host serves. */
export const hasHosts = process.platform === "linux";

export async function openWorld(tell: (host: string, line: string) => void): Promise<World> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sesam-harden-demo-")));
  const place = (name: string): string => join(folder, name);
  for (const name of ["hosts", "jobs"]) mkdirSync(place(name));
  const [front, fleet, keys] = await Promise.all([
    openGithubFront(),
    createFleet(),
    generateSigningKey(),
  ]);
  const { publicKey: key } = keys;
  const { id } = await front.github.server<{ id: number }>("GET", "/repos/example/config");
  const hostOptions = { folder: place("hosts"), hosts: fleet, repository: id, key };
  const [slack, repo, hosts] = await Promise.all([
    openSlack(),
    openConfigRepo(front, listConfigFiles(fleet), place("config-repo")),
    openHosts(hostOptions),
  ]);
  await Promise.all([
    repo.checkOut(await repo.readHead(), repo.folder),
    ...(hasHosts ? fleet.map(({ name }) => hosts.restart(name)) : []),
  ]);
  // ben and carl do nothing on GitHub, so they need no account there.
  const people = { anna: await readAccount(front.github, "anna"), ben: 9002, carl: 9003 };
  const records = hasHosts ? await hosts.printRecords() : describeFleet(fleet, id);
  const bot = await openBot({ front, slack, people, keys, records });
  const workspace = await openWorkspace(slack, bot.address);
  const { runs } = front.actions;
  const { program } = hosts;
  const runners = startRunners({ runs, repo, program, folder: place("jobs"), tell });
  const { github, actions, activity } = front;
  return {
    folder,
    front,
    problems: () => [github, actions, activity, slack].flatMap(({ problems }) => problems),
    fleet,
    hosts,
    repo,
    key,
    bot,
    workspace,
    runners,
    verify: () => runVerify(repo, front),
    close: async (keeps) => {
      await runners.stop();
      await bot.stop();
      workspace.close();
      await Promise.all([front.close(), slack.close(), ...fleet.map(({ name }) => hosts.stop(name))]);
      const gone = keeps ? ["hosts", "jobs"].map(place) : [folder];
      for (const path of gone) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** As `host records` would on the hosts, if they existed. */
function describeFleet(fleet: readonly DemoHost[], repository: number): string {
  return printRecords({
    schemaVersion: 1,
    repository,
    ledger: null,
    environments: [],
    hosts: fleet.map(({ name, file }) => ({ host: name, file, proven: null })),
  });
}

/** Like sesam-verify.yml, in a checkout of the newest commit. */
async function runVerify(repo: ConfigRepo, { actions }: GithubFront): Promise<number> {
  const report = "verify.json";
  const output = `json=${report}\nhtml=${page}`;
  const { raw } = await repo.runAction({ command: "verify", paths: "hosts", output });
  const path = join(repo.folder, report);
  if (!existsSync(path)) throw new Error(raw);
  const archive = makeZip({ [report]: readFileSync(path, "utf8") });
  return actions.start({
    event: "schedule",
    path: ".github/workflows/sesam-verify.yml",
    status: "completed",
    artifacts: [{ id: actions.runs.length + 1, name: "sesam-harden-verify", archive }],
  }).id;
}

/** The fleet as one HTML page, next to the files that it describes. */
export const page = "fleet.html";
