import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `licenses.txt` next to the bundle, with the licence of every bundled package. */
export const licenses = {
  name: "licenses",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = modules.flatMap(
      (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [],
    );
    const source = [...new Set(folders)].toSorted().map(describe).join("\n");
    this.emitFile({ type: "asset", fileName: "licenses.txt", source });
  },
};

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), "utf8").replaceAll("\r", "").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
