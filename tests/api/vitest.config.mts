// The API tests drive the real binary (WG_BIN, by default build/dev/wangge: ASan and UBSan) on free ports.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    globalSetup: '../support/setup.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Servers under ASan on two cores: two files at a time.
    maxWorkers: 2,
    cache: false,
  },
});
