import { isTooLong } from "../fix/changes.ts";
import { printCanonical } from "../formats/json/canonical.ts";
import { planHostFixes, type FolderFixes, type HostPlan, type HostFixes } from "../fix/plan.ts";
import {
  documentOf,
  factsOf,
  hostFiles,
  type HostFileName,
  type HostFolder,
} from "../fleet/host-folder.ts";
import { listAssumptions } from "../fleet/assumptions.ts";
import { readTraits, type HostTraits } from "./disagreement.ts";
import type { IniEdit } from "../formats/ini/edit.ts";
import type { HostRead } from "../fleet/read-host.ts";
import type { FindUse } from "../fleet/port-usage.ts";
import { judge, withoutErrors, type Host } from "../fleet/verdict.ts";
import type { AllowList } from "../rules/allow-list.ts";
import type { KnownRules, Settings } from "../settings/settings.ts";
import {
  placeOfComment,
  readSuppressions,
  type Suppression,
} from "../rules/suppression-comments.ts";
import {
  locateFinding,
  sectionPlace,
  stampFinding,
  type LocatedFinding,
} from "../rules/finding.ts";
import { suppression as suppressionRule } from "../rules/catalog/suppression.ts";
import { type Rule, type RuleFinding, knowRules } from "../rules/rule.ts";
import { severities, type Severity } from "../base/severity.ts";

export interface CheckedHost {
  readonly host: Host;
  readonly findings: readonly LocatedFinding[];
  readonly fixes: FolderFixes;
  /** The edits that make the new stpd.ini of the fixes. */
  readonly edits: readonly IniEdit[];
  /** Undefined if stpd.ini could not be read. */
  readonly traits: HostTraits | undefined;
}

export type CheckHost = (read: HostRead) => CheckedHost;

interface Found extends RuleFinding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly suppressed: LocatedFinding["finding"]["suppressed"];
  /** The findings that it counts; omitted unless it stands for several. */
  readonly counted?: readonly RuleFinding[];
}

export interface HostCheckContext {
  readonly rules: readonly Rule[];
  readonly settings: Settings;
  readonly allowList: AllowList;
  /** The day on which suppressions are evaluated. */
  readonly asOf: string;
  readonly findUse: FindUse;
  readonly fix: FixChoice;
}

/** Which fixes to apply. */
export interface FixChoice {
  readonly unsafe: boolean;
  /** Only fixes of these rules; undefined: all. */
  readonly rules: readonly string[] | undefined;
}

/** Applies the rules of a host's profile to its files and plans the fixes. */
export function createHostCheck(context: HostCheckContext): CheckHost {
  const { rules, settings, allowList, asOf, findUse, fix } = context;
  const known = knowRules(rules);
  return ({ folder, parse }) => {
    const { name, path, policy } = folder;
    const suppressing = openSuppressions(folder, asOf, known);
    const found: Found[] = [];
    const isEditable = folder.stpd.kind === "file" && !isTooLong(folder.stpd);
    for (const rule of rules) {
      if (rule.check === undefined || rule.profiles?.includes(policy.profile) === false) continue;
      const level = settings.levels.get(rule.id) ?? rule.severity;
      if (level === "off") continue;
      const add = (
        finding: RuleFinding & Pick<Found, "counted">,
        inline: Found["suppressed"],
      ): void => {
        const allowed = rule.suppressible === false ? null : allowList.apply(rule.id, name);
        const severity = atMost(level, finding.severity);
        found.push({ ...finding, rule, severity, suppressed: inline ?? allowed });
      };
      const listed = new Map<HostFileName, number>();
      const unlisted = new Map<HostFileName, [first: RuleFinding, ...rest: RuleFinding[]]>();
      for (const finding of rule.check(folder)) {
        const inline = suppressing.apply(rule.id, finding);
        if (inline !== null || (finding.fix !== undefined && isEditable)) {
          add(finding, inline);
          continue;
        }
        const { file = "stpd.ini" } = finding;
        const count = listed.get(file) ?? 0;
        listed.set(file, count + 1);
        if (count < maxListed) add(finding, null);
        else if (count === maxListed) unlisted.set(file, [finding]);
        else unlisted.get(file)?.push(finding);
      }
      for (const [file, more] of unlisted) {
        add(more.length === 1 ? more[0] : countMore(rule, file, more), null);
      }
    }
    for (const finding of suppressing.close()) {
      const severity = finding.severity ?? suppressionRule.severity;
      found.push({ ...finding, rule: suppressionRule, severity, suppressed: null });
    }
    const proposed = found.map(({ fix: own, rule, suppressed }) =>
      suppressed === null && (fix.rules?.includes(rule.id) ?? true) ? own : undefined,
    );
    const plan = planHostFixes(folder, proposed, { parse, findUse, unsafe: fix.unsafe });
    const { role, environment = null } = factsOf(folder);
    const findings = found.map((finding, index) => {
      const { rule, severity, suppressed, file = "stpd.ini" } = finding;
      const { place, source, ...own } = locateFinding(folder, finding);
      const subject = finding.counted ? subjectOfAll(folder, finding.counted) : own.subject;
      const fixable = plan.outcomes[index]?.fixable ?? "no";
      const stamp = { host: name, file: path + file, severity, suppressed, fixable, source };
      return { finding: stampFinding(rule, finding, place, stamp), source, subject };
    });
    const verdict = withoutErrors(judge(folder), found);
    return {
      host: { name, role, environment, verdict, assumptions: listAssumptions(folder) },
      traits: readTraits(folder, verdict),
      findings,
      fixes: {
        name,
        path,
        ...listFixes(findings, plan),
        ...(factsOf(folder).os === "windows" && { isWindows: true }),
      },
      edits: plan.edits,
    };
  };
}

