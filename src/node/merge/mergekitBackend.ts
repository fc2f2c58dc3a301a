import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError, RunError } from "../../core/errors.ts";
import type { MergeFile } from "../../core/merge/config/readMergeFile.ts";
import type { MergeRunConfiguration } from "../../core/merge/mergeKind.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { OutputFolder } from "../runs/outputFolder.ts";
import type { RunSession } from "../runs/runSession.ts";
import { checkpointForm } from "../checkpoint/checkpointForm.ts";
import { parseJson } from "../../core/json.ts";

/** The user's own mergekit, found by importing it. */
export interface Mergekit {
  readonly python: string;
  readonly version: string;
  readonly torch: string;
}

/** What the user's own search path finds. */
export const defaultPython = process.platform === "win32" ? "python" : "python3";

const interpreterHint =
  "Name the interpreter of an environment that has mergekit with --python, in VS Code with the setting medley.mergekitPython, or use the built-in engine.";

/** Without this a file `json.py` or `torch.py` beside a configuration would be run. */
const ownModulesOnly = "import sys; sys.path = [place for place in sys.path if place]";

const probe = [
  ownModulesOnly,
  "import json, importlib.metadata as m, mergekit.merge_methods",
  "print(json.dumps({'version': m.version('mergekit'), 'torch': m.version('torch')}))",
].join("\n");

/** Its command line, whatever the module is called in that version, in the folder that relative model paths start from. */
const start = [
  ownModulesOnly,
  "import os, importlib.metadata as m",
  "os.chdir(sys.argv.pop(1))",
  "entry = next(e for e in m.entry_points(group='console_scripts') if e.name == 'mergekit-yaml')",
  "sys.argv[0] = 'mergekit-yaml'",
  "sys.exit(entry.load()())",
].join("\n");

/** @throws ConfigurationError for what mergekit-yaml does not read */
export function checkForMergekit(file: MergeFile, path: string): void {
  if (file.kind === "merges" && file.merges.length === 1) return;
  const [what, program] =
    file.kind === "moe" ? ["Mixtures of experts", "mergekit-moe"] : ["Files of several merges", "mergekit-multi"];
  throw new ConfigurationError(`${what} are run by the built-in engine only.`, {
    hint: `Or run ${program} by hand.`,
    remedy: { action: "useBuiltInEngine" },
    place: { file: path },
  });
}

/**
 * Looks for mergekit in a Python interpreter; installs nothing. The import takes some seconds.
 * @throws ConfigurationError that says why it cannot be used
 */
export async function findMergekit(python = defaultPython): Promise<Mergekit> {
  const { code, stdout, stderr } = await run(python, ["-c", probe]);
  if (code === 0) return { python, ...(parseJson(stdout) as { version: string; torch: string }) };
  const last = stderr.trim().split("\n").at(-1) ?? "";
  throw new ConfigurationError(`mergekit cannot be used with ${python}: ${last || `exit status ${code}`}.`, {
    hint: /pydantic/.test(stderr)
      ? "This mergekit needs pydantic 2.10; install that version in its environment."
      : interpreterHint,
    place: { field: "--python" },
  });
}

/**
 * Runs a merge with the user's mergekit, into the same run folder and with the same commit of the output as our own. What it
 * reads is not known, so that only this very run can tell that it has been finished.
 */
export async function runMergekit(
  session: RunSession,
  configuration: MergeRunConfiguration,
  text: string,
  folder: string,
): Promise<void> {
  const { created, fingerprint } = session.manifest;
  const identity = { fingerprint: jsonSha256({ run: session.folder, created, fingerprint }), run: session.folder };
  const output = await OutputFolder.open(folder, identity, checkpointForm, configuration);
  try {
    if (output.isComplete) return;
    // mergekit cannot go on where it was stopped.
    await output.keepOnly(new Set());
    await merge(session, configuration, text, output);
    await output.commit();
  } finally {
    await output.close();
  }
}

async function merge(
  session: RunSession,
  configuration: MergeRunConfiguration,
  text: string,
  output: OutputFolder,
): Promise<void> {
  const { python = defaultPython, folder } = configuration;
  const found = await findMergekit(python);
  const versions = { ...session.manifest.versions, mergekit: found.version, torch: found.torch };
  await session.updateManifest({ versions });
  await session.emit({ type: "phase", phase: "merge", title: `Merging with mergekit ${found.version}` });
  const file = join(session.folder, "mergekit.yml");
  await writeFile(file, text);
  const progress = new TqdmReader((done, total) => {
    void session.emit({ type: "progress", phase: "merge", done: { tasks: done }, total: { tasks: total } });
  });
  const signal = AbortSignal.any([session.signal, output.signal]);
  const { code, stderr } = await run(
    python,
    ["-c", start, folder, file, output.staging, ...mergekitOptions(configuration)],
    { signal, onStderr: (chunk) => progress.read(chunk) },
  );
  signal.throwIfAborted();
  if (code !== 0) {
    throw new RunError(`mergekit failed: ${stderr.trim().split("\n").at(-1) ?? `exit status ${code}`}`, {
      hint: "Run it by hand with this file to see everything that it prints.",
      place: { file },
    });
  }
}

function mergekitOptions(configuration: MergeRunConfiguration): string[] {
  const { seed, outShardSize, allowMixedArchitectures, threads } = configuration;
  return [
    "--random-seed",
    String(seed),
    "--out-shard-size",
    String(outShardSize),
    // Its model card asks the hub about every model; nothing may leave the machine for that.
    "--no-write-model-card",
    ...(allowMixedArchitectures ? ["--allow-crimes"] : []),
    ...(threads === undefined ? [] : ["--num-threads", String(threads)]),
  ];
}

/** Reads `12/39` off the progress bars that mergekit draws on stderr. */
class TqdmReader {
  private last = 0;

  constructor(private readonly onProgress: (done: number, total: number) => void) {}

  read(chunk: string): void {
    const match = [...chunk.matchAll(/\|\s*(\d+)\/(\d+)\s*\[/g)].at(-1);
    if (match === undefined || Date.now() - this.last < 500) return;
    this.last = Date.now();
    this.onProgress(Number(match[1]), Number(match[2]));
  }
}

const keptOutput = 16384;

async function run(
  command: string,
  args: readonly string[],
  options: { signal?: AbortSignal; onStderr?: (chunk: string) => void } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    // The models are local; without this, transformers asks the hub about them.
    env: { ...process.env, HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1" },
  });
  const stop = () => child.kill();
  options.signal?.addEventListener("abort", stop);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout = (stdout + chunk).slice(-keptOutput)));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-keptOutput);
    options.onStderr?.(chunk);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", (cause) =>
        reject(
          new ConfigurationError(`mergekit cannot be run: ${command} cannot be started (${cause.message}).`, {
            cause,
            hint: interpreterHint,
            place: { field: "--python" },
          }),
        ),
      );
      child.on("close", resolve);
    });
    return { code, stdout, stderr };
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}
