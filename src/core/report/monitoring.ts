import { version } from "../base/version.ts";
import { makeVisible, countOf } from "../base/text.ts";
import {
  hostStates,
  type EnvironmentStatus,
  type FleetStatus,
  type StateCounts,
} from "../status/fleet-status.ts";
import { listNames } from "./plan.ts";
import { listStops } from "./status-text.ts";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/**
 * The fleet as gauges, without the end marker of OpenMetrics. Hosts without an environment have an
 * empty label, which Prometheus treats as absent. Gauges from the ledger are absent if it was not
 * read. Source: OpenMetrics 1.0 and Prometheus text format 0.0.4, which agree on gauges.
 */
export function renderGauges({ environments, lookedAt, ledgerCommit }: FleetStatus): string {
  const count = (select: (one: EnvironmentStatus) => boolean): readonly Sample[] =>
    environments.flatMap((one) =>
      one.name === null || ledgerCommit === null
        ? []
        : [[{ environment: one.name }, Number(select(one))]],
    );
  return [
    renderGauge(
      "hosts",
      "Hosts by environment and state",
      environments.flatMap(({ name, counts }) =>
        hostStates.map((state): Sample => [{ environment: name ?? "", state }, counts[state]]),
      ),
    ),
    renderGauge(
      "hosts_drifted",
      "Hosts in the state drifted",
      environments.map(({ name, counts }) => [{ environment: name ?? "" }, counts.drifted]),
    ),
    renderGauge(
      "rollouts_awaiting_approval",
      "Rollouts that wait for approval",
      count(({ rollout }) => rollout?.state.kind === "requested"),
    ),
    renderGauge(
      "environment_frozen",
      "1 while frozen",
      count(({ frozen }) => frozen !== null),
    ),
    renderGauge(
      "environment_locked",
      "1 while locked after a failure",
      count(({ locked }) => locked !== null),
    ),
    renderGauge("last_scan_timestamp_seconds", "When verify last finished; 0 if no run is known", [
      [{}, lookedAt ?? 0],
    ]),
    renderGauge("build_info", "Version of sesam-harden", [[{ version }, 1]]),
  ].join("");
}

/** The same with the end marker, as OpenMetrics requires. */
export function renderOpenMetrics(status: FleetStatus): string {
  return `${renderGauges(status)}# EOF\n`;
}

function renderGauge(name: string, help: string, samples: readonly Sample[]): string {
  const full = `sesam_harden_${name}`;
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${full}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`;
}

function escapeLabel(text: string): string {
  return makeVisible(text).replace(/[\\"]/g, "\\$&");
}

const [ok, warn, crit, unknown] = [0, 1, 2, 3];

/**
 * Checkmk local checks: one service per environment, and one for the age of the last scan, which
 * warns above `limitSeconds`.
 */
export function renderCheckmk(status: FleetStatus, limitSeconds: number): string {
  const { environments, lookedAt, at } = status;
  const ageSeconds = lookedAt === null ? 0 : at - lookedAt;
  const scan =
    lookedAt === null
      ? [unknown, "-", "no scan recorded"]
      : [
          ageSeconds > limitSeconds ? warn : ok,
          `age=${ageSeconds};${limitSeconds}`,
          `last scan ${ageSeconds} s ago`,
        ];
  return [...environments.map(renderService), renderLine("scan", scan)].join("");
}

function renderService(environment: EnvironmentStatus): string {
  const { name, counts, hosts, locked } = environment;
  const metrics = hostStates.map((state) => `${state.replace("-", "_")}=${counts[state]}`);
  const bad = hosts.filter(({ state }) => state !== "hardened");
  const words = [
    `${counts.hardened} of ${countOf(hosts.length, "host")} hardened`,
    ...listStops(environment),
    ...(bad.length === 0 ? [] : [listNames(bad.map(({ host, state }) => `${host.name} ${state}`))]),
  ];
  const state = checkmkState(counts, locked !== null);
  return renderLine(name ?? "no environment", [state, metrics.join("|"), words.join("; ")]);
}

function checkmkState(counts: StateCounts, isLocked: boolean): number {
  if (isLocked || counts["locked-out"] > 0 || counts.drifted > 0) return crit;
  if (counts.unknown > 0) return unknown;
  return counts.plaintext + counts.partial > 0 ? warn : ok;
}

/** Replaces backslashes, which start an escape, and quotation marks, which end the service name. */
function renderLine(
  service: string,
  [state, metrics, words]: readonly (string | number)[],
): string {
  const name = makeVisible(service).replace(/["\\]/g, "_");
  return `${state} "SEP sesam TLS ${name}" ${metrics} ${makeVisible(String(words)).replaceAll("\\", "/")}\n`;
}
