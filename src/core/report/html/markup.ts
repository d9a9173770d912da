import { makeVisible } from "../../base/text.ts";

/** Trusted markup, printed piece by piece, so that no page is in memory as a whole. */
export interface Markup {
  readonly print: (out: (text: string) => void) => void;
}

/** An iterator is printed once, and makes its parts while it is printed. */
export type Content = string | number | Markup | Iterable<Markup>;

/** Markup of this program; text from anywhere else goes through `fill`. */
export function trust(text: string): Markup {
  return { print: (out) => out(text) };
}

export const nothing: Markup = trust("");

/** Fills a template and escapes text. Values may only be between tags or in double-quoted attributes. */
export function fill(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return {
    print: (out) => {
      for (const [index, part] of parts.entries()) {
        out(part);
        const value = values[index];
        if (value !== undefined) print(value, out);
      }
    },
  };
}

function print(value: Content, out: (text: string) => void): void {
  if (typeof value === "string") out(escapeHtml(value));
  else if (typeof value === "number") out(String(value));
  else if ("print" in value) value.print(out);
  else for (const part of value) part.print(out);
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
