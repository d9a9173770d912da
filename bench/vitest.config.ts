import { defineConfig } from "vitest/config";

/** For benchmarks that use the peers of the tests. */
export default defineConfig({
  test: { include: ["bench/*.bench.ts"], testTimeout: 300_000, reporters: ["dot"] },
});
