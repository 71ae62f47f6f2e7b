import react from "@vitejs/plugin-react";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

// For `npx vite`: a Matchday that runs elsewhere answers the API.
const server = process.env.MATCHDAY_URL ?? "http://127.0.0.1:8000";

/** The API's document as a module of its own, fetched by the page that shows it and by no other. */
function apiDocument(): Plugin {
  const file = new URL("../api/openapi.yaml", import.meta.url).pathname;
  const name = "virtual:api-document";
  return {
    name: "api-document",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      this.addWatchFile(file);
      const json = JSON.stringify(load(readFileSync(file, "utf8")));
      return `export default JSON.parse(${JSON.stringify(json)});`;
    },
  };
}

export default defineConfig({
  plugins: [react(), apiDocument()],
  build: {
    outDir: "dist",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": server, "/auth": server } },
});
