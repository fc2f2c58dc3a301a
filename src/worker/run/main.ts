import { CancelledError, describeError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { performRun } from "../../node/runs/performRun.ts";
import type { RunPermissions } from "../../node/runs/runRequests.ts";

/**
 * Entry point of a run's process: `node run.js <run folder> [<permissions as JSON>]` performs or resumes the run there.
 * Everything it has to say is in the folder. Exit status: 0 finished, 130 cancelled, 1 failed, 2 wrong arguments.
 */
async function main(): Promise<number> {
  const [folder, permissions = "{}", ...rest] = process.argv.slice(2);
  if (folder === undefined || rest.length > 0) {
    console.error("Usage: run.js RUN_FOLDER [PERMISSIONS]");
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new CancelledError(`The run was stopped by ${signal}.`)));
  }
  // A closed terminal must not end a run that was started from it.
  process.on("SIGHUP", () => undefined);
  try {
    await performRun(folder, { signal: stop.signal, permissions: parseJson(permissions) as RunPermissions });
    return 0;
  } catch (error) {
    if (error instanceof CancelledError) return 130;
    console.error(describeError(error));
    return 1;
  }
}

process.exitCode = await main();
