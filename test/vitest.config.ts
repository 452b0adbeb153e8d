import path from 'node:path';
import { defineConfig } from 'vitest/config';

const inTest = (file: string) => path.join(import.meta.dirname, file);

export default defineConfig({
  root: path.dirname(import.meta.dirname),
  test: {
    pool: 'forks',
    // Most of them wait for PostgreSQL, workers and clocks rather than compute.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: [inTest('support/console.ts')],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,faults}/**/*.test.ts'],
          globalSetup: [inTest('support/global-setup.ts')],
        },
      },
    ],
  },
});
