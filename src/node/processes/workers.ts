import { fork, spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** Programs that run in processes of their own: each is a folder of `src/worker` with a `main.ts`. */
export const processNames = ["modelHost", "run", "service"] as const;
/** Programs that run in threads, likewise. */
export const threadNames = ["editorThread", "mergeThread"] as const;

type ProcessName = (typeof processNames)[number];
type ThreadName = (typeof threadNames)[number];

/** How to start a program: Node's arguments, then the script. */
export interface WorkerEntry {
  readonly script: string;
  readonly execArgv: readonly string[];
}

const here = fileURLToPath(import.meta.url);
const runsFromSource = here.endsWith(".ts");

/** The script of this build: the bundle beside the running one, or the source, which tsx runs. */
function scriptOf(name: ProcessName | ThreadName): string {
  return runsFromSource ? join(dirname(here), "../../worker", name, "main.ts") : join(dirname(here), `${name}.js`);
}

// Not import.meta.resolve: test runners may load this file as CommonJS, which lacks it.
const resolve = (module: string) => createRequire(import.meta.url).resolve(module);

export function workerEntry(name: ProcessName): WorkerEntry {
  const execArgv = runsFromSource ? ["--import", pathToFileURL(resolve("tsx")).href] : [];
  return { script: scriptOf(name), execArgv };
}

/** Without the variable an Electron executable would open a window instead of running the script. */
const asNode = () => ({ ...process.env, ELECTRON_RUN_AS_NODE: "1" });

/** Starts a process with a channel for messages; it ends with this one. */
export function forkWorker({ script, execArgv }: WorkerEntry): ChildProcess {
  return fork(script, [], {
    execArgv: [...execArgv],
    env: { ...asNode(), NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** Starts a process that outlives this one. */
export function spawnDetachedWorker(name: ProcessName, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const { script, execArgv } = workerEntry(name);
  return spawn(process.execPath, [...execArgv, script, ...args], { detached: true, env: asNode(), stdio });
}

/** Starts a thread of this process. */
export function startThread(name: ThreadName, workerData?: unknown): Worker {
  const script = scriptOf(name);
  if (!runsFromSource) return new Worker(script, { workerData });
  // tsx has to be started in the thread, by its module build: the CommonJS one cannot register itself there.
  const loader = pathToFileURL(resolve("tsx/esm/api").replace(/\.cjs$/, ".mjs")).href;
  const source = pathToFileURL(script).href;
  const start = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(start, { eval: true, workerData });
}
