import { defineConfig } from "vitest/config";

/** For what is measured against the tests' peers. */
export default defineConfig({
  test: { include: ["bench/*.bench.ts"], testTimeout: 300_000, reporters: ["dot"] },
});
