import { defineConfig } from 'vitest/config';

/** Apart from the other tests: these need stores, queues and secrets, which `run.sh` starts. */
export default defineConfig({
  test: {
    include: ['test/cloud/**/*.test.ts'],
    globalSetup: ['test/support/server.ts'],
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