/** The most findings of one rule that are listed for a file, so that a report stays readable. */
const maxListed = 100;

/** One finding for all that are not listed, at the place of the first of them. */
function countMore(
  { id }: Rule,
  file: HostFileName,
  more: readonly [RuleFinding, ...RuleFinding[]],
): RuleFinding & Pick<Found, "counted"> {
  const { place, severity } = more[0];
  const isSame = more.every((finding) => finding.severity === severity);
  return {
    file,
    ...(place && { place }),
    ...(isSame && severity !== undefined && { severity }),
    message: `${more.length} more findings of ${id} in this file, from this line on`,
    help: "Fix the listed ones, then check the file again.",
    counted: more,
  };
}

/** Of all findings that are counted, so that a baseline hides none that is new among them. */
function subjectOfAll(
  folder: HostFolder,
  counted: readonly RuleFinding[],
): LocatedFinding["subject"] {
  // Printed one by one, since a long file has tens of thousands.
  const subjects = counted.map((finding) =>
    printCanonical({ ...locateFinding(folder, finding).subject }),
  );
  return { section: "", key: "", value: `[${subjects.join(",")}]` };
}

/** A finding may have a lower severity than its rule, but never a higher one. */
function atMost(level: Severity, own: Severity = level): Severity {
  return severities.indexOf(own) > severities.indexOf(level) ? own : level;
}

function listFixes(findings: readonly LocatedFinding[], { files, outcomes }: HostPlan): HostFixes {
  const withheld = findings.flatMap((located, index) => {
    const outcome = outcomes[index];
    const reason = outcome?.applied === false ? outcome.reason : undefined;
    return reason === undefined ? [] : [{ located, reason }];
  });
  return { files, applied: findings.filter((_, index) => outcomes[index]?.applied), withheld };
}

interface OpenSuppressions {
  readonly apply: (rule: string, finding: RuleFinding) => Found["suppressed"];
  readonly close: () => readonly RuleFinding[];
}

/** The suppressions in all files of a host; `close` reports invalid and unused ones. */
function openSuppressions(folder: HostFolder, asOf: string, known: KnownRules): OpenSuppressions {
  const byFile = new Map<HostFileName, readonly Suppression[]>();
  const byPlace = new Map<string, Suppression[]>();
  const used = new Set<Suppression>();
  const wrong: RuleFinding[] = [];
  for (const file of hostFiles) {
    const document = documentOf(folder, file);
    if (document === undefined) continue;
    const { valid, findings } = readSuppressions(document, asOf, known);
    byFile.set(file, valid);
    for (const suppression of valid) {
      const place = `${file} ${suppression.covers} ${suppression.rule}`;
      const others = byPlace.get(place);
      if (others === undefined) byPlace.set(place, [suppression]);
      else others.push(suppression);
    }
    wrong.push(...findings.map((finding) => ({ ...finding, file })));
  }
  return {
    apply: (rule, finding) => {
      const { file = "stpd.ini" } = finding;
      if (byPlace.size === 0) return null;
      const { line } = finding.place ?? sectionPlace(folder);
      const fitting = byPlace.get(`${file} ${line} ${rule}`) ?? [];
      for (const suppression of fitting) used.add(suppression);
      const [first] = fitting;
      return first === undefined ? null : { reason: first.reason, until: first.until };
    },
    close: () => [
      ...wrong,
      ...[...byFile].flatMap(([file, suppressions]) =>
        suppressions
          .filter((suppression) => !used.has(suppression))
          .map(({ line, rule }) => ({
            file,
            severity: "warning" as const,
            place: placeOfComment(documentOf(folder, file)?.lines[line]?.raw ?? "", line),
            message: `unused suppression: ${rule} does not fire on the next line`,
            help: "Remove the comment.",
          })),
      ),
    ],
  };
}
