// The programs that are built: what esbuild bundles, and what a package must therefore contain.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { repository } from "./install.mjs";

/** A folder without a program is what a move has left behind in a checkout. */
const workers = readdirSync(path.join(repository, "src/worker")).filter((name) =>
  existsSync(path.join(repository, "src/worker", name, "main.ts")),
);

/** Code that runs under Node: name of the bundle -> source. Every folder of `src/worker` is a process or a thread. */
export const nodeEntryPoints = {
  extension: "src/extension.ts",
  cli: "src/cli/start.ts",
  ...Object.fromEntries(workers.map((name) => [name, `src/worker/${name}/main.ts`])),
};

/** Code that runs in the editor's pages, likewise. */
export const pageEntryPoints = {
  renderer: "webview/renderer.ts",
  panel: "webview/panel.ts",
  planPanel: "webview/planPanel.ts",
};

/** Names of the bundles below `dist`. */
export const bundleNames = [
  ...Object.keys(nodeEntryPoints).map((name) => `${name}.js`),
  ...Object.keys(pageEntryPoints).map((name) => `webview/${name}.js`),
];
