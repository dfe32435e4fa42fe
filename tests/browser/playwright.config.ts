// Browser tests: Debian's Chromium against the real binary (WG_BIN, by default build/release/wangge) serving
// WG_WEB (web/dist). Each test file starts servers of its own: see tests/support/server.ts.
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

const repo = fileURLToPath(new URL('../../', import.meta.url));
process.env.WG_BIN ??= `${repo}build/release/wangge`;
process.env.WG_WEB ??= `${repo}web/dist`;

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  globalSetup: '../support/setup.ts',
  outputDir: `${repo}build/results/browser`,
  workers: 1, // two cores: Chromium, its software renderer and the server are enough
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1600, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.WG_CHROMIUM ?? '/usr/bin/chromium',
      // WebGL without a graphics card; no sandbox as root, where Chromium refuses one
      args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    },
  },
});
