import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `DIALIX_URL` names a running stack; `npm run dev` then serves the sources and passes the API through to it.
const stack = process.env.DIALIX_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': { target: stack, changeOrigin: false }, '/health': stack } },
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    // The page's CSP is `default-src 'self'`: no polyfill script is wanted, and nothing may be inlined.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  test: { include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/test-setup.ts'], css: false },
});
