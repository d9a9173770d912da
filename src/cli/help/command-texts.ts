import { families } from "../../core/base/family.ts";
import { profiles } from "../../core/base/profile.ts";
import { phases } from "../../core/fleet/phase.ts";
import { defaultPorts } from "../../core/probe/observation.ts";
import { formats } from "../../core/report/render.ts";
import { largestWave } from "../../core/rollout/plan/waves.ts";
import { failLimits } from "../../core/settings/policy.ts";
import type { OptionKind } from "../../shell/options.ts";
import type { CommandName, optionKinds, Taker } from "../option-kinds.ts";

/** Description of an option, preceded by its value (`FILE`, `a|b`) if it takes one. */
export type OptionText<Kind extends OptionKind = OptionKind> = Kind extends "flag"
  ? string
  : readonly [value: string, text: string];

export interface CommandText<
  Kinds extends Readonly<Record<string, OptionKind>> = Readonly<Record<string, OptionKind>>,
> {
  /** Heading of the overview. */
  readonly group: string;
  /** Positional arguments. */
  readonly takes?: string;
  /** One sentence without its full stop. */
  readonly what: string;
  readonly more?: string;
  readonly options: { readonly [Name in keyof Kinds]: OptionText<Kinds[Name]> };
  /** Arguments of the examples. */
  readonly examples: readonly string[];
  /** Exit codes whose meaning differs from the overview. */
  readonly exitCodes?: string;
  /** Page in docs/, without `.md`. */
  readonly page?: string;
}

/** Requires `takes` for exactly the commands that have positional arguments. */
type CommandTexts = {
  readonly [Name in CommandName]: CommandText<(typeof optionKinds)[Name]> &
    (Name extends Taker ? { readonly takes: string } : { readonly takes?: never });
};

const files = "Config repo";
const network = "Over the network";
const rollouts = "Rollouts";
/** The group of commands that need root; examples show them with sudo. */
export const hostGroup = "On a host, as root";
const program = "This program";

const profile = [
  profiles.join("|"),
  "Requirements to check; overrides the settings (default: vendor)",
] as const;
const failOn = [
  failLimits.join("|"),
  "Minimum severity for exit code 1; overrides the settings (default: error)",
] as const;
const textOrJson = ["text|json", "What to print (default: text)"] as const;
const anyFormat = [formats.join("|"), textOrJson[1]] as const;
const color = [
  "auto|always|never",
  "Whether to print colors (default: auto: on a terminal; see NO_COLOR and FORCE_COLOR)",
] as const;
const output = ["FORMAT=FILE", "Also write a report to FILE"] as const;
const commit = ["SHA", "Commit to name on the html page"] as const;
const phase = phases.join("|");
const requiredPhase = [phase, "Phase of the rollout (required)"] as const;
const unreachable = [
  [...families, "none"].join("|"),
  "Skip addresses that this machine cannot reach",
] as const;
const timeout = ["SECONDS", "Limit of each step (default: 5)"] as const;
const sockets = ["N", "Connections at the same time (default: 64)"] as const;
const full = "Try every cipher suite of every TLS version";
const paths = "[PATH...]";
const key = ["KID:X", "Public key of the controller"] as const;
const keys = ["FILE", "Public keys of the controller, one per line"] as const;
const ref = ["REF", "Commit, branch or tag (default: HEAD)"] as const;
const repository = ["NUMBER", "GitHub's number of the config repo"] as const;
const onlyHost = ["NAME", "Only this host"] as const;
const asOf = ["YYYY-MM-DD", "Apply suppressions as on that day (default: today)"] as const;
const repo = ["DIR", "Checkout of the config repo (required)"] as const;
const ticketWave = ["N", "Wave that the ticket must name"] as const;
const ticketCommit = ["SHA", "Commit that the ticket must name"] as const;
const pinned = ["NAME", "Host, if several have pins here"] as const;
const idle = ["WHO", "Who saw that no transfers run, if the host cannot tell"] as const;
const access =
  "The ledger needs --key or --keys, and the variables GITHUB_REPOSITORY (OWNER/NAME) and GITHUB_TOKEN.";

