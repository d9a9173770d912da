import { makeVisible } from "../../base/text.ts";

/** Trusted markup. Text only becomes markup through `fill`, which escapes it. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | number | Markup | readonly Markup[];

export const nothing: Markup = { markup: "" };

/** Fills a template. Values may only be between tags or in double-quoted attributes. */
export function fill(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const filled = values.map((value, index) => print(value) + (parts[index + 1] ?? ""));
  return { markup: (parts[0] ?? "") + filled.join("") };
}

function print(value: Content): string {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

/** Escapes text for element content and double-quoted attributes, and makes invisible characters visible. */
export function escapeHtml(text: string): string {
  return makeVisible(text.toWellFormed()).replaceAll(
    /[&<>"'`]/g,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}

/** A section with a heading, as a target for links and screen readers. */
export function renderSection(id: string, title: string, content: Content): Markup {
  return fill`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}</section>
`;
}

export interface HtmlTable {
  readonly id: string;
  /** Id of the section, if different. */
  readonly title?: string;
  readonly heads: readonly Markup[];
  readonly rows: readonly Markup[];
  readonly foot?: Markup;
}

/** Rows of a table that the script shows at once; more follow as one scrolls. */
export const firstRows = 100;

/** A table that scrolls inside its own box, also with the keyboard; see `noscript` in `renderHtml`. */
export function renderTable({ id, title = id, heads, rows, foot = nothing }: HtmlTable): Markup {
  const table = fill`<table class="${id}"><thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody>${foot}</table>`;
  const drawn = rows.length > firstRows ? fill`<noscript>${table}</noscript>` : table;
  return fill`<div class="scroll" role="group" tabindex="0" aria-labelledby="${title}-title">
${drawn}</div>
`;
}

export function renderHead(title: Content, kind = ""): Markup {
  return fill`<th scope="col" class="${kind}">${title}</th>`;
}
