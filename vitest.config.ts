import { defineConfig } from 'vitest/config';

const shared = {
  env: { FORCE_COLOR: '0', NO_COLOR: '1' },
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A shared build machine may stall a process for seconds; at one's desk a test that fails once is looked at.
  retry: process.env.CI ? 1 : 0,
};

/** A project is the folder of its name. */
const project = <Options extends object>(name: string, options?: Options) => ({
  test: { ...shared, name, include: [`test/${name}/**/*.test.{ts,tsx}`], ...options },
});

const BUILT = { globalSetup: ['test/build-program.ts', 'test/install-opencode.ts'] };

export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      project('unit'),
      project('e2e', { ...BUILT, maxConcurrency: 4, testTimeout: 120_000 }),
      project('golden', BUILT),
      project('attacks', { ...BUILT, maxConcurrency: 2, testTimeout: 180_000 }),
      // These load the machine itself: one file at a time, when the attacks are done.
      project('load', {
        ...BUILT,
        maxConcurrency: 2,
        maxWorkers: 1,
        testTimeout: 180_000,
        sequence: { groupOrder: 1 },
      }),
      project('tasks', { ...BUILT, testTimeout: 180_000 }),
      project('harbor', { globalSetup: ['test/harbor/setup.ts'], testTimeout: 180_000 }),
      project('browser', { globalSetup: ['test/build-program.ts'] }),
    ],
  },
});
