import { access } from "node:fs/promises";
import { join } from "node:path";
import { labelRuns } from "../../core/reports/report.ts";
import type { ResultValue } from "../../core/results/messages.ts";
import { readFinishedRun, type UnlabelledRun } from "../reports/readRun.ts";
import { runFiles } from "../runs/runFolder.ts";

/**
 * The results of runs for a page. Of a finished run only its manifest and its summary are read.
 * @param runs names of folders in `runsFolder`
 * @param readPartial reads a run whose items have to be read; null when it has none yet
 * @throws RunError when a folder is no evaluation, or is damaged
 */
export async function readReport(
  runsFolder: string,
  runs: readonly string[],
  readPartial: (folder: string) => Promise<UnlabelledRun | null>,
): Promise<ResultValue<"report">> {
  const read: UnlabelledRun[] = [];
  const missing: string[] = [];
  const waiting: string[] = [];
  for (const name of new Set(runs)) {
    const folder = join(runsFolder, name);
    if (!(await isThere(join(folder, runFiles.manifest)))) {
      missing.push(name);
      continue;
    }
    const run = (await readFinishedRun(folder)) ?? (await readPartial(folder));
    if (run === null) waiting.push(name);
    else read.push(run);
  }
  return { report: { v: 1, runs: labelRuns(read) }, missing, waiting };
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
