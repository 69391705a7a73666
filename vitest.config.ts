import { defineConfig } from 'vitest/config';

/** These are text, in the tests as in the bundle. */
const TEXT = /\.(sh|ya?ml)$/;
const filesAsText = {
  name: 'files-as-text',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    return TEXT.test(id) ? { code: `export default ${JSON.stringify(code)}`, map: null } : undefined;
  },
};

const quick = [
  'test/unit/**/*.test.ts',
  'test/golden/**/*.test.ts',
  'test/property/**/*.test.ts',
  'test/*.test.ts',
];

export default defineConfig({
  plugins: [filesAsText],
  test: {
    projects: [
      { extends: true, test: { name: 'quick', include: quick, testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'remote',
          include: ['test/remote/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'quiet',
          include: ['test/quiet/**/*.test.ts'],
          testTimeout: 400_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'github',
          include: ['test/github/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'fleet',
          include: ['test/fleet/**/*.test.ts'],
          // The first run on a machine makes the hosts' Debian root, which takes minutes.
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
