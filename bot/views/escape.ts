/**
 * Makes foreign text inert: it can neither mention, link nor format, wherever it is placed. All
 * text of a view goes through here, including our own.
 */

/** Appended to shortened text. */
const cutMark = "…";

const blanks = /[\s\u0085\u2028\u2029]+/gu;
/** Control, format (bidi and zero width too), private and unassigned characters, and characters without a glyph. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;
/** Characters that start Slack markup, each with a lookalike that has no meaning there. */
const lookalikes: ReadonlyMap<string, string> = new Map([
  ["<", "‹"],
  [">", "›"],
  ["`", "'"],
]);
const formatting: ReadonlyMap<string, string> = new Map([
  ["*", "∗"],
  ["_", "ˍ"],
  ["~", "∼"],
]);

/** One line for `plain_text` and `rich_text`, at most `limit` UTF-16 units long, never empty. */
export function toPlain(text: string, limit = 300): string {
  return cutEnd(clean(text), limit) || "-";
}

/** Like `toPlain`, but shortened in the middle: host names often differ at their ends. */
export function toName(text: string, limit = 80): string {
  const line = clean(text);
  if (line.length <= limit) return line || "-";
  const half = Math.floor((limit - cutMark.length) / 2);
  return `${takeStart(line, half)}${cutMark}${takeEnd(line, half)}`;
}

/**
 * One line for `mrkdwn`, at most `limit` UTF-16 units long including escapes. Formatting characters
 * are replaced, since Slack has no escape for them; so is `:name:`, which would become an emoji. An
 * underscore between letters or digits does not format and is kept, since names often contain it.
 */
export function toMrkdwn(text: string, limit = 300): string {
  const line = clean(text);
  if (escapeAnd(line).length <= limit) return stopFormats(line) || "-";
  let kept = takeStart(line, limit);
  while (escapeAnd(kept).length > limit - cutMark.length) kept = takeStart(kept, kept.length - 1);
  return kept === "" ? "-" : stopFormats(kept) + cutMark;
}

/**
 * Emoji names have no capital letter and no dot. So text copied from a notification stays intact:
 * keywords of a priority string are capitals, and addresses and times have only digits.
 */
const pictureStart = /:(?=(?![\da-f]+:)[\p{Ll}\p{Lo}\p{M}\p{N}_+'-]+:)/gu;

function stopFormats(text: string): string {
  const stopped = text
    .replaceAll(/[*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (char) => formatting.get(char) ?? "")
    .replaceAll(pictureStart, "꞉");
  return escapeAnd(stopped);
}

/** Lines of a file for preformatted rich text: tabs become spaces, nothing else moves. */
export function toLines(lines: readonly string[], width = 160): string {
  return lines
    .map((line) => {
      const visible = line
        .replaceAll("\t", "    ")
        .replaceAll(blanks, (run) => " ".repeat(run.length));
      return cutEnd(strip(visible), width);
    })
    .join("\n");
}

/** A link that Slack may follow; undefined for anything but a plain http or https address. */
export function toLink(url: string): string | undefined {
  return /^https?:\/\/[\w.-]+(:\d+)?(\/[\w\-./~%#?=&+@:]*)?$/.test(url) && url.length <= 3000
    ? url
    : undefined;
}

function escapeAnd(text: string): string {
  return text.replaceAll("&", "&amp;");
}

function clean(text: string): string {
  return strip(text.replaceAll(blanks, " ")).replaceAll(/ +/g, " ").trim();
}

function strip(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unseen, "")
    .replaceAll(/[<>`]/g, (char) => lookalikes.get(char) ?? "");
}

function cutEnd(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return takeStart(text, limit - cutMark.length) + cutMark;
}

/** Never splits a surrogate pair. */
function takeStart(text: string, length: number): string {
  const part = text.slice(0, Math.max(0, length));
  return part.isWellFormed() ? part : part.slice(0, -1);
}

function takeEnd(text: string, length: number): string {
  const part = text.slice(text.length - length);
  return part.isWellFormed() ? part : part.slice(1);
}
