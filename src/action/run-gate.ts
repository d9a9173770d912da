import { getInput, getMultilineInput, setFailed, setOutput } from "@actions/core";
import { verifySignature } from "../adapters/signatures.ts";
import { openCommit, openPlanLedger } from "../shell/plan-inputs.ts";
import { HardenError } from "../core/base/errors.ts";
import { joinPath } from "../core/base/paths.ts";
import { nameRun } from "../core/report/wave-run.ts";
import { planPath } from "../core/rollout/ledger/layout.ts";
import { readPublicKey, type PublicKey } from "../core/formats/jws.ts";
import { explainReason } from "../core/base/reasons.ts";
import {
  printMatrix,
  printRun,
  runInputs,
  type RunInput,
} from "../core/rollout/dispatch/wave-run.ts";
import { decodeBytes, makeVisible } from "../core/base/text.ts";
import { openGate, type GateRequest } from "../core/rollout/dispatch/gate.ts";
import { inputs, type InputName, type OutputName, needInput } from "./inputs.ts";
import { escapeMarkdown } from "../core/formats/markdown.ts";
import { readNumber } from "../shell/options.ts";
import type { ActionShell } from "./context.ts";

const maxPlanBytes = 64 * 1024 * 1024;

/** Exit code 0 if the wave may continue, 1 if it is refused. */
export async function runGate(paths: readonly string[], shell: ActionShell): Promise<number> {
  const { files, hash, terminal, environment, now } = shell;
  const { commit, files: committed } = openCommit(paths[0] ?? ".", "HEAD", files);
  const sent = readRunInputs(shell);
  const request: GateRequest = {
    inputs: sent,
    attempt: Number(environment["GITHUB_RUN_ATTEMPT"] ?? NaN),
    recorded: readPlanText(needInput("plan"), sent.plan, shell),
    repository: Number(environment["GITHUB_REPOSITORY_ID"] ?? NaN),
    keys: getMultilineInput("keys" satisfies InputName).map(readKey),
    clockSkewSeconds: readSkew(),
    paths,
    commit,
  };
  const ledger = openPlanLedger(needInput("ledger"), shell);
  const nowSeconds = Math.floor(now().getTime() / 1000);
  const tools = { files: committed, ledger, hash, verifySignature, nowSeconds };
  const answer = await openGate(request, tools);
  if (answer.kind === "refused") {
    const detail = answer.detail === "" ? "" : ` (${answer.detail})`;
    setFailed(makeVisible(`${explainReason(answer.reason)}${detail}`));
    return 1;
  }
  const { run, plan } = answer;
  const values: Readonly<Partial<Record<OutputName, string | number>>> = {
    matrix: printMatrix(run, plan),
    run: printRun(run),
    phase: run.phase,
    environment: run.environment,
    hosts: run.hosts.length,
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
  terminal.out(`${nameRun(run)}: ${makeVisible(run.hosts.join(", "))}\n`);
  const summary = environment["GITHUB_STEP_SUMMARY"];
  const hosts = run.hosts.map(escapeMarkdown).join(", ");
  const checked =
    sent.mode === "rehearse" ? "To be tried, and planned again" : "Approved, and planned again";
  const heading = `## sesam-harden: ${escapeMarkdown(nameRun(run))}`;
  if (summary) terminal.append(summary, `${heading}\n\n${checked}: ${hosts}\n\n`);
  return 0;
}

/** Reads the inputs from the event, which is complete and keeps the ticket out of the log. */
function readRunInputs({ environment, files }: ActionShell): GateRequest["inputs"] {
  const path = environment["GITHUB_EVENT_PATH"];
  if (environment["GITHUB_EVENT_NAME"] !== "workflow_dispatch" || !path) {
    throw new HardenError(
      "usage",
      "gate only runs on workflow_dispatch",
      "The controller starts this workflow and sends the ticket as an input.",
    );
  }
  const reading = files.read(files.absolute(path), maxPlanBytes);
  const event: { readonly inputs?: Readonly<Record<string, unknown>> | null } =
    reading.kind === "bytes" ? JSON.parse(decodeBytes(reading.bytes)) : {};
  const read = (name: RunInput): string => {
    const value = event.inputs?.[name];
    if (typeof value === "string") return value;
    throw new HardenError(
      "usage",
      `the run lacks the input ${name}`,
      `The workflow needs the inputs ${runInputs.join(", ")}.`,
    );
  };
  const mode = event.inputs?.["mode"];
  return {
    // Workflows from before rehearsals do not have this input.
    ...(typeof mode === "string" ? { mode } : {}),
    ticket: read("ticket"),
    environment: read("environment"),
    wave: read("wave"),
    plan: read("plan"),
    commit: read("commit"),
    ledger: read("ledger"),
  };
}

function readSkew(): number {
  const given = getInput("clock-skew" satisfies InputName) || inputs["clock-skew"];
  return readNumber("clock-skew", given, [0, 86_400]) ?? 0;
}

function readKey(text: string): PublicKey {
  const key = readPublicKey(text);
  if (key !== undefined) return key;
  throw new HardenError(
    "usage",
    "the input keys contains a line that is not a public key",
    "Use the output of sesam-harden ticket keygen, one key per line.",
  );
}

/** Reads the plan file, or finds it in a checkout of the ledger branch. */
function readPlanText(typed: string, digest: string, { files }: ActionShell): string {
  const path = files.absolute(typed);
  const isLedger = files.kindOf(path).kind === "folder";
  if (isLedger && !/^[0-9a-f]{64}$/.test(digest)) {
    throw new HardenError(
      "usage",
      "the run's input plan is not a digest",
      "Do not change the inputs of the run.",
    );
  }
  const file = isLedger ? joinPath(path, planPath(digest)) : path;
  const reading = files.read(file, maxPlanBytes);
  if (reading.kind === "bytes") return decodeBytes(reading.bytes);
  const reason = reading.kind === "missing" ? "it is missing" : reading.reason;
  throw new HardenError(
    "usage",
    `the plan ${makeVisible(file)} cannot be read: ${reason}`,
    "Check out the ledger branch, which contains the plan of every rollout.",
  );
}
