import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/packaging/**'],
    globalSetup: ['test/support/server.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
