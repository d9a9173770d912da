import { botFields } from "../bot/runtime/settings.ts";
import { factFields } from "../src/core/fleet/facts.ts";
import { pinFields } from "../src/core/host/pins/pins.ts";
import {
  commandFields,
  keyFields,
  serverFields,
  sshFields,
} from "../src/core/host/pins/sections.ts";
import { rolloutFields } from "../src/core/rollout/state/rollout-settings.ts";
import { allowFields, topFields } from "../src/core/settings/settings.ts";
import type { SectionFields } from "../src/core/settings/ini-sections.ts";

const code = (text: string): string => `\`${text}\``;

/** Meaning of a key and, if its field has no default, what applies without it; Markdown. */
type Row = string | readonly [meaning: string, otherwise: string];

/** One row for each key that the reader accepts, and no others. */
type Rows<Fields> = {
  readonly [Key in keyof Fields]: Fields[Key] extends { readonly fallback: string }
    ? string
    : readonly [meaning: string, otherwise: string];
};

const settings: Rows<typeof topFields> = {
  profile: "`vendor`: SEP's procedure; `strict`: forward secrecy and AEAD too",
  fail_on: "minimum severity for exit code 1: `error`, `warning`, `notice`, `never`",
  gnutls:
    "release lines that hosts may run, separated by spaces; a host must pass under all of them",
  absent_port: "assumed state of a port that is neither set nor commented out: `closed`, `open`",
  filtered_port:
    "assumed state of a plain port that does not respond to a probe: `unknown`, `closed`",
  unreachable_families:
    "`ipv4`, `ipv6` or `none`: addresses that the scanning machine cannot reach",
  include:
    "file patterns, separated by spaces; `*` matches within a directory, `**` across directories",
};

const allow: Rows<typeof allowFields> = {
  rule: ["rule to suppress", "required"],
  host: ["hosts, as a pattern", "all, and the fleet as a whole"],
  until: ["last day, `YYYY-MM-DD` in UTC", "required"],
  reason: ["reason", "required"],
};

const facts: Rows<typeof factFields> = {
  role: "`server`, `rds`",
  os: ["`linux`, `windows`", "unknown"],
  avx: ["`yes`, `no`: whether the processor has AVX", "unknown"],
  version: ["version of SEP sesam: `5.1.0.14 SP1`, `Apollon V2`", "unknown"],
  gnutls: ["release or release line that the host runs", "what the settings allow"],
  certificate_key: ["`rsa`, `ec`: the key of STPD's certificate", "both"],
  address: ["name or address of the host", "name of the directory"],
  https_port: ["HTTPS port", "11443"],
  environment: ["lowercase letters, digits, `_`, `-`; a rollout needs it", "none"],
  wave: ["number; hosts with higher numbers come in later waves", "0"],
  transport: ["`local`; `ssh`: from a jump host, whose label `runner` has to be", "`local`"],
  runner: ["label of the self-hosted runner", "name of the directory; none with `ssh`"],
};

const pins: Rows<typeof pinFields> = {
  host: ["name of the host directory in the config repo", "needed"],
  repository: ["GitHub's number of the config repo", "needed"],
  environment: ["environment, as in host.ini; a ticket for another one is refused", "any"],
  role: "`server`, `rds`",
  os: "`linux`, `windows`",
  avx: "`yes`, `no`, `unknown`",
  version: ["version of SEP sesam, if the status command shows none", "none"],
  stpd_ini: ["path of stpd.ini", "needed"],
  owner: ["numbers of user and group of stpd.ini, as `0:0`", "not checked"],
  addresses: ["names or addresses that clients use, separated by spaces", "needed"],
  backups: "how many backups are kept",
  timer: "`auto`, `systemd`, `watchdog`",
  watchdog: "seconds until the undo; must be longer than restart and health check can take",
  prove: "seconds that the health check may take",
  settle: "seconds that the health check must hold",
  quiet: "seconds that an undo waits for transfers",
  idle: "seconds between two looks at the connections of an RDS, 1 to 20",
  clock_skew: "seconds that the clock of the signer of tickets may differ",
};

