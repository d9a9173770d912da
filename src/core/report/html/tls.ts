import type { AddressProbe, PortState, TlsAnswer } from "../../probe/address-probe.ts";
import { probedPorts, type PortName } from "../../probe/observation.ts";
import { modernVersions, tlsVersions, type TlsVersion } from "../../tls/versions.ts";
import { renderHead, renderSection, renderTable, fill, nothing, type Markup } from "./markup.ts";
import type { PageFacts, PageModel } from "./model.ts";
import { countOf } from "../../base/text.ts";

/** Scan results: ports, TLS versions, suites and certificate of each address. */
export function renderWire({ hosts }: PageModel, { probes }: PageFacts): Markup {
  if (probes.length === 0) return nothing;
  const probeOf = new Map(probes.map((probe) => [probe.host, probe]));
  const rows = hosts.flatMap(({ host, id }) => {
    const { addresses = [], unchecked = [], reasons = [] } = probeOf.get(host.name) ?? {};
    const start = fill`<tr data-h="${id}"><th scope="row">${host.name}</th>`;
    if (addresses.length > 0) {
      return [
        ...addresses.map((probe) => fill`${start}${renderAddress(probe)}${renderMore(probe, id)}`),
        ...unchecked.map(
          (address) =>
            fill`${start}<td><code>${address}</code></td><td colspan="9" class="faint">not scanned from there</td></tr>
`,
        ),
      ];
    }
    return [
      fill`${start}<td colspan="10" class="faint">${reasons[0]?.message ?? "not scanned"}</td></tr>
`,
    ];
  });
  const columns = [...probedPorts.map((name) => name.toUpperCase()), ...tlsVersions];
  const heads = ["Host", "Address", ...columns, "Certificate"];
  const drawn = heads.map((title) => renderHead(title));
  return renderSection("wire", "Network scan", renderTable({ id: "wire", heads: drawn, rows }));
}

function renderAddress({ address, ports, protocols, certificate }: AddressProbe): Markup {
  const portCells = probedPorts.map((name) => {
    const { port, state } = ports[name];
    return fill`<td><span class="seen ${ratePort(name, state)}">${state}</span> <small>${port}</small></td>`;
  });
  const versionCells = tlsVersions.map((version) => {
    const answer = protocols[version]?.answer;
    if (answer === undefined) return fill`<td class="faint">not tested</td>`;
    return fill`<td><span class="seen ${rateVersion(version, answer)}">${answer}</span></td>`;
  });
  const ends = certificate === null ? "" : `until ${certificate.notAfter.slice(0, 10)}`;
  return fill`<td><code>${address}</code></td>${portCells}${versionCells}<td class="until">${ends}</td></tr>
`;
}

/** Suites and certificate, in a row of their own. */
function renderMore({ protocols, certificate }: AddressProbe, id: string): Markup {
  const seen = Object.entries(protocols).filter(([, { suites }]) => suites.length > 0);
  const count = seen.reduce((sum, [, { suites }]) => sum + suites.length, 0);
  const lines = seen.map(([version, { suites }]) => [version, suites.join(" ")] as const);
  if (certificate !== null) {
    const { subject, names, spkiSha256 } = certificate;
    lines.push(
      ["Certificate", [subject, ...names].join(", ")],
      ["SHA-256 of the public key", spkiSha256],
    );
  }
  if (lines.length === 0) return nothing;
  const drawn = lines.map(([name, text]) => fill`<dt>${name}</dt><dd>${text}</dd>`);
  return fill`<tr class="more" data-h="${id}"><td colspan="11"><details><summary>${countOf(count, "suite")}</summary><dl>${drawn}</dl></details></td></tr>
`;
}

type Rating = "good" | "bad" | "unsure" | "";

function ratePort(name: PortName, state: PortState): Rating {
  if (state === "filtered") return "unsure";
  return (state === "open") === (name === "https") ? "good" : "bad";
}

/** Old versions must be refused; one of the new versions may be. */
function rateVersion(version: TlsVersion, answer: TlsAnswer): Rating {
  if (answer === "unknown") return "unsure";
  const isModern = modernVersions.includes(version);
  if ((answer === "accepted") === isModern) return "good";
  return isModern ? "" : "bad";
}
