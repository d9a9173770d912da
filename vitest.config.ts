import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    // Tests that ask thousands of questions of a peer; this only ends a test that hangs.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // Many tests wait for a host to come back, and use no processor meanwhile.
    maxWorkers: 4,
  },
});
