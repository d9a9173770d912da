/**
 * Stands for content-type in the bundle: of a header, octokit asks for the type and the charset.
 * Source: RFC 9110, section 8.3.1; no answer of GitHub has a quoted charset with `;` in it.
 */
export function parse(header) {
  const [type, ...parameters] = header.split(";");
  const pairs = parameters.map((text) => {
    const [name, value = ""] = text.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  });
  return { type: type.trim().toLowerCase(), parameters: Object.fromEntries(pairs) };
}
