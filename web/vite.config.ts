import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// For `npx vite`: a Matchday that runs elsewhere answers the API.
const server = process.env.MATCHDAY_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: { outDir: "dist", assetsDir: "assets", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/api": server, "/auth": server } },
});
