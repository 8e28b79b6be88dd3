import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

/** Of the whole checkout: one .env serves the script and the development server. */
const CHECKOUT = join(import.meta.dirname, '..');

export default defineConfig(({ command, mode }) => {
  const server = loadEnv(mode, CHECKOUT, 'VITE_').VITE_API_BASE_URL || 'http://localhost:8000';
  // The service refuses requests whose Origin names another host than its own, so what it sees is a request of its own.
  const proxy = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } };
  return {
    plugins: [react()],
    // A developer's settings belong neither into what is built nor into tests.
    envDir: command === 'serve' && mode !== 'test' ? CHECKOUT : false,
    server: {
      port: 3000,
      strictPort: true,
      proxy: { '/api': proxy, '/health': proxy },
    },
    build: {
      // Nothing becomes a data: address, so that the content security policy can say 'self' and no more.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // One file of less than 200 kB compressed: parts would have to be fetched from a service that may have been updated.
      chunkSizeWarningLimit: 750,
    },
    test: {
      // Components ask for jsdom in their first line; the rest runs three times as fast without.
      environment: 'node',
      include: ['src/**/*.test.{ts,tsx}'],
      setupFiles: ['src/testing/setup.ts'],
      // A person's typing, key by key, takes its time on a busy machine.
      testTimeout: 30_000,
    },
  };
});
