// Bundles every entry point. Native and worker-spawning packages stay external: they need their own files.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { buildKernels } from "./scripts/buildKernels.mjs";
import { nodeEntryPoints, pageEntryPoints } from "./scripts/entryPoints.mjs";

const { watch, production, outdir, metafile } = parseArgs({
  options: {
    watch: { type: "boolean", default: false },
    /** Small, and without source maps. */
    production: { type: "boolean", default: false },
    outdir: { type: "string", default: "dist" },
    /** File that is told what is in the bundles. */
    metafile: { type: "string" },
  },
}).values;

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

/** Messages of zod in other languages are a third of it, and nobody asks for them. */
const englishOnly = {
  name: "english-only",
  setup(bundle) {
    bundle.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

/** @type {import("esbuild").BuildOptions} */
const nodeBundle = {
  entryPoints: nodeEntryPoints,
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // What entry points share, and what is loaded later, are files of their own.
  splitting: true,
  external: ["vscode", "node-llama-cpp"],
  sourcemap: !production,
  minify: production,
  // Names of errors are names of classes.
  keepNames: production,
  metafile: metafile !== undefined,
  logLevel: watch ? "silent" : "info",
  plugins: watch ? [watchReporter, englishOnly] : [englishOnly],
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
  entryPoints: pageEntryPoints,
  outdir: join(outdir, "webview"),
  bundle: true,
  platform: "browser",
  target: "es2022",
  format: "esm",
  // What a tab needs alone, such as the charts, is loaded when the tab is first shown.
  splitting: true,
  chunkNames: "chunk-[hash]",
  // A page puts its styles into its own document, or into the shadow of its element.
  loader: { ".css": "text" },
  sourcemap: !production,
  minify: production,
  metafile: metafile !== undefined,
  logLevel: watch ? "silent" : "info",
  plugins: watch ? [watchReporter, englishOnly] : [englishOnly],
};

await buildKernels();
// Parts of an earlier build have other names.
for (const file of await readdir(outdir).catch(() => [])) {
  if (/^[\w-]+-[0-9A-Z]{8}\.js(\.map)?$/.test(file)) await rm(join(outdir, file));
}
await rm(pageBundle.outdir, { recursive: true, force: true });
const built = [];
for (const bundle of [nodeBundle, pageBundle]) {
  if (watch) await (await context(bundle)).watch();
  else built.push(await build(bundle));
}
if (metafile !== undefined) {
  await mkdir(join(metafile, ".."), { recursive: true });
  await writeFile(metafile, JSON.stringify(built.map(({ metafile: contents }) => contents)));
}
