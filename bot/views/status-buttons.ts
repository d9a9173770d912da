import { decodeBytes } from "../../src/core/base/text.ts";
import type { Button } from "./blocks.ts";
import { button } from "./builders.ts";
import { toLink } from "./escape.ts";

/** Refreshes a view; an empty subject is the fleet. */
export function refreshButton(subject: string, what: string): Button {
  const value = encodeSubject(subject);
  const rest = value === "" ? {} : { value };
  return button({ action: "refresh", text: "Refresh", label: `Refresh ${what}`, ...rest });
}

const maxValueLength = 2000;

/** A host or environment as the value of a button, without markup; one that is too long becomes the fleet. */
export function encodeSubject(name: string): string {
  const value = encodeURIComponent(name.toWellFormed());
  return value.length <= maxValueLength ? value : "";
}

/** Undefined for an invalid value. Does not check that the host exists. */
export function decodeSubject(value: string): string | undefined {
  return /^(?:[\w.!~*'()-]|%[0-9A-F]{2})*$/.test(value) ? decodeOrNone(value) : undefined;
}

/** Undefined for invalid UTF-8. */
function decodeOrNone(value: string): string | undefined {
  const bytes = value.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const name = decodeBytes(bytes);
  return encodeURIComponent(name.toWellFormed()) === value ? name : undefined;
}

export function fixButton(fixUrl: string | null): readonly Button[] {
  const url = fixUrl === null ? undefined : toLink(fixUrl);
  if (url === undefined) return [];
  const label = "Open the fix pull request on GitHub";
  return [button({ action: "open-pr", text: "Open fix PR", label, url })];
}

export function planButtons(environment: string): readonly Button[] {
  return (["open", "close"] as const).map((phase) =>
    button({
      action: `plan-${phase}`,
      text: `Plan ${phase}`,
      label: `Plan phase ${phase} for ${environment}`,
      value: encodeSubject(environment),
    }),
  );
}
