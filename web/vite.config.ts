/* How the pages are built. `npm run dev` serves them from source in front of a running `wangge serve`
 * (WANGGE, else http://127.0.0.1:8080). */
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';

/* The fallback font comes as woff2 and woff; every browser that runs the map takes woff2. */
function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!/@fontsource\/.*\.css/.test(id)) return null;
      return { code: code.replace(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, ''), map: null };
    },
  };
}

const server = process.env.WANGGE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [woff2Only()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // nothing in data: or inline, so that a strict content policy holds
    chunkSizeWarningLimit: 1200, // the map library is one chunk of its own, loaded after the first paint
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/tiles': { target: server, changeOrigin: false },
    },
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
  },
});
