import type { ProfileVerdict } from "../check/check-priority.ts";
import type { Cause, ListChange } from "../gnutls/compare.ts";
import { nameDialects } from "../gnutls/dialects.ts";
import { countOf, decodeBytes, makeVisible } from "../base/text.ts";

const shownNames = 8;

/** The verdict of each profile, with what is missing and the string that would pass. */
export function renderVerdicts(verdicts: readonly ProfileVerdict[] | undefined): readonly string[] {
  if (verdicts === undefined) {
    return ["not checked: stpd.ini cannot hold this string as one quoted value"];
  }
  return verdicts.flatMap(({ profile, findings, suggestion, isSafe }) => {
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const others = findings.length - errors;
    const counts = [
      ...(errors === 0 ? [] : [countOf(errors, "error")]),
      ...(others === 0 ? [] : [countOf(others, "warning")]),
    ];
    const verdict = errors === 0 ? "pass" : "fail";
    return [
      `${profile}: ${verdict}${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`,
      ...findings.map(
        ({ rule, severity, message }) => `  ${severity}: ${makeVisible(message)} [${rule}]`,
      ),
      ...(suggestion === undefined
        ? []
        : [`  ${isSafe ? "fix" : "fix --unsafe"}: ${makeVisible(decodeBytes(suggestion))}`]),
    ];
  });
}

/**
 * What one string or build enables and another does not, and what has another order; empty if there
 * is no difference.
 */
export function renderChanges(changes: readonly ListChange[]): readonly string[] {
  return changes.flatMap(({ what, added, removed, reordered }) => [
    ...(added.length === 0 ? [] : [`  + ${listNames(what, added)}`]),
    ...(removed.length === 0 ? [] : [`  - ${listNames(what, removed)}`]),
    ...(reordered === undefined
      ? []
      : [
          `  ~ ${listNames(`${what}, same elements, different order`, fromFirst(reordered.after, reordered.before))}`,
          `    ${listNames("instead of", fromFirst(reordered.before, reordered.after))}`,
        ]),
  ]);
}

/** The part of a list from the first name that another list has elsewhere. */
function fromFirst(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.slice(names.findIndex((name, index) => name !== others[index]));
}

function listNames(what: string, names: readonly string[]): string {
  const more = names.length - shownNames;
  const shown = more > 1 ? names.slice(0, shownNames) : names;
  const rest = more > 1 ? ` and ${more} more` : "";
  return `${what}: ${shown.join(", ")}${rest}`;
}

/** Which element enables or disables a name. */
export function renderCauses(name: string, causes: readonly Cause[]): readonly string[] {
  return causes.map(({ isEnabled, isRefused, element, dialects }) => {
    const place =
      element === undefined
        ? undefined
        : `${makeVisible(decodeBytes(element.text)) || "an empty element"} at byte ${element.trueOffset}`;
    const decision = isEnabled ? "enabled" : "disabled";
    const where = isRefused
      ? `GnuTLS refuses the whole string, because of ${place ?? "its end"}`
      : place === undefined
        ? "no element enables it"
        : `${decision} by ${place}`;
    return `${name} is ${isEnabled ? "on" : "off"} (${nameDialects(dialects)}): ${where}`;
  });
}
