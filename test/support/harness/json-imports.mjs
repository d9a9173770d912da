import { registerHooks } from "node:module";

/** GitHub's language service imports JSON without an import attribute, which Node refuses. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url.endsWith(".json")
      ? { ...found, format: "json", importAttributes: { ...found.importAttributes, type: "json" } }
      : found;
  },
});