const command: Rows<typeof commandFields> = {
  program: ["absolute path", "needed"],
  arguments: ["arguments, separated by spaces", "none"],
  limit: "seconds until it is ended",
  idle_exit: "of `busy`: exit code that says that nothing runs",
  busy_exit: "of `busy`: exit code that says that something runs",
};

const server: Rows<typeof serverFields> = {
  url: ["address of the REST API, as `https://sesam1:11401`", "needed"],
  user: ["account", "needed"],
  password_file: ["file with the password", "needed"],
  ca_file: ["certificates to trust", "the runtime's own"],
  login_type: "type of the login",
  jobs: ["path that lists jobs", "needed"],
  busy_states: "states in which a job runs, separated by spaces",
};

const ssh: Rows<typeof sshFields> = {
  address: ["address of the host", "needed"],
  port: "port of sshd",
  user: "user who logs in",
  identity: ["private key", "needed"],
  known_hosts: ["file with the host's key", "needed"],
  state: "directory for journal and backups on the host",
};

const key: Rows<typeof keyFields> = {
  public: ["public key that signs tickets; several may be valid while one is changed", "needed"],
};

const bot: { readonly [Section in keyof typeof botFields]: Rows<(typeof botFields)[Section]> } = {
  github: {
    repository: ["the config repo, OWNER/NAME", "needed"],
    api: "for GitHub Enterprise Server: `https://HOST/api/v3`",
    app: ["number of the GitHub App; needs `installation`", "a token is used"],
    installation: ["number of its installation", "none"],
    workflow: "the rollout workflow",
    verify_workflow: "the verify workflow; what its newest run saw is recorded",
    require_signatures:
      "`yes`: a commit without a verified signature has an unknown author, also in a pull request ([github.md](github.md#unknown-authors))",
  },
  slack: {
    mode: "`socket`, which needs no way in; or `http`",
    team: ["id of the workspace; requests of others are refused", "needed"],
    enterprise: ["id of the enterprise, for Enterprise Grid", "none"],
    app: ["id of the app", "needed"],
    channel: ["id of the channel for the cards", "needed"],
    host: "in `http` mode: the address that requests arrive at",
    port: "in `http` mode: the port that requests arrive at",
  },
  controller: {
    ticket_life: "how long a ticket is valid: what a wave may take",
    poll: "time between two rounds while something moves; twelve times as much while nothing does",
    answer: "after this, a controller that sent a wave and said no more counts as gone",
    search: "how long the run of a wave is looked for, until the wave is sent again",
    retry: "after this, a wave that GitHub refused is tried again",
    start: "how long hosts may wait for runners while none is at work",
    abort: "how long hosts may wait for runners once the rollout was aborted",
    rehearsal:
      "how long hosts may wait for runners in a rehearsal; those that still wait are unknown",
    fresh: "age at which a scan is too old, and its host unknown",
    remind: "after this, approvers are called once more",
  },
  monitor: {
    host: "address of /healthz, /readyz and /metrics",
    port: "port of /healthz, /readyz and /metrics",
  },
};

