import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** A thread from the script beside the running bundle, or from the source, for which tsx has to be started in the thread. */
export function startThread(name: "mergeThread" | "editorThread", workerData?: unknown): Worker {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith(".ts")) return new Worker(join(dirname(here), `${name}.js`), { workerData });
  const source = new URL(`../../worker/${name}/main.ts`, import.meta.url).href;
  // The module build: the CommonJS one, which require resolves to, cannot register itself in a thread.
  const api = createRequire(import.meta.url)
    .resolve("tsx/esm/api")
    .replace(/\.cjs$/, ".mjs");
  const loader = pathToFileURL(api).href;
  const start = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(start, { eval: true, workerData });
}
