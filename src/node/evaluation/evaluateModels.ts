import { join } from "node:path";
import type { RunEvent } from "../../core/runs/events.ts";
import { hashCacheFolder } from "../runs/runFolder.ts";
import { RunSession } from "../runs/runSession.ts";
import { chooseRun, type ChosenRun } from "./chooseRun.ts";
import { performEvaluation } from "./evaluationRun.ts";
import { prepareEvaluations, type PreparedEvaluation } from "./prepareEvaluation.ts";

/** Where an evaluation finds its files and keeps its runs. */
export interface EvaluationFolders {
  /** Folder that relative paths start from. */
  readonly baseFolder: string;
  /** Folder of all runs. */
  readonly runsFolder: string;
  /** Where downloaded benchmark files are kept. */
  readonly dataFolder: string;
}

export interface EvaluateOptions {
  readonly runsFolder: string;
  /** Starts new runs even where there are equal ones. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  /** Told of each run before the work on it begins. */
  readonly onChosen: (run: ChosenRun) => void;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * The evaluations that a configuration means, one a model, with everything checked that can be without loading a model.
 * @param given as the user wrote it
 * @throws ConfigurationError, FileError or DataError for everything that is wrong
 */
export async function prepareModels(
  given: unknown,
  { baseFolder, dataFolder, runsFolder }: EvaluationFolders,
): Promise<PreparedEvaluation[]> {
  const cacheFolder = hashCacheFolder(join(runsFolder, "run"));
  return await prepareEvaluations(given, { baseFolder, dataFolder, cacheFolder });
}

/**
 * Evaluates models in this process, one after the other, one run each. A finished run of the same evaluation is taken as
 * it is, an unfinished one goes on.
 * @returns the folders of the runs, in the order of the models
 * @throws what evaluating throws; what was computed is kept
 */
export async function evaluateModels(
  evaluations: readonly PreparedEvaluation[],
  { runsFolder, fresh, signal, onChosen, onEvent }: EvaluateOptions,
): Promise<string[]> {
  const folders: string[] = [];
  for (const evaluation of evaluations) {
    signal.throwIfAborted();
    const run = await chooseRun(runsFolder, evaluation, { fresh });
    onChosen(run);
    if (!run.finished) {
      await RunSession.perform(run.folder, (session) => performEvaluation(session, evaluation), { signal, onEvent });
    }
    folders.push(run.folder);
  }
  return folders;
}
