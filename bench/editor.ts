/**
 * How long Medley holds up the extension host of a real VS Code: while it is activated, and while a notebook is evaluated.
 * Limits are ratios to the time that plain Node needs on the same machine to load the same modules, measured before.
 *
 * Usage: npx tsx bench/editor.ts
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import { node, repository } from "../test/e2e/codeServer.ts";
import { runHostTests } from "../test/e2e/hostTests.ts";

const rounds = 5;

/** In place of the editor's module: whatever is taken from it, called, made or extended, is there. */
const anyEditor: Plugin = {
  name: "any-editor",
  setup(bundle) {
    bundle.onResolve({ filter: /^vscode$/ }, () => ({ path: "vscode", namespace: "any-editor" }));
    bundle.onLoad({ filter: /.*/, namespace: "any-editor" }, () => ({
      contents: `
        const made = function () {};
        const special = { prototype: made.prototype, then: undefined, [Symbol.toPrimitive]: () => 0 };
        const anything = new Proxy(made, {
          get: (_, key) => (key in special ? special[key] : anything),
          apply: () => anything,
        });
        module.exports = Object.create(anything);`,
    }));
  },
};

/**
 * Milliseconds of a processor that plain Node takes to load what the activated extension consists of: the least of a few
 * rounds, each in a process of its own. The editor's module is an empty one.
 */
async function timeToLoad(folder: string): Promise<number> {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ["src/extension.ts"],
    metafile: true,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node22",
    external: ["node-llama-cpp"],
    plugins: [anyEditor],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  const [, extension] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === "src/extension.ts",
  )!;
  // What the activation imports; what these import when they are used is not among it.
  const steps = extension.imports.filter(({ kind }) => kind === "dynamic-import").map(({ path: output }) => output);
  const script = `
    const before = process.cpuUsage();
    for (const module of process.argv.slice(1)) await import(module);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const args = ["--input-type=module", "-e", script, ...steps.map((output) => path.join(repository, output))];
    const { stdout } = await promisify(execFile)(node, args);
    least = Math.min(least, Number(stdout));
  }
  return least;
}

const folder = await mkdtemp(path.join(tmpdir(), "medley-bench-"));
try {
  const loading = await timeToLoad(folder);
  console.log(`Plain Node loads the modules in ${loading.toFixed(1)} ms.`);
  const environment = { MEDLEY_BENCH_LOADING: String(loading) };
  const source = path.join(repository, "bench/editor");
  await runHostTests({ totalsFile: path.join(folder, "totals.json"), source, environment });
} finally {
  await rm(folder, { recursive: true });
}
