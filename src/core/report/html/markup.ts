import { makeVisible } from "../../base/text.ts";

/** Markup of ours. Text becomes markup in one way alone: through `fill`, which escapes it. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | number | Markup | readonly Markup[];

export const nothing: Markup = { markup: "" };

/** Fills a template, in which values stand between tags or within double quotes, and nowhere else. */
export function fill(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const filled = values.map((value, index) => print(value) + (parts[index + 1] ?? ""));
  return { markup: (parts[0] ?? "") + filled.join("") };
}

function print(value: Content): string {
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

/** Foreign text stays text, between tags and within quotes; what a person cannot see is spelled out. */
export function escapeHtml(text: string): string {
  return makeVisible(text.toWellFormed()).replaceAll(
    /[&<>"'`]/g,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}

/** A part of the page that a link may lead to, and a reader of screens may jump to. */
export function renderSection(id: string, title: string, content: Content): Markup {
  return fill`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}</section>
`;
}

export interface HtmlTable {
  readonly id: string;
  /** Id of the section, where it is another. */
  readonly title?: string;
  readonly heads: readonly Markup[];
  readonly rows: readonly Markup[];
  readonly foot?: Markup;
}

/** Wide or long ones scroll within themselves, by the keyboard too. */
export function renderTable({ id, title = id, heads, rows, foot = nothing }: HtmlTable): Markup {
  return fill`<div class="scroll" role="group" tabindex="0" aria-labelledby="${title}-title">
<table class="${id}"><thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody>${foot}</table></div>
`;
}

export function renderHead(title: Content, kind = ""): Markup {
  return fill`<th scope="col" class="${kind}">${title}</th>`;
}
