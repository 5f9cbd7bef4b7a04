import { defineConfig } from 'vite'

export default defineConfig({
  // The API is a server of its own, in development as well as in production.
  server: { proxy: { '/api': 'http://localhost:8000' } },
})
