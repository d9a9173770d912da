/** Inputs of action.yml with their defaults; a test holds code, action.yml and README together. */
export const inputs = {
  command: "check",
  paths: ".",
  profile: "",
  "fail-on": "",
  format: "text",
  output: "",
  baseline: "",
  token: "${{ github.token }}",
} as const;

export type InputName = keyof typeof inputs;

export const outputs = [
  "findings",
  "errors",
  "warnings",
  "hosts",
  "hardened",
  "fixable",
  "report",
] as const;

export type OutputName = (typeof outputs)[number];
