import { countResults, type Checked } from "../check/checked-fleet.ts";

/** The same bytes on every machine and runtime: no time, no absolute path. */
export function renderJson(checked: Checked): string {
  const { findings, hosts, probes } = checked;
  const seen = probes === undefined ? { knownHosts: countResults(checked).known } : { probes };
  const report = {
    schemaVersion: 2,
    findings: findings.map(({ finding }) => finding),
    hosts,
    ...seen,
  };
  return printJson(report, 2);
}

/** The GitHub runner would take `##[` for a command, also within a JSON string. */
export function printJson(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, null, indent).replaceAll("##[", "\\u0023#[")}\n`;
}
