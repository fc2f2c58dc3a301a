import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Option } from "commander";
import { RunError } from "../core/errors.ts";
import { listRuns } from "../node/runs/runFolder.ts";

/** The folder of all runs: `--runs`, the environment's MEDLEY_RUNS, or `runs` in the current folder. */
export function runsOption(): Option {
  return new Option("--runs <folder>", "folder of all runs").env("MEDLEY_RUNS").default("runs");
}

/**
 * The folder that a user means by `latest`, a path, a run's name or the beginning of one.
 * @throws RunError when there is none, or several
 */
export async function findRun(root: string, argument: string): Promise<string> {
  if (existsSync(join(argument, "run.json"))) return resolve(argument);
  const folders = (await listRuns(root)).map(({ folder }) => resolve(folder));
  if (argument === "latest" && folders.length > 0) return folders.at(-1)!;
  const exact = folders.find((folder) => basename(folder) === argument);
  if (exact !== undefined) return exact;
  const matches = folders.filter((folder) => basename(folder).startsWith(argument));
  if (matches.length === 1) return matches[0]!;
  const hint = "List the runs with: medley runs";
  if (matches.length === 0) throw new RunError(`There is no run ${JSON.stringify(argument)} in ${root}.`, { hint });
  throw new RunError(`${matches.length} runs begin with ${JSON.stringify(argument)}.`, { hint });
}
