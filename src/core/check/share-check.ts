import type { KnownHost } from "../fleet/known-hosts.ts";
import type { HostSource } from "../fleet/read-host.ts";
import { findNameFault } from "../fleet/server-name.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import type { Problem } from "../base/errors.ts";
import type { CheckedHost } from "./check-host.ts";
import type { ChangedFile } from "../fix/plan.ts";
import { parseIni } from "../formats/ini/document.ts";
import { applyEdits } from "../formats/ini/edit.ts";

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
  readonly bytes: string;
  readonly result: SourceCheck;
  readonly applied: readonly number[];
  readonly withheld: readonly { readonly index: number; readonly reason: string }[];
}

/** Limits of the cache; with more shapes the hosts are not copies of each other. */
const maxShapes = 1000;
const maxSharedBytes = 16 * 1024;

/**
 * A comment in printable ASCII without `=`, which could hold a setting, and without a backslash, which
 * could continue in the next line. Its words cannot affect a check; often they name the host.
 */
const plainComment = String.raw`^#[ -<>-[\]-~]*$`;
const plainComments = new RegExp(plainComment, "gm");
const isPlainComment = new RegExp(plainComment);

/**
 * Checks equal hosts once, since most hosts of a fleet are copies of each other. The others get the
 * same result with their own name, path and comments, so `check` must depend only on name, path and
 * files.
 */
export function shareChecks(check: CheckSource): CheckSource {
  const shapes = new Map<string, Shape>();
  return (source) => {
    const bytes = readShareable(source);
    if (bytes === undefined) return check(source);
    const content = bytes.replace(plainComments, "#");
    const shape = shapes.get(content);
    if (shape !== undefined) return moveTo(shape, { source, bytes, check });
    const result = check(source);
    if (shapes.size < maxShapes && !quotesComment(result)) {
      shapes.set(content, keepShape(result, source, bytes));
    }
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

/** True if the result shows a comment that may differ between hosts of the same shape. */
function quotesComment({ checked: { findings, traits } }: SourceCheck): boolean {
  return [...findings, ...(traits ? [traits] : [])].some(({ source }) =>
    isPlainComment.test(source),
  );
}

function keepShape(result: SourceCheck, { path }: HostSource, bytes: string): Shape {
  const { findings, fixes } = result.checked;
  return {
    path,
    bytes,
    result,
    applied: fixes.applied.map((located) => findings.indexOf(located)),
    withheld: fixes.withheld.map(({ located, reason }) => ({
      index: findings.indexOf(located),
      reason,
    })),
  };
}

interface Copy {
  readonly source: HostSource;
  readonly bytes: string;
  readonly check: CheckSource;
}

function moveTo(shape: Shape, copy: Copy): SourceCheck {
  const { name, path } = copy.source;
  const { checked, known, problems } = shape.result;
  let files: readonly ChangedFile[] | undefined;
  const move = (file: string): string => path + file.slice(shape.path.length);
  const findings = checked.findings.map(({ finding, source, subject }): LocatedFinding => ({
    finding: { ...finding, host: name, file: move(finding.file) },
    source,
    subject,
  }));
  const at = (index: number): readonly LocatedFinding[] => findings.slice(index, index + 1);
  const { host, traits, edits } = checked;
  return {
    checked: {
      host: { ...host, name },
      traits: traits && { ...traits, name, file: move(traits.file) },
      findings,
      fixes: {
        name,
        path,
        // Most reports do not show them.
        get files() {
          return (files ??= moveFiles(shape, copy));
        },
        applied: shape.applied.flatMap(at),
        withheld: shape.withheld.flatMap(({ index, reason }) =>
          at(index).map((located) => ({ located, reason })),
        ),
      },
      edits,
    },
    known: { ...known, names: [name] },
    problems,
  };
}

/** The changed files with the host's own comments. */
function moveFiles(
  { result, bytes }: Shape,
  { source, bytes: own, check }: Copy,
): readonly ChangedFile[] {
  const { fixes, edits } = result.checked;
  if (own === bytes || edits.length === 0) return fixes.files;
  const outcome = applyEdits(parseIni(own), edits);
  if (outcome.kind === "refused") return check(source).checked.fixes.files;
  return fixes.files.map((file) =>
    file.name === "stpd.ini" ? { ...file, before: own, after: outcome.text } : file,
  );
}
