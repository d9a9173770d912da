import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, fill } from "../../../../src/core/report/html/markup.ts";
import { script } from "../../../../src/core/report/html/script.ts";
import { style } from "../../../../src/core/report/html/style.ts";
import { renderHtml } from "../../../../src/core/report/html/index.ts";
import { rulePage, type LocatedFinding } from "../../../../src/core/rules/finding.ts";
import { rules } from "../../../../src/core/rules/index.ts";
import { makeVisible } from "../../../../src/core/base/text.ts";
import { fleets } from "../../../support/builders/fleets.ts";
import { probeOf, hardened } from "../../../support/builders/observations.ts";
import {
  printMarkup,
  renderFleet,
  renderPage,
  renderVerified,
  facts,
  makeFleet,
} from "../../../support/builders/pages.ts";
import { nothingRelaxed } from "../../../support/builders/relaxed.ts";
import type { Host } from "../../../../src/core/fleet/verdict.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("base64");

/** Text that would break out of markup, if anything could. */
const hostile = fc.oneof(
  fc.constantFrom(
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "--><!-- </style> &lt;&#60;&",
    "javascript:alert(1)",
    "\u202egnp.exe\u0000\ud800",
    "`${x}` {{x}} ##[error] ::error::",
  ),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
);

const tags =
  /^<(\/?)(html|head|meta|link|title|style|script|body|a|header|p|b|span|code|h[123]|svg|rect|ul|li|nav|form|input|select|option|button|output|main|section|div|table|thead|tbody|tfoot|tr|th|td|em|small|details|summary|ol|pre|mark|dl|dt|dd|noscript)((?: (?:lang|charset|http-equiv|content|name|rel|href|class|id|viewBox|preserveAspectRatio|aria-[a-z]+|x|width|height|hidden|role|type|placeholder|autocomplete|spellcheck|value|tabindex|scope|title|colspan|rel|data-[a-z])(?:="[^"<>]*")?)*)\/?>/;

const rulePages = new Set(rules.map(({ id }) => rulePage(id)));

/** The text of a page between its tags; fails on an unexpected tag or attribute. */
function readText(page: string): string {
  const body = page.replace("<!doctype html>", "").replace(style, "").replace(script, "");
  let text = "";
  for (let rest = body; rest !== "";) {
    if (!rest.startsWith("<")) {
      const end = rest.indexOf("<") < 0 ? rest.length : rest.indexOf("<");
      text += rest.slice(0, end);
      rest = rest.slice(end);
      continue;
    }
    const [tag, , , attributes = ""] = tags.exec(rest) ?? [];
    if (tag === undefined) throw new Error(`unexpected tag: ${rest.slice(0, 80)}`);
    for (const [, href = ""] of attributes.matchAll(/ href="([^"]*)"/g)) {
      if (!/^(#|data:$)/.test(href) && !rulePages.has(href))
        throw new Error(`external link: ${href}`);
    }
    rest = rest.slice(tag.length);
  }
  return text;
}

function decode(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

const finding = (text: string, suppressed: boolean): LocatedFinding => ({
  finding: {
    rule: "http-port-open",
    severity: "error",
    host: text,
    file: text,
    line: 1,
    column: 2,
    endColumn: 4,
    message: text,
    help: text,
    fixable: "safe",
    suppressed: suppressed ? { reason: text, until: text } : null,
  },
  source: text,
  subject: { section: "", key: "", value: "" },
});

test("any content of a file stays text, and all of it is shown", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const host: Host = { name: text, role: "server", environment: text, verdict: "partial" };
      const findings = [finding(text, false), finding(text, true)];
      const certificate = {
        ...hardened,
        handshake: {
          kind: "answered" as const,
          certificate: {
            subject: text,
            names: [text],
            notBefore: text,
            notAfter: text,
            spkiSha256: text,
          },
        },
      };
      const page = renderPage(
        {
          findings,
          hosts: [host, { ...host, name: "other", environment: null }],
          failOn: () => "error",
          relaxed: {
            rules: [],
            notIncluded: [text],
            settingsNotUsed: [text],
            neverFails: [text, null],
          },
          ownChanges: [text],
        },
        {
          ...facts,
          asOf: text,
          commit: text,
          inputs: [{ path: text, digest: text }],
          probes: [
            { ...probeOf({ ...certificate, address: text }), host: text },
            {
              host: "other",
              verdict: "unknown",
              addresses: [],
              unchecked: [],
              reasons: [{ answer: "unknown", code: "tls-unknown", message: text }],
            },
          ],
          diff: () => text,
          fixes: [
            {
              name: text,
              path: text,
              files: [{ name: "stpd.ini", before: "", after: text }],
              withheld: [],
            },
          ],
        },
      );
      const shown = decode(readText(page));
      const visible = makeVisible(text.toWellFormed());
      // Name, environment, location, message, help, reason, certificate and more.
      expect(shown.split(visible).length).toBeGreaterThan(12);
    }),
    { numRuns: 500 },
  );
});

test("a template escapes its values, and nothing else is markup", () => {
  expect(printMarkup(fill`<b title="${'"<&'}">${1}${"<i>"}${[fill`<i>${"'`"}</i>`]}</b>`)).toBe(
    '<b title="&#34;&#60;&#38;">1&#60;i&#62;<i>&#39;&#96;</i></b>',
  );
  expect(escapeHtml("a\u0000\u202eb")).toBe("a\\x00\\u202eb");
});

test("its policy allows only its own script and style", () => {
  const page = renderFleet(makeFleet(3));
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  expect(decode(policy)).toBe(
    `default-src 'none'; script-src 'sha256-${hash(script)}'; style-src 'sha256-${hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  // The hash is computed over one byte per character, and no text may end its element.
  expect(script + style).toMatch(/^[\n\x20-\x7e]*$/);
  expect(script + style).not.toMatch(/<\/|<!--/);
  const own = page.replaceAll(/href="https:[^"]+\/docs\/rules\/[a-z-]+\.md"/g, "");
  expect(own).not.toMatch(/ style=| on[a-z]+=|https?:/);
});

test("no fleet makes a page fail, and the order of hosts does not matter", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const page = renderFleet(fleet);
      readText(page);
      expect(renderFleet(Object.fromEntries(Object.entries(fleet).toReversed()))).toBe(page);
    }),
    { numRuns: 200 },
  );
});

test("every link leads to an id that exists once", () => {
  for (const page of [renderFleet(makeFleet(40)), renderVerified(12)]) {
    const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = Array.from(page.matchAll(/ href="#([^"]*)"/g), ([, id]) => id);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  }
});

test("a large page is written in small pieces", () => {
  const hosts = Array.from({ length: 300 }, (_, index): Host => ({
    name: `host${index}`,
    role: "rds",
    environment: null,
    verdict: "partial",
  }));
  const findings = hosts.map(({ name }) => {
    const { finding: one, ...rest } = finding(name, false);
    return { ...rest, finding: { ...one, help: name.repeat(100) } };
  });
  const checked = { findings, hosts, failOn: () => "error" as const, relaxed: nothingRelaxed };
  const lengths: number[] = [];
  renderHtml(checked, facts, (piece) => lengths.push(piece.length));
  expect(lengths.length).toBeGreaterThan(3);
  expect(Math.max(...lengths)).toBeLessThan(100_000);
});
