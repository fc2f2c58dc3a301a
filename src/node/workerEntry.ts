import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** How to start a worker process: Node's arguments, then the script. */
export interface WorkerEntry {
  readonly script: string;
  readonly execArgv: readonly string[];
}

/** The worker that belongs to this build: the bundle beside the running one, or the source that tsx runs. */
export function workerEntry(name: "mergePlan" | "modelHost" | "results" | "run" | "task"): WorkerEntry {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith(".ts")) return { script: join(dirname(here), `${name}.js`), execArgv: [] };
  const script = join(dirname(here), "../worker", name, "main.ts");
  // Not import.meta.resolve: test runners may load this file as CommonJS, which lacks it.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx"));
  return { script, execArgv: ["--import", loader.href] };
}
