import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Two static pages, `index.html` (the console, served at `/`) and `wall.html` (served at `/wall`), with hashed files
 * under `assets/`. Paths are relative, so the pages also work behind a proxy's path prefix. Nothing is inlined: a
 * content security policy without `unsafe-inline` scripts and without `data:` serves them.
 */
export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  build: {
    outDir: here('../dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { console: here('./index.html'), wall: here('./wall.html') } },
  },
  server: {
    proxy: {
      '/v1': 'http://127.0.0.1:8080',
      '/readyz': 'http://127.0.0.1:8080',
      '/live': { target: 'ws://127.0.0.1:8080', ws: true },
    },
  },
});
