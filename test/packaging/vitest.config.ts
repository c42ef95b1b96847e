import { defineConfig } from 'vitest/config';

/** Apart from the other tests: these install Elute from the registry several times. */
export default defineConfig({
  test: {
    include: ['test/packaging/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
