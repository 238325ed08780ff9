import { defineConfig } from "vite";

// The console's back end serves what is built under a strict Content-Security-Policy: no inlined scripts, styles or
// fonts. The shared words of booth and console live outside this folder.
export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
  },
  server: {
    fs: { allow: ["../.."] },
    proxy: { "/api": "http://127.0.0.1:8471", "/.well-known": "http://127.0.0.1:8471" },
  },
});
