import { readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

/**
 * Reads `[{ name, text }]` from standard input, and prints the messages of GitHub's language
 * service.
 */
const files: readonly { readonly name: string; readonly text: string }[] = JSON.parse(
  readFileSync(0, "utf8"),
);
const problems: string[][] = [];
for (const { name, text } of files) {
  const document = TextDocument.create(`file:///repo/${name}`, "yaml", 1, text);
  const found = await validate(document);
  problems.push(found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`));
}
process.stdout.write(JSON.stringify(problems));
