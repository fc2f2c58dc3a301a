import { basename } from "node:path";
import type { CellConfiguration } from "../../core/notebook/evaluationCell.ts";
import { cellResultMarkdown } from "../../core/reports/cellResult.ts";
import type { Comparison } from "../../core/reports/comparison.ts";
import type { ReportedRun } from "../../core/reports/report.ts";
import { compareReadRuns, readRuns } from "../reports/readRun.ts";

/** What a cell's runs have given. */
export interface CellResult {
  /** Names of the run folders. */
  readonly names: readonly string[];
  readonly runs: readonly ReportedRun[];
  /** Of several models, unless the cell says `compare: none`. */
  readonly comparison?: Comparison;
  /** What is saved under the cell. */
  readonly markdown: string;
}

/** Reads the result of a cell from its runs. @throws RunError when one of them has no result or is damaged */
export async function readCellResult(
  folders: readonly string[],
  { compare }: Pick<CellConfiguration["resolved"], "compare">,
): Promise<CellResult> {
  const read = await readRuns(folders);
  const runs = read.map(({ run }) => run);
  const comparison = compare === "paired" && read.length > 1 ? await compareReadRuns(read) : undefined;
  return {
    names: folders.map((folder) => basename(folder)),
    runs,
    ...(comparison !== undefined && { comparison }),
    markdown: cellResultMarkdown(runs, comparison),
  };
}
