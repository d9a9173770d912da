import { readFileSync } from "node:fs";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly purl?: string;
}

export interface Bom {
  readonly bomFormat: string;
  readonly components: readonly Component[];
}

/**
 * The list of npm with scopes that are true of the released files. npm (11.19.1) goes by who
 * depends on a package: what is only bundled has the scope of a development tool, and the bot's
 * packages are required. Here: `required` is inside index.js, `optional` is fetched with the
 * package where it fits, `excluded` is in neither. Throws an Error where something that is inside
 * is not listed.
 */
export function scopeComponents(
  bom: Bom,
  licenses: string,
  optional: Readonly<Record<string, string>>,
): Bom {
  const inside = [...licenses.matchAll(/^(\S+) (\d+\.\d+\.\d+\S*) \(/gm)].map(
    ([, name, version]) => `${name}@${version}`,
  );
  const listed = bom.components.map(nameOf);
  const missing = inside.filter((name) => !listed.includes(name));
  if (missing.length > 0) throw new Error(`the list has no ${missing.join(", ")}`);
  const components = bom.components.map((component) => {
    const name = nameOf(component);
    const isOptional = optional[component.name] === component.version;
    const scope = inside.includes(name) ? "required" : isOptional ? "optional" : "excluded";
    return { ...component, scope };
  });
  return { ...bom, components };
}

function nameOf({ name, version }: Component): string {
  return `${name}@${version}`;
}

// npm sbom ... | node build/sbom.ts
if (import.meta.main) {
  const bom: Bom = JSON.parse(readFileSync(0, "utf8"));
  if (bom.bomFormat !== "CycloneDX") throw new Error("npm printed no CycloneDX list");
  const licenses = readFileSync("dist/licenses.txt", "utf8");
  const { optionalDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
  process.stdout.write(
    `${JSON.stringify(scopeComponents(bom, licenses, optionalDependencies), null, 2)}\n`,
  );
}
