// Bundles every entry point that exists. Native and worker-spawning packages stay external: they need their own files.
import { build, context } from "esbuild";
import { existsSync } from "node:fs";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

/** Code that runs under Node: output name -> source. */
const nodeEntryPoints = {
  extension: "src/extension.ts",
  cli: "src/cli/main.ts",
  modelHost: "src/worker/modelHost/main.ts",
  run: "src/worker/run/main.ts",
};

const existing = Object.fromEntries(Object.entries(nodeEntryPoints).filter(([, source]) => existsSync(source)));

/** @type {import("esbuild").BuildOptions} */
const nodeBundle = {
  entryPoints: existing,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  external: ["vscode", "node-llama-cpp"],
  sourcemap: !production,
  minify: production,
  logLevel: "info",
  // Bundled CommonJS dependencies call require for Node's built-in modules, which an ES module lacks.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

if (watch) await (await context(nodeBundle)).watch();
else await build(nodeBundle);
