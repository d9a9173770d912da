import type { Dialect } from "../gnutls/dialects.ts";
import { createStpdParser, entriesOf, priorityKey } from "../fleet/stpd-file.ts";
import type { HostFolder } from "../fleet/host-folder.ts";
import { planHostFixes } from "../fix/plan.ts";
import { rules } from "../rules/index.ts";
import { defaultPolicy } from "../settings/policy.ts";
import { profiles, type Profile } from "../base/profile.ts";
import type { Severity } from "../base/severity.ts";

export interface PriorityFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** What `check` says of a host that has this priority string, under one profile. */
export interface ProfileVerdict {
  readonly profile: Profile;
  readonly findings: readonly PriorityFinding[];
  /** The string that `fix` would write; undefined where it would change nothing. */
  readonly suggestion: string | undefined;
  /** Whether `fix` writes it without `--unsafe`. */
  readonly isSafe: boolean;
}

/**
 * Runs the rules for priority strings. Takes a byte string. Undefined where the string cannot be
 * the value of a line of stpd.ini, such as one with a line end or a double quote.
 */
export function checkPriority(
  priority: string,
  dialects: readonly Dialect[],
): readonly ProfileVerdict[] | undefined {
  const base = { ...defaultPolicy, dialects };
  const parse = createStpdParser(base);
  const stpd = parse(`[STPD_Server]\nSTPD_HTTPS_PORT=11443\n${priorityKey}="${priority}"\n`);
  if (stpd.kind !== "file" || valueOf(stpd) !== priority) return undefined;
  return profiles.map((profile) => {
    const policy = { ...base, profile };
    const folder: HostFolder = {
      name: "host",
      path: "host/",
      stpd,
      facts: undefined,
      globals: undefined,
      interfaces: undefined,
      policy,
    };
    const found = rules
      .filter(
        ({ id, profiles: only = profiles }) => id.startsWith("tls-") && only.includes(profile),
      )
      .flatMap((rule) => (rule.check?.(folder) ?? []).map((finding) => ({ rule, finding })));
    const proposed = found.map(({ finding }) => finding.fix);
    const plan = planHostFixes(folder, proposed, { parse, findUse: () => undefined, unsafe: true });
    const [file] = plan.files;
    const fixed = file === undefined ? undefined : parse(file.after);
    return {
      profile,
      findings: found.map(({ rule, finding }) => ({
        rule: rule.id,
        severity: finding.severity ?? rule.severity,
        message: finding.message,
      })),
      isSafe: plan.outcomes.every(({ fixable }) => fixable !== "unsafe"),
      suggestion: fixed?.kind === "file" ? valueOf(fixed) : undefined,
    };
  });
}

function valueOf(file: Parameters<typeof entriesOf>[0]): string | undefined {
  return entriesOf(file, priorityKey)[0]?.value;
}
