import type { LocatedFinding } from "../../src/core/rules/finding.ts";
import type { HostProbe } from "../../src/core/probe/host-probe.ts";
import type { HostStatus } from "../../src/core/status/fleet-status.ts";
import type { Block, Message } from "./blocks.ts";
import {
  actions,
  context,
  facts,
  header,
  line,
  rich,
  section,
  strong,
  richWords,
  linkRule,
} from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { fixButton, planButtons, refreshButton } from "./status-buttons.ts";
import { describeSources, type StatusFacts } from "./status.ts";
import { toName, toPlain } from "./escape.ts";
import { nameOfEnvironment, stateWords, describeRollout, describeWire } from "./phrases.ts";
import type { AddressProbe } from "../../src/core/probe/address-probe.ts";
import { probedPorts } from "../../src/core/probe/observation.ts";

export interface HostFacts extends StatusFacts {
  readonly host: HostStatus;
  /** Of the whole fleet; those of the host are picked out. */
  readonly findings: readonly LocatedFinding[];
  /** The newest probe of ports and TLS; null if there is none. */
  readonly probe: HostProbe | null;
}

const driftWords = {
  file: "The file seen on the host is not the one that was verified there.",
  verify: "Verify found a file on the host that differs from the config repo.",
} as const;

/** One host: state in config repo, rollouts and scans, and its findings. */
export function renderHostStatus(request: HostFacts): Message {
  const { status, host: shown, fixUrl, probe } = request;
  const { host, state, drift, rolledOut, wire } = shown;
  const { environment } = host;
  const own = request.findings.filter(({ finding }) => finding.host === host.name);
  const approvals = rolledOut?.approvals.join(", ") || "no one";
  const findings = own.filter(({ finding }) => finding.suppressed === null);
  return message({
    head: [
      header(`${toName(host.name, 100)}: ${state}`),
      section(
        `${[`The host is ${state}: ${stateWords[state]}.`, ...drift.map((one) => driftWords[one])].join(" ")}`,
      ),
      facts([
        ["Environment", nameOfEnvironment(environment)],
        ["Role", host.role],
        ["Config repo", `${host.verdict}, ${describeFindings(own)}`],
        ["Scan", describeWire(shown, status.at)],
        ["Last rollout", describeRollout(shown, status.at)],
        ...(rolledOut === null
          ? []
          : ([
              ["Requested by", rolledOut.requester],
              ["Approved by", approvals],
            ] as const)),
      ]),
      ...(wire === null || wire.rules.length === 0 ? [] : [renderWireRules(wire.rules)]),
      // A probe of verify is older than what apply has seen since.
      ...(probe === null || wire?.from === "host"
        ? []
        : describeProbe(probe).map((text) => context(text))),
    ],
    items: findings.map((located) => [renderFinding(located)]),
    tail: [
      ...describeSources(status),
      ...actions([
        refreshButton(host.name, toName(host.name, 60)),
        ...fixButton(fixUrl),
        ...(environment === null ? [] : planButtons(environment)),
      ]),
    ],
    rest: (left) => `${left} more findings: sesam-harden check shows all.`,
  });
}

function describeFindings(own: readonly LocatedFinding[]): string {
  const suppressed = own.filter(({ finding }) => finding.suppressed !== null).length;
  const open = own.length - suppressed;
  const more = suppressed > 0 ? `, ${suppressed} suppressed until a date` : "";
  return `${open} ${open === 1 ? "finding" : "findings"}${more}`;
}

function renderWireRules(rules: readonly string[]): Block {
  const links = rules.slice(0, 20).flatMap((id) => [richWords(" "), linkRule(id)]);
  return rich(line(richWords("The scan found: "), ...links.slice(1)));
}

function renderFinding({ finding }: LocatedFinding): Block {
  const { severity, message: text, file, line: row, help, rule, fixable } = finding;
  const fix = fixable === "safe" ? " A safe fix is available." : "";
  return rich(
    line(
      strong(severity),
      richWords(`: ${text}, in ${toName(file, 100)} line ${row}. `, 700),
      richWords(`${help}${fix} `, 600),
      linkRule(rule),
    ),
  );
}

const shownAddresses = 5;

const shownReasons = 4;

/** One line per address: ports, TLS versions, certificate and problems. */
function describeProbe({ addresses, unchecked, reasons }: HostProbe): readonly string[] {
  const left = addresses.length - shownAddresses;
  return [
    ...addresses.slice(0, shownAddresses).map(describeAddress),
    ...(left > 0 ? [`${left} more addresses: sesam-harden probe shows them.`] : []),
    ...unchecked
      .slice(0, shownAddresses)
      .map((one) => `Not checked from there: ${toName(one, 60)}.`),
    ...reasons.slice(0, shownReasons).map(({ message: text }) => `Probed: ${toPlain(text)}.`),
  ];
}

function describeAddress({
  address,
  ports,
  protocols,
  certificate,
  reasons,
}: AddressProbe): string {
  const doors = probedPorts.map((name) => `${name} ${ports[name].port} ${ports[name].state}`);
  const versions = Object.entries(protocols).map(([version, { answer }]) => `${version} ${answer}`);
  const tls = versions.length > 0 ? ` TLS: ${versions.join(", ")}.` : "";
  const end = certificate === null ? "" : ` Certificate valid until ${certificate.notAfter}.`;
  const against = reasons.slice(0, shownReasons).map(({ message: text }) => ` ${toPlain(text)}.`);
  return `Probed ${toName(address, 60)}: ${doors.join(", ")}.${tls}${end}${against.join("")}`;
}