const rollout: {
  readonly [Section in keyof typeof rolloutFields]: Rows<(typeof rolloutFields)[Section]>;
} = {
  person: {
    slack: ["id of the member; without it the person cannot use Slack", "none"],
    github: ["number of the account", "needed"],
    groups: ["names of groups, separated by spaces", "none"],
  },
  group: {
    team: [
      "members of this GitHub team are in the group too: `organization/team`, read again each time",
      "needed",
    ],
  },
  environment: {
    approvals: ["number of other people who have to approve", "needed"],
    groups: ["groups of these people, separated by spaces", "needed"],
    expires: "time from the request; a rollout that is not done by then ends",
    soak: "time between two waves",
    record: [
      "what has to be recorded between two waves: `backup`, `restore`, `migration`, `abort`",
      "nothing",
    ],
    max_failures: "most hosts of a wave that may fail",
    wave_size: "most hosts of a wave",
    after: [
      "an environment that has to be closed before a rollout of this one is approved or starts",
      "none",
    ],
    announce_drift:
      "`no`: the channel is not told of hosts that differ from what was last verified on them",
    rehearsal:
      "whether hosts check a requested plan before it is approved ([rehearsals.md](rehearsals.md)): `off`; `optional`; `required`: no approval until all are ready",
    freeze: [
      "windows in which nothing is started, as `fri 15:00-mon 06:00`, `20:00-06:00`, `2026-12-20..2027-01-06`",
      "none",
    ],
    backup_windows: ["windows of backups, in which nothing is started", "none"],
    time_zone: [
      "time zone of these windows and of the end of a freeze, as `Europe/Berlin`",
      "needed with windows, else `UTC`",
    ],
  },
};

/** A section as its reader defines it, and the meanings of its keys. */
type KeySection = readonly [fields: SectionFields, rows: Readonly<Record<string, Row>>];

/** By section name; the keys before the first section are under "". */
type Sections = Readonly<Record<string, KeySection>>;

/** Tables by their marker: page of docs/, and name of the file that they describe. */
export const keyTables: Readonly<Record<string, readonly [page: string, sections: Sections]>> = {
  "sesam-harden.ini": [
    "settings.md",
    { "": [topFields, settings], "`[allow.NAME]`": [allowFields, allow] },
  ],
  "host.ini": ["settings.md", { "": [factFields, facts] }],
  pins: [
    "pins.md",
    {
      "": [pinFields, pins],
      "`[command.NAME]`": [commandFields, command],
      "`[server]`": [serverFields, server],
      "`[ssh]`": [sshFields, ssh],
      "`[key.KID]`": [keyFields, key],
    },
  ],
  "bot.ini": [
    "bot.md",
    {
      "`[github]`": [botFields.github, bot.github],
      "`[slack]`": [botFields.slack, bot.slack],
      "`[controller]`": [botFields.controller, bot.controller],
      "`[monitor]`": [botFields.monitor, bot.monitor],
      "`[person.NAME]`": [rolloutFields.person, rollout.person],
      "`[group.NAME]`": [rolloutFields.group, rollout.group],
      "`[environment.NAME]`": [rolloutFields.environment, rollout.environment],
    },
  ],
};

/** A page of docs/ with its tables regenerated, each between its two markers. */
export function fillKeyTables(page: string, text: string): string {
  let filled = text;
  for (const [name, [home, sections]] of Object.entries(keyTables)) {
    if (home !== page) continue;
    const start = `<!-- npm run docs: keys of ${name} -->\n`;
    const end = "<!-- end -->";
    const from = filled.indexOf(start);
    const to = filled.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`${page} has no place for the keys of ${name}`);
    filled = `${filled.slice(0, from)}${start}\n${renderTable(sections)}\n${filled.slice(to)}`;
  }
  return filled;
}

function showDefault(field: object | undefined): string {
  const text = field !== undefined && "fallback" in field ? String(field.fallback) : "";
  return /^\d+$/.test(text) ? text : code(text);
}

/** Aligned like the formatter does. */
function renderTable(sections: Sections): string {
  const hasSections = Object.keys(sections).length > 1;
  const rows = Object.entries(sections).flatMap(([section, [fields, keys]]) =>
    Object.entries(keys).map(([name, row], index) => [
      ...(hasSections ? [index === 0 ? section : ""] : []),
      code(name),
      ...(typeof row === "string" ? [row, showDefault(fields[name])] : row),
    ]),
  );
  const head = [...(hasSections ? ["section"] : []), "key", "meaning", "default"];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const draw = (row: readonly string[], fill: string): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  return [
    draw(head, " "),
    draw(
      head.map(() => ""),
      "-",
    ),
    ...rows.map((row) => draw(row, " ")),
  ].join("");
}
