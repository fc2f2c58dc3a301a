// Bundles every entry point. Native and worker-spawning packages stay external: they need their own files.
import { build, context } from "esbuild";
import { buildKernels } from "./scripts/buildKernels.mjs";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

/** Code that runs under Node: output name -> source. */
const nodeEntryPoints = {
  extension: "src/extension.ts",
  cli: "src/cli/main.ts",
  modelHost: "src/worker/modelHost/main.ts",
  run: "src/worker/run/main.ts",
  mergeThread: "src/worker/mergeThread/main.ts",
  task: "src/worker/task/main.ts",
};

/** Says in watch mode, in the form that .vscode/tasks.json reads, when a build begins and ends and what is wrong. */
const watchReporter = {
  name: "watch-reporter",
  setup(bundle) {
    bundle.onStart(() => console.log("[watch] build started"));
    bundle.onEnd(({ errors, warnings }) => {
      for (const [severity, messages] of Object.entries({ error: errors, warning: warnings })) {
        for (const { text, location } of messages) {
          const { file, line, column } = location ?? { file: "esbuild.mjs", line: 1, column: 0 };
          console.error(`> ${file}:${line}:${column + 1}: ${severity}: ${text}`);
        }
      }
      console.log("[watch] build finished");
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const nodeBundle = {
  entryPoints: nodeEntryPoints,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  external: ["vscode", "node-llama-cpp"],
  // The form for Node of this dependency finds its own parts in a way that a bundler cannot follow.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  sourcemap: !production,
  minify: production,
  logLevel: watch ? "silent" : "info",
  plugins: watch ? [watchReporter] : [],
  // Bundled CommonJS dependencies call require for Node's built-in modules, which an ES module lacks.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * What runs in the editor's pages: the notebook renderer and the panels.
 * @type {import("esbuild").BuildOptions}
 */
const pageBundle = {
  entryPoints: ["webview/renderer.ts", "webview/panel.ts"],
  outdir: "dist/webview",
  bundle: true,
  platform: "browser",
  target: "es2022",
  format: "esm",
  // A page puts its styles into its own document, or into the shadow of its element.
  loader: { ".css": "text" },
  sourcemap: !production,
  minify: production,
  logLevel: watch ? "silent" : "info",
  plugins: watch ? [watchReporter] : [],
};

await buildKernels();
for (const bundle of [nodeBundle, pageBundle]) {
  if (watch) await (await context(bundle)).watch();
  else await build(bundle);
}
