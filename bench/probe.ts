import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ProbeRace {
  readonly what: string;
  readonly against: string;
  readonly goal: string;
  readonly ours: number;
  readonly peer: number;
}

/** Empty if a peer is missing. */
export function raceProbes(): readonly ProbeRace[] {
  const peers = ["gnutls-serv", "sslscan", "unshare"];
  if (peers.some((name) => spawnSync(name, ["--version"]).status !== 0)) return [];
  const worker = fileURLToPath(new URL("probe-worker.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync("unshare", ["-n", process.execPath, worker], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const times: Readonly<Record<string, number>> = JSON.parse(stdout);
  const race = (ours: string, peer: string): { ours: number; peer: number } => ({
    ours: times[ours] ?? NaN,
    peer: times[peer] ?? NaN,
  });
  const scope = "sslscan, versions and suites alone";
  return [
    {
      what: "verdict, in the process",
      against: scope,
      goal: "0.25",
      ...race("verdict", "sslscan"),
    },
    {
      what: "full probe, in the process",
      against: scope,
      goal: "0.60",
      ...race("full", "sslscan"),
    },
    { what: "probe", against: scope, goal: "-", ...race("verdictProcess", "sslscan") },
    { what: "probe --full", against: scope, goal: "-", ...race("fullProcess", "sslscan") },
    {
      what: "probe --full",
      against: "sslscan, all",
      goal: "-",
      ...race("fullProcess", "sslscanAll"),
    },
    ...(times["nmap"] === undefined
      ? []
      : [
          {
            what: "probe --full",
            against: "nmap ssl-enum-ciphers",
            goal: "-",
            ...race("fullProcess", "nmap"),
          },
        ]),
  ];
}
