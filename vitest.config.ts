import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/packaging/**', 'test/cloud/**'],
    globalSetup: ['test/support/server.ts'],
    // One more than the cores of a small machine: some tests wait for a process that was killed.
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