const loginType = ["TYPE", "CLASSIC, DEFAULT or WEB (default: CLASSIC)"] as const;
const passwordFile = ["FILE", "File with the password (default: variable SESAM_PASSWORD)"] as const;
const authorities = ["FILE", "PEM certificates to trust instead"] as const;
const requestLimit = ["SECONDS", "Limit of a request with its answer (default: 60)"] as const;
const newRepo = ["DIR", "Config repo to create or extend (default: current directory)"] as const;

export const commandTexts: CommandTexts = {
  import: {
    group: files,
    takes: "SOURCE...",
    what: "Copy stpd.ini files into a config repo and check it",
    more: "SOURCE is a directory of copied files in any layout, a ZIP file, or USER@HOST[:PATH], which is read over ssh. Nothing that exists is overwritten.",
    options: {
      "--out": newRepo,
      "--server": ["URL", "SEP sesam Server to ask for hosts that are still missing"],
      "--user": ["NAME", "Account for --server"],
      "--password-file": passwordFile,
      "--login-type": loginType,
      "--ca-file": authorities,
      "--timeout": requestLimit,
    },
    examples: [
      "copied --out fleet",
      "files.zip root@rds1 root@rds2:/opt/sesam/var/ini/stpd.ini --out fleet",
      "copied --out fleet --server https://sesam1:11401 --user inventory --password-file secret",
    ],
    exitCodes: "0 all imported; 1 some; 2 usage, name used twice; 3 none; 4 failed.",
    page: "import",
  },
  init: {
    group: files,
    what: "Write the files that a config repo starts with",
    options: { "--out": newRepo },
    examples: ["--out fleet"],
    page: "import",
  },
  check: {
    group: files,
    takes: paths,
    what: "Check every stpd.ini under PATH (default: current directory)",
    options: {
      "--profile": profile,
      "--fail-on": failOn,
      "--format": anyFormat,
      "--output": output,
      "--as-of": asOf,
      "--commit": commit,
      "--baseline": ["FILE", "Report only findings that are not in FILE"],
      "--write-baseline": [
        "FILE",
        "Write all findings to FILE; with --baseline, only drop those that are gone",
      ],
      "--since": ["FILE", "Show what changed since FILE, an earlier --format json report"],
      "--summary": "Print the counts of hosts, rules and fixes only",
      "--quiet": "Print only the findings, and how the settings relax the check",
      "--color": color,
    },
    examples: [
      "hosts",
      "hosts --summary",
      "hosts --format json --output html=fleet.html",
      "hosts --write-baseline known.json",
      "hosts --baseline known.json",
      "hosts --output json=last.json",
      "hosts --since last.json --output json=last.json",
    ],
    page: "settings",
  },
  fix: {
    group: files,
    takes: paths,
    what: "Show fixes as a diff, or write them",
    options: {
      "--diff": "Print a diff for git apply (default)",
      "--write": "Write the fixes to the files",
      "--unsafe": "Also fix what might lock a host out, but leave a data port",
      "--rule": ["RULE", "Only this rule"],
      "--profile": profile,
      "--fail-on": failOn,
    },
    examples: ["hosts", "hosts --write", "hosts --rule ftp-port-open --rule http-port-open"],
    page: "fixes",
  },
  rules: {
    group: files,
    what: "List the rules",
    options: { "--format": textOrJson },
    examples: [""],
    page: "rules/README",
  },
  explain: {
    group: files,
    takes: "RULE | host NAME [PATH...]",
    what: "Explain a rule, or the verdict of a host with a checklist of what is left to do",
    options: {},
    examples: ["avx-lockout", "host rds-legacy hosts"],
    exitCodes: "0 a rule, or a hardened host; 1 a host that is not hardened.",
    page: "rules/README",
  },
  priority: {
    group: files,
    takes: "STRING|-",
    what: "Check a priority string, and show what GnuTLS enables (-: one string per line)",
    options: {
      "--why": ["NAME", "Show which element enables or disables NAME, such as TLS1.1"],
      "--diff": ["STRING", "Show what STRING adds, what it removes, and what it reorders"],
      "--gnutls": ["VERSION", "One build (3.7.9) or release line (3.7) instead of all"],
      "--format": textOrJson,
    },
    examples: [
      "'NORMAL:-VERS-TLS1.0'",
      "'NORMAL:-VERS-TLS1.0' --why TLS1.1",
      "'SECURE256' --gnutls 3.7 --format json",
    ],
    exitCodes: "0 valid, enabled (--why) or no difference (--diff); 1 else.",
  },
  probe: {
    group: network,
    takes: "HOST | --fleet [PATH...]",
    what: "Scan ports, TLS versions and certificate of a host or of all",
    options: {
      "--fleet": "Scan every host under PATH with its own settings",
      "--https-port": ["N", `HTTPS port (default: ${defaultPorts.https})`],
      "--http-port": ["N", `HTTP port (default: ${defaultPorts.http})`],
      "--ftp-port": ["N", `FTP port (default: ${defaultPorts.ftp})`],
      "--full": full,
      "--profile": profile,
      "--filtered-port": ["unknown|closed", "Plain port without an answer (default: unknown)"],
      "--unreachable-families": unreachable,
      "--timeout": timeout,
      "--sockets": sockets,
      "--format": textOrJson,
      "--color": color,
    },
    examples: ["db1.example", "db1.example --full --format json", "--fleet config-repo"],
    exitCodes: "0 good; 1 bad; 4 unknown.",
    page: "probe",
  },
  verify: {
    group: network,
    takes: paths,
    what: "Compare config repo, file on the host and a scan of the host",
    options: {
      "--host": onlyHost,
      "--fleet": "All hosts (default)",
      "--expect-phase": [phase, "open: old ports may still be open (default: close)"],
      "--stpd-ini": ["FILE", "File on this host, if it is not found; needs one --host"],
      "--full": full,
      "--unreachable-families": unreachable,
      "--timeout": timeout,
      "--sockets": sockets,
      "--profile": profile,
      "--fail-on": failOn,
      "--format": anyFormat,
      "--output": output,
      "--as-of": ["YYYY-MM-DD", "Check certificates as on that day (default: today)"],
      "--commit": commit,
      "--color": color,
    },
    examples: ["config-repo", "config-repo --host rds1 --expect-phase open"],
    exitCodes: "0 as expected; 1 findings; 4 unknown.",
    page: "probe",
  },
  status: {
    group: network,
    takes: "[ENVIRONMENT|HOST]",
    what: "Show each host by config repo, rollouts and last scan",
    more: access,
    options: {
      "--key": key,
      "--keys": keys,
      "--ref": ref,
      "--fresh": ["HOURS", "Age at which a scan is too old (default: 36)"],
      "--format": ["text|json|openmetrics|checkmk", textOrJson[1]],
      "--output": ["html=FILE", "Also write the html page to FILE"],
    },
    examples: ["production", "--keys keys.txt --output html=fleet.html"],
    page: "page",
  },
  inventory: {
    group: network,
    what: "Export a Server's interfaces and who uses them",
    more: "KIND is client, or backup, restore, migration or replication with -task or -event.",
    options: {
      "--url": ["URL", "https://SERVER:11401 (required)"],
      "--user": ["NAME", "Account that may read everything (required)"],
      "--password-file": passwordFile,
      "--login-type": loginType,
      "--ca-file": authorities,
      "--out": ["FILE", "File to write (default: standard output)"],
      "--name": ["NAME", "Name of the Server in the file (default: its own)"],
      "--timeout": requestLimit,
      "--endpoint": ["NAME=METHOD:PATH", "Request of a KIND, login, logout or server"],
      "--skip": ["KIND", "Skip this kind, or undocumented: you vouch that it uses no plain port"],
      "--details": ["KIND=PATH", "Request each item as well; PATH has {id} or {name}"],
      "--absent": ["KIND=blank|none", "What an item without an interface field counts as"],
      "--interface-key": ["KEY", "Another word in keys of interface fields"],
      "--ignore-key": ["KEY", "Ignore what is below a key of this name"],
      "--client-key": ["KEY", "Key by which a task or event names its client"],
      "--paging": ["QUERY", "offset=NAME,limit=NAME or page=NAME,limit=NAME[,first=1]"],
      "--page-size": ["N", "Items per page (default: 500)"],
    },
    examples: [
      "--url https://sesam1:11401 --user inventory --password-file secret --skip undocumented --out hosts/sesam1/interfaces.json",
    ],
    exitCodes: "0 complete; 4 incomplete.",
    page: "inventory",
  },
  plan: {
    group: rollouts,
    takes: "ENVIRONMENT [PATH...]",
    what: "Plan which hosts get which file, in which waves",
    more: `Reads what was last verified from --records, the ledger, or its branch in this clone. ${access}`,
    options: {
      "--phase": requiredPhase,
      "--host": onlyHost,
      "--except": ["NAME", "Host that need not be open before others close"],
      "--ref": ref,
      "--records": ["FILE", "Export or checkout of the ledger"],
      "--key": key,
      "--keys": keys,
      "--ledger": ["COMMIT", "Commit of the ledger (default: the newest)"],
      "--repository": repository,
      "--wave-size": ["N", `Most hosts of a wave, 1 to ${largestWave} (default: ${largestWave})`],
      "--rehearsal": [
        "DIR",
        "Reports of a rehearsal, as `gh run download` leaves them; shown in text and markdown",
      ],
      "--as-of": asOf,
      "--format": ["text|json|markdown", "json is the plan file for apply (default: text)"],
      "--color": color,
    },
    examples: [
      "production --phase open --records records.json --format json > plan.json",
      "production --phase close --keys keys.txt",
    ],
    exitCodes: "0 planned; 1 a host is refused, or was not ready in the rehearsal.",
    page: "plans",
  },
  runbook: {
    group: rollouts,
    takes: "HOST",
    what: "Print the PowerShell script by which a person changes a host on Windows",
    more: "For a host that the plan lists by hand. Refused where apply would refuse. The script was never tried on Windows.",
    options: {
      "--plan": ["FILE", "Plan as plan --format json prints it (required)"],
      "--repo": ["DIR", "Clone of the config repo that has the plan's commit (default: .)"],
      "--records": ["FILE", "Export or checkout of the ledger (default: its branch in the clone)"],
    },
    examples: ["win1 --plan plan.json --records records.json > runbook-win1.ps1"],
    page: "windows",
  },
  "ticket keygen": {
    group: rollouts,
    what: "Write a new private key to a file and print the public key",
    options: {
      "--out": ["FILE", "New file for the private key, in no clone (required)"],
      "--format": ["jwk|pins|key", "JWK, section of the pins, or KID:X (default: jwk)"],
    },
    examples: ["--out signing-key > keys.txt"],
    page: "rollout-setup",
  },
  "ticket verify": {
    group: rollouts,
    takes: "TICKET|-",
    what: "Verify signature and time of a ticket, and what it allows",
    options: {
      "--key": ["FILE", "Public key as ticket keygen prints it (required)"],
      "--clock-skew": ["SECONDS", "How far clocks may differ (default: 60)"],
      "--plan": ["FILE", "Plan of the ticket; needed by the options below"],
      "--repository": repository,
      "--environment": ["NAME", "Environment that the ticket must name"],
      "--phase": [phase, "Phase that the ticket must name"],
      "--wave": ticketWave,
      "--commit": ticketCommit,
      "--host": ["NAME", "Host that must be in the wave"],
      "--last-sequence": ["N", "Sequence that the ticket must exceed (default: 0)"],
      "--format": textOrJson,
    },
    examples: ["- --key key.json --plan plan.json < ticket"],
    exitCodes: "0 accepted; 1 refused.",
    page: "rollouts",
  },
  "ledger log": {
    group: rollouts,
    what: "List the entries of the ledger on GitHub, newest first",
    more: access,
    options: {
      "--key": key,
      "--keys": keys,
      "--rollout": ["ID", "Only entries of this rollout"],
      "--limit": ["N", "Only the newest N entries"],
    },
    examples: ["--keys keys.txt --rollout production-open-2"],
    page: "ledger",
  },
  "ledger verify": {
    group: rollouts,
    what: "Verify history, signatures and transitions of the ledger",
    more: access,
    options: {
      "--key": key,
      "--keys": keys,
      "--head": ["COMMIT", "Commit that the ledger must contain; detects truncation"],
      "--repository": repository,
      "--format": textOrJson,
    },
    examples: ["--keys keys.txt --head COMMIT"],
    exitCodes: "0 whole; 1 something is wrong.",
    page: "ledger",
  },
  "ledger export": {
    group: rollouts,
    what: "Print all entries, or the records for plan --records",
    more: access,
    options: {
      "--key": key,
      "--keys": keys,
      "--format": ["jsonl|csv|records", "What to print (default: jsonl)"],
    },
    examples: ["--keys keys.txt --format csv > ledger.csv"],
    page: "ledger",
  },
  "ledger ruleset": {
    group: rollouts,
    what: "Print the GitHub rulesets that protect the ledger's branch",
    options: { "--app": ["NUMBER", "Id of the GitHub App (required)"] },
    examples: ["--app NUMBER > rulesets.json"],
    page: "ledger",
  },
  "host install": {
    group: hostGroup,
    what: "Install the program, pins and recovery on a host",
    options: {
      "--host": ["NAME", "Host folder in the config repo (default: write no pins)"],
      "--repository": [repository[0], `${repository[1]} (required with --host)`],
      "--address": ["NAME", "Name or address that clients use (required with --host)"],
      "--role": ["server|rds", "Role of the host; a Server needs server (default: rds)"],
      "--environment": ["NAME", "Environment of the host, as in host.ini (default: any)"],
      "--key": ["KEY", "Public key that signs tickets, as KID:X or JWK"],
      "--keys": ["FILE", "Public keys that sign tickets, one per line"],
      "--runner-user": ["USER", "User who may run apply --from-job with sudo"],
      "--stpd-ini": ["FILE", "stpd.ini (default: /var/opt/sesam/var/ini/stpd.ini)"],
      "--sm-main": ["FILE", "sm_main (default: /opt/sesam/bin/sesam/sm_main)"],
      "--root": ["DIR", "Directory to install below, for images (default: /)"],
    },
    examples: ["--host rds1 --repository 123456789 --address rds1.example --keys keys.txt"],
    page: "host-install",
  },
  "host status": {
    group: hostGroup,
    what: "Show the state of each host, and if it can be changed",
    options: { "--host": onlyHost },
    examples: [""],
    exitCodes: "0 fine; 4 unfinished, wrong or unknown.",
    page: "host",
  },
  "host check": {
    group: hostGroup,
    what: "Check every precondition of a change, and change nothing",
    options: {
      "--host": onlyHost,
      "--from-job": "Try one plan for a rehearsal; needs the options below",
      "--phase": [phase, "Phase that is tried"],
      "--wave": ticketWave,
      "--commit": ticketCommit,
      "--repo": ["DIR", "Checkout of the config repo"],
      "--plan": ["FILE", "Plan, as plan --format json prints it"],
      "--ledger": ["DIR", "Checkout of the ledger's branch, for a plan that rolls back"],
      "--ticket": ["FILE", "Signed ticket of the rehearsal"],
      "--attempt": ["N", "Attempt of the run"],
      "--format": textOrJson,
    },
    examples: ["", "--host rds1 --format json"],
    exitCodes: "0 ready; 1 not ready; 4 unknown.",
    page: "host-check",
  },
  "host records": {
    group: hostGroup,
    what: "Print files and public keys of the hosts, for plan --records",
    more: "With --stpd-ini the record is made from a copy of the file, on any machine and without root: for a host on Windows, where this program is not installed.",
    options: {
      "--host": ["NAME", "Host that the copy is of; needed with --stpd-ini"],
      "--repository": ["ID", "GitHub's number of the config repo; needed with --stpd-ini"],
      "--stpd-ini": ["FILE", "Copy of the stpd.ini of the host that --host names"],
    },
    examples: [
      "> records.json",
      "--host win1 --repository 123456789 --stpd-ini win1-stpd.ini > win1.json",
    ],
    page: "host-install",
  },
  "host uninstall": {
    group: hostGroup,
    what: "Remove the program, and keep pins and state",
    options: { "--root": ["DIR", "Directory it was installed below (default: /)"] },
    examples: [""],
    page: "host-install",
  },
  apply: {
    group: hostGroup,
    what: "Change a host: verified and confirmed, or rolled back",
    options: {
      "--phase": requiredPhase,
      "--repo": repo,
      "--plan": ["FILE", "Plan, as plan --format json prints it (required)"],
      "--ledger": ["DIR", "Checkout of the ledger's branch, for a plan that rolls back"],
      "--ticket": ["FILE", "Signed ticket that allows the change"],
      "--host": pinned,
      "--dry-run": "Print the diff and every command, and change nothing",
      "--expect": ["SHA256", "Digest of the current stpd.ini, if not the plan's"],
      "--break-glass": ["REASON", "Change without a ticket; REASON is recorded"],
      "--idle-seen-by": idle,
      "--from-job": "Refuse --expect, --break-glass and --idle-seen-by",
      "--wave": ticketWave,
      "--commit": ticketCommit,
      "--attempt": ["N", "Attempt of the run; the host's key signs the report"],
      "--format": textOrJson,
    },
    examples: [
      "--phase open --repo config --plan plan.json --ticket ticket --dry-run",
      '--phase open --repo config --plan plan.json --break-glass "why"',
    ],
    exitCodes: "0 verified; 1 refused or rolled back; 4 unknown.",
    page: "host",
  },
  recover: {
    group: hostGroup,
    what: "Finish or roll back an interrupted change",
    options: {
      "--host": pinned,
      "--show": "Only print the manual rollback, as commands",
      "--idle-seen-by": idle,
      "--cause": ["timer|boot|person", "Internal: what starts it (default: person)"],
      "--id": ["ID", "Internal: change of the timer"],
      "--after": ["SECONDS", "Internal: wait first; needs --id"],
      "--detach": "Internal: wait in the background",
    },
    examples: ["", "--host rds1 --show"],
    exitCodes: "0 reachable; 1 refused; 4 unfinished.",
    page: "host",
  },
  globals: {
    group: hostGroup,
    what: "Set the global settings once all hosts answer over HTTPS, or read them",
    options: {
      "--repo": repo,
      "--host": pinned,
      "--attest": ["WHO", "Who saw the settings, and where, if no command reads them"],
      "--read": "Only read the settings, by the pinned command; writes nothing",
      "--format": ["FORMAT", "With --read: text or json (default: text)"],
    },
    examples: ['--repo config --attest "Anna saw them in the GUI"', "--read"],
    more: "With --read the exit code is 0 if the settings were read, or no command that reads them is pinned; 4 if the command failed.",
    exitCodes: "0 set and read back; 1 refused; 4 not known to be set.",
    page: "global-settings",
  },
  completion: {
    group: program,
    takes: "bash|zsh|fish",
    what: "Print a completion script for a shell",
    more: "For zsh, the directory has to be in $fpath.",
    options: {},
    examples: [
      "bash > ~/.local/share/bash-completion/completions/sesam-harden",
      "zsh > ~/.zfunc/_sesam-harden",
      "fish > ~/.config/fish/completions/sesam-harden.fish",
    ],
  },
  help: {
    group: program,
    takes: "[COMMAND]",
    what: "Show all commands, or one; also --help and -h",
    options: {},
    examples: ["ledger verify"],
  },
  version: {
    group: program,
    what: "Print the version; also --version and -V",
    options: {},
    examples: [""],
  },
};
