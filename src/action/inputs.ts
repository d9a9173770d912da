import { getInput } from "@actions/core";
import { HardenError } from "../core/base/errors.ts";

/** Inputs of action.yml with their defaults; a test compares both. */
export const inputs = {
  command: "check",
  paths: ".",
  profile: "",
  "fail-on": "",
  format: "text",
  output: "",
  baseline: "",
  since: "",
  fix: "none",
  "branch-prefix": "sesam-harden/fix/",
  title: "",
  "commit-message": "",
  labels: "",
  assignees: "",
  reviewers: "",
  "team-reviewers": "",
  draft: "false",
  token: "${{ github.token }}",
  hosts: "",
  "expect-phase": "close",
  plan: "",
  ledger: "",
  keys: "",
  "clock-skew": "60",
  run: "",
  results: "",
} as const;

export type InputName = keyof typeof inputs;

export const outputs = [
  "findings",
  "errors",
  "warnings",
  "hosts",
  "hardened",
  "unknown",
  "fixable",
  "report",
  "pull-request-number",
  "pull-request-url",
  "pull-request-branch",
  "pull-request-operation",
  "pull-request-head-sha",
  "pull-request-verified",
  "matrix",
  "run",
  "phase",
  "environment",
  "good",
  "bad",
  "no-report",
] as const;

export type OutputName = (typeof outputs)[number];

export function needInput(name: InputName): string {
  const value = getInput(name);
  if (value !== "") return value;
  throw new HardenError(
    "usage",
    `the input ${name} is missing`,
    "See action.yml for its description.",
  );
}
