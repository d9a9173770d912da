import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateSigningKey, openSigner } from "../../../../src/adapters/signatures.ts";
import { printPublicKey, type PublicKey, type Signer } from "../../../../src/core/formats/jws.ts";
import { commitAll, runGit } from "../git.ts";
import type { Machine, RunSite } from "../workflow/actions.ts";
import { runWorkflow, type WorkflowRan, type WorkflowRun } from "../workflow/run.ts";
import {
  createHosts,
  installFleet,
  listConfigFiles,
  repositoryNumber,
  type LoopHost,
} from "./fleet.ts";
import type { RunInputs } from "../../../../src/core/rollout/dispatch/wave-run.ts";
import type { HostKey } from "../../../../src/core/rollout/state/host-keys.ts";

export interface RunChange extends Pick<WorkflowRun, "attempt" | "beforeJob" | "parallel"> {
  /** Hosts whose runners do not come. */
  readonly offline?: readonly string[];
  /** An input, instead of the one that the ticket is for. */
  readonly mode?: RunInputs["mode"];
}

export interface SiteRun extends RunChange {
  readonly inputs: RunInputs;
  readonly artifacts: RunSite["artifacts"];
}

/** Everything except the controller: hosts that serve, the program on them, and the config repo. */
export interface Site {
  readonly hosts: readonly LoopHost[];
  /** Directory of the config repo, from whose branches the jobs check out. */
  readonly config: string;
  readonly signer: Signer;
  readonly publicKey: PublicKey;
  /** The keys of the hosts' reports. */
  readonly hostKeys: readonly HostKey[];
  /** What the jobs on the hosts call to become root. */
  readonly sudo: string;
  /** Runs the workflow of the example. */
  readonly run: (run: SiteRun) => Promise<WorkflowRan>;
  readonly remove: () => Promise<void>;
}

export const workflowText = readFileSync(
  new URL("../../../../examples/config-repo/.github/workflows/sesam-rollout.yml", import.meta.url),
  "utf8",
);

export async function createSite(count: number): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "loop-"));
  const hosts = createHosts(count);
  await Promise.all(hosts.map(({ standIn }) => standIn.run("restart")));
  const { privateKey, publicKey } = await generateSigningKey();
  const { bin, hostKeys } = installFleet(join(folder, "installed"), hosts, [publicKey]);
  const config = writeConfigRepo(join(folder, "config"), hosts);
  const findMachine = createMachines(join(folder, "machines"), bin);
  return {
    hosts,
    config,
    signer: await openSigner(privateKey),
    publicKey,
    hostKeys,
    sudo: join(bin, "sudo"),
    run: ({ inputs, artifacts, offline = [], mode = inputs.mode, ...change }) =>
      runWorkflow({
        parallel: 3,
        ...change,
        text: workflowText,
        inputs: { ...inputs, ...(mode === undefined ? {} : { mode }) },
        vars: { SESAM_HARDEN_KEYS: printPublicKey(publicKey) },
        repository: repositoryNumber,
        site: { origin: `file://${config}`, artifacts },
        findMachine: (labels) =>
          labels.some((label) => offline.includes(label)) ? undefined : findMachine(labels),
      }),
    remove: async () => {
      await Promise.all(hosts.map(({ standIn }) => standIn.remove()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeConfigRepo(folder: string, hosts: readonly LoopHost[]): string {
  for (const [path, text] of Object.entries(listConfigFiles(hosts))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, "latin1");
  }
  runGit(folder, "init", "--quiet", "--initial-branch=main");
  // Configured like GitHub's servers.
  runGit(folder, "config", "uploadpack.allowFilter", "true");
  runGit(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
  commitAll(folder);
  return folder;
}

/** GitHub's machines are new for each job, self-hosted ones stay as the last job left them. */
function createMachines(folder: string, bin: string): WorkflowRun["findMachine"] {
  const path = process.env["PATH"] ?? "";
  const create = (name: string, own: string): Machine => {
    const [workspace, temp] = [join(folder, name, "work"), join(folder, name, "temp")];
    mkdirSync(workspace, { recursive: true });
    mkdirSync(temp, { recursive: true });
    return { workspace, temp, path: own };
  };
  let hosted = 0;
  return ([first = "", label]) => {
    if (first === "ubuntu-latest") return create(`hosted-${hosted++}`, path);
    if (first !== "self-hosted" || label === undefined) return undefined;
    return create(label, `${bin}:${path}`);
  };
}
