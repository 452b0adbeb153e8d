import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { keepTemporaryFilesInMemory } from './support/temporary.ts';

const inTest = (file: string) => path.join(import.meta.dirname, file);

// Compiled code outlives the run, so its folder stays on the disk.
const compileCache = path.join(tmpdir(), 'ringback-compile-cache');
keepTemporaryFilesInMemory();

export default defineConfig({
  root: path.dirname(import.meta.dirname),
  test: {
    pool: 'forks',
    // Most of them wait for PostgreSQL, workers and clocks rather than compute. On two cores five
    // took longer than three: tests that wait poll, and more of them polled at the same time.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A poll ends with the state it waits for. The limit is shorter than the intervals of 5 s and more in which a
    // worker repairs what was missed, because a test that says no limit must not pass by such a repair.
    expect: { poll: { timeout: 4_000 } },
    setupFiles: [inTest('support/console.ts')],
    unstubEnvs: true,
    unstubGlobals: true,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,faults}/**/*.test.ts'],
          globalSetup: [inTest('support/global-setup.ts')],
          // Loading the server takes longer than many files do. So a process loads it once, for all files that it runs.
          isolate: false,
          experimental: { viteModuleRunner: false, nodeLoader: false },
          // Processes that tests start load it faster if it is compiled already.
          env: { NODE_COMPILE_CACHE: compileCache },
        },
      },
    ],
  },
});
