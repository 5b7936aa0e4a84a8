import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    // Those that know light-dark(), so that it is left as it is written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing is put into the document or the style sheets as a data: address, which the policy of the server refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Said in the test of the weight, by what is sent.
    reportCompressedSize: false,
  },
  // For work on the page: `npm start` beside it answers the API.
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8086', '/health': 'http://127.0.0.1:8086' } },
})
