import { defineConfig } from 'vitest/config';

/** The dashboard in a real browser, against the real stack. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/stack.ts'],
    // A browser and a stack share the machine: one file after the other, and patience for a slow one.
    fileParallelism: false,
    testTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
});
