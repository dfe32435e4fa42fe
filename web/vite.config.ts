/* How the pages are built. `npm run dev` serves them from source in front of a running `wangge serve`
 * (WANGGE, else http://127.0.0.1:8080). */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

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

/* A ready-made .gz beside each text: the server sends it as it is. */
function readyGzip(): Plugin {
  let folder = '';
  return {
    name: 'ready-gzip',
    apply: 'build',
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
        const file = join(entry.parentPath, entry.name);
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}

const server = process.env.WANGGE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [woff2Only(), readyGzip()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    rolldownOptions: { input: ['index.html', 'desk.html', 'admin.html'] },
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
