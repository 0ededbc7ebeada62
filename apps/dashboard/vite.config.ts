import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npm start` serves what this builds. For work on the page, `MONITOR_URL=http://127.0.0.1:3000 npx vite apps/dashboard` passes calls on to a running monitor. */
const monitor = process.env['MONITOR_URL'] ?? 'http://127.0.0.1:3000';

/** Packs scripts and styles once, when they are built, instead of each time that they are asked for. */
const packed = (): Plugin => ({
  name: 'packed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    for (const name of readdirSync(join(dir, 'assets')).filter((one) => /\.(js|css)$/.test(one)))
      writeFileSync(join(dir, 'assets', `${name}.br`), brotliCompressSync(readFileSync(join(dir, 'assets', name))));
  },
});

export default defineConfig({
  root: at('.'),
  plugins: [react(), packed()],
  resolve: {
    alias: {
      '#contract': at('../../libs/contract/src/index.ts'),
      '#domain': at('../../libs/domain/src/index.ts'),
      '#say': at('../../libs/say/src/index.ts'),
    },
  },
  build: { outDir: at('../../dist/apps/dashboard'), emptyOutDir: true, target: 'es2022' },
  server: { proxy: { '/api': monitor, '/socket.io': { target: monitor, ws: true } } },
});
