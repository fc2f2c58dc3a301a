import { basename, join } from "node:path";
import type { CellConfiguration } from "../../core/notebook/evaluationCell.ts";
import { cellResultMarkdown } from "../../core/reports/cellResult.ts";
import type { Comparison } from "../../core/reports/comparison.ts";
import type { ReportedRun } from "../../core/reports/report.ts";
import type { RunEvent } from "../../core/runs/events.ts";
import { chooseRun } from "../evaluation/chooseRun.ts";
import { performEvaluation } from "../evaluation/evaluationRun.ts";
import { prepareEvaluations, type PreparedEvaluation } from "../evaluation/prepareEvaluation.ts";
import { compareReadRuns, readRuns } from "../reports/readRun.ts";
import { hashCacheFolder } from "../runs/runFolder.ts";
import { RunSession } from "../runs/runSession.ts";

export interface CellOptions {
  /** Folder that relative paths of the cell start from. */
  readonly baseFolder: string;
  /** Folder of all runs. */
  readonly runsFolder: string;
  /** Where downloaded benchmark files are kept. */
  readonly dataFolder: string;
}

export interface EvaluateOptions extends CellOptions {
  /** Starts new runs even where there are equal ones. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Told what the user should know of the choice of runs. */
  readonly onNote: (note: string) => void;
}

/**
 * The evaluations that a cell means, one a model, with everything checked that can be without loading a model.
 * @throws ConfigurationError, FileError or DataError for everything that is wrong
 */
export async function prepareCell({ given }: CellConfiguration, options: CellOptions): Promise<PreparedEvaluation[]> {
  const { baseFolder, dataFolder, runsFolder } = options;
  const cacheFolder = hashCacheFolder(join(runsFolder, "run"));
  return await prepareEvaluations(given, { baseFolder, dataFolder, cacheFolder });
}

/**
 * Evaluates a cell: one run a model. A finished run of the same evaluation is taken as it is, an unfinished one goes on.
 * @returns the folders of the runs, in the order of the models
 * @throws what preparing and evaluating throw; what was computed is kept
 */
export async function evaluateCell(configuration: CellConfiguration, options: EvaluateOptions): Promise<string[]> {
  const { runsFolder, fresh, signal, onEvent, onNote } = options;
  const folders: string[] = [];
  for (const evaluation of await prepareCell(configuration, options)) {
    signal.throwIfAborted();
    const { folder, finished, notes } = await chooseRun(runsFolder, evaluation, fresh);
    notes.forEach(onNote);
    if (!finished) {
      await RunSession.perform(folder, (session) => performEvaluation(session, evaluation), { signal, onEvent });
    }
    folders.push(folder);
  }
  return folders;
}

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
