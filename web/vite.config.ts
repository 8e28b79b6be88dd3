import react from '@vitejs/plugin-react';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, process.cwd(), 'VITE_').VITE_API_BASE_URL || 'http://localhost:8000';
  // The service refuses requests whose Origin names another host than its own, so what it sees is a request of its own.
  const proxy = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } };
  return {
    plugins: [react()],
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
