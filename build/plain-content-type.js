/**
 * Replaces content-type in the bundle: octokit only needs the type and the charset of a header.
 * Source: RFC 9110, section 8.3.1; no answer of GitHub has a quoted charset with `;`.
 */
export function parse(header) {
  const [type, ...parameters] = header.split(";");
  const pairs = parameters.map((text) => {
    const [name, value = ""] = text.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  });
  return { type: type.trim().toLowerCase(), parameters: Object.fromEntries(pairs) };
}
