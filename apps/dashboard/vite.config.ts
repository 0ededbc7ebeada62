import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npm start` serves what this builds. For work on the page, `MONITOR_URL=http://127.0.0.1:3000 npx vite apps/dashboard` passes calls on to a running monitor. */
const monitor = process.env['MONITOR_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  root: at('.'),
  plugins: [react()],
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
