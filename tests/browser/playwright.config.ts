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
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    screenshot: 'only-on-failure',
    trace: process.env.WG_TRACE ? 'on' : 'off', // a trace costs the renderer much
    launchOptions: {
      executablePath: process.env.WG_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        // WebGL without a graphics card
        '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
        // nothing but the page itself uses the network
        '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // as root Chromium refuses its sandbox
      ],
    },
  },
});
