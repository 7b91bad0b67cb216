import { defineConfig } from 'vitest/config';

const shared = {
  env: { FORCE_COLOR: '0', NO_COLOR: '1' },
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A shared build machine may stall a process for seconds; at one's desk a test that fails once is looked at.
  retry: process.env.CI ? 1 : 0,
};

/** Attacks that load the machine itself: tried when the others are done. */
const SIEGE = ['network', 'floods', 'kill-matrix'].map((name) => `test/attacks/${name}.test.ts`);

/** Attacks on one piece, which lie with its other tests. */
const ON_A_PIECE = [
  'test/endpoint/meter-attacks.test.ts',
  'test/reporters/hostile.test.ts',
  'test/grading/attacks*.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [
            ...['e2e', 'attacks', 'catalogue', 'browser', 'harbor'].map((tier) => `test/${tier}/**`),
            ...ON_A_PIECE,
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/golden/**'],
          globalSetup: ['test/e2e/global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'golden',
          include: ['test/e2e/golden/**/*.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts', ...ON_A_PIECE],
          exclude: SIEGE,
          globalSetup: ['test/e2e/global-setup.ts'],
          maxConcurrency: 2,
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'siege',
          include: SIEGE,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/e2e/global-setup.ts'],
          maxConcurrency: 2,
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/build.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'harbor',
          include: ['test/harbor/**/*.test.ts'],
          globalSetup: ['test/harbor/setup.ts'],
          testTimeout: 180_000,
        },
      },
      {
        test: { ...shared, name: 'ladder', include: ['test/catalogue/**/*.test.ts'], testTimeout: 180_000 },
      },
    ],
  },
});
