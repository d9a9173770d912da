import type { KnownHost } from "../fleet/known-hosts.ts";
import type { HostSource } from "../fleet/read-host.ts";
import { findNameFault } from "../fleet/server-name.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import type { Problem } from "../base/errors.ts";
import type { CheckedHost } from "./check-host.ts";

/** What the fleet check needs from one host. */
export interface SourceCheck {
  readonly checked: CheckedHost;
  readonly known: KnownHost;
  /** Problems of its settings. */
  readonly problems: readonly Problem[];
}

type CheckSource = (source: HostSource) => SourceCheck;

/** The result of the first host with some content, with the indexes of findings that have fixes. */
interface Shape {
  readonly path: string;
  readonly result: SourceCheck;
  readonly applied: readonly number[];
  readonly withheld: readonly { readonly index: number; readonly reason: string }[];
}

/** Limits of the cache; with more shapes the hosts are not copies of each other. */
const maxShapes = 1000;
const maxSharedBytes = 16 * 1024;

/**
 * Checks equal hosts once, since most hosts of a fleet are copies of each other. The others get the
 * same result with their own name and path, so `check` must depend only on name, path and files.
 */
export function shareChecks(check: CheckSource): CheckSource {
  const shapes = new Map<string, Shape>();
  return (source) => {
    const content = readShareable(source);
    if (content === undefined) return check(source);
    const shape = shapes.get(content);
    if (shape !== undefined) return moveTo(shape, source);
    const result = check(source);
    if (shapes.size < maxShapes) shapes.set(content, keepShape(result, source));
    return result;
  };
}

/**
 * The bytes of stpd.ini if the check of the host depends on nothing else: no other files, no
 * suppression, and a name that no rule reports. Undefined for any other host.
 */
function readShareable({ name, files, misnamed = [] }: HostSource): string | undefined {
  const { "stpd.ini": stpd, ...others } = files;
  if (stpd?.kind !== "bytes" || stpd.bytes.length > maxSharedBytes) return undefined;
  for (const _ in others) return undefined;
  if (misnamed.length > 0 || name === "" || findNameFault(name) !== undefined) return undefined;
  return stpd.bytes.includes("sesam-harden") ? undefined : stpd.bytes;
}

function keepShape(result: SourceCheck, { path }: HostSource): Shape {
  const { findings, fixes } = result.checked;
  return {
    path,
    result,
    applied: fixes.applied.map((located) => findings.indexOf(located)),
    withheld: fixes.withheld.map(({ located, reason }) => ({
      index: findings.indexOf(located),
      reason,
    })),
  };
}

function moveTo(shape: Shape, { name, path }: HostSource): SourceCheck {
  const { checked, known, problems } = shape.result;
  const move = (file: string): string => path + file.slice(shape.path.length);
  const findings = checked.findings.map(({ finding, source, subject }): LocatedFinding => ({
    finding: { ...finding, host: name, file: move(finding.file) },
    source,
    subject,
  }));
  const at = (index: number): readonly LocatedFinding[] => findings.slice(index, index + 1);
  const { host, traits, fixes } = checked;
  return {
    checked: {
      host: { ...host, name },
      traits: traits && { ...traits, name, file: move(traits.file) },
      findings,
      fixes: {
        files: fixes.files,
        applied: shape.applied.flatMap(at),
        withheld: shape.withheld.flatMap(({ index, reason }) =>
          at(index).map((located) => ({ located, reason })),
        ),
      },
    },
    known: { ...known, names: [name] },
    problems,
  };
}
