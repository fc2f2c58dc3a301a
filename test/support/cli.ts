import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const bundle = join(repository, "dist/cli.js");

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

/** Starts the built command line in a process group of its own, as a shell does. */
export function startCli(
  args: readonly string[],
  options: { cwd?: string; wrap?: readonly string[] } = {},
): StartedCli {
  if (!existsSync(bundle)) throw new Error("The command line is not built; run: npm run build");
  const [program, ...rest] = [...(options.wrap ?? []), process.execPath, bundle, ...args];
  const child = spawn(program!, rest, {
    cwd: options.cwd ?? repository,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MEDLEY_DATA: join(repository, "no-data"), MEDLEY_RUNS: undefined },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const result = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, result };
}

export function cli(args: readonly string[], options?: Parameters<typeof startCli>[1]): Promise<CliResult> {
  return startCli(args, options).result;
}
