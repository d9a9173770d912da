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
 * Corrects the scopes in npm's SBOM for the released files. npm (11.19.1) derives them from
 * dependencies: bundled packages look like development tools, and those of the bot are required.
 * Here `required` is inside index.js, `optional` is installed with the package if the platform
 * matches, `excluded` is in neither. Throws an Error if a bundled package is not listed.
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
