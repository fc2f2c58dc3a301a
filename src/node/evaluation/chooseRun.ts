import { basename } from "node:path";
import { describeError } from "../../core/errors.ts";
import { createRun } from "../runs/runFolder.ts";
import { findEvaluation } from "./findEvaluation.ts";
import type { PreparedEvaluation } from "./prepareEvaluation.ts";

/** The run that an evaluation is done in. */
export interface ChosenRun {
  readonly folder: string;
  /** Nothing is left to do: it was evaluated before. */
  readonly finished: boolean;
  /** What the user should know of the choice: why a new run begins, or which one goes on. One line each. */
  readonly notes: readonly string[];
}

/**
 * The run to work on: an earlier one with the same identity, or a new one.
 * @param root folder of all runs
 * @param fresh starts a new run whatever there is
 * @throws RunError when the folder of runs cannot be read or written
 */
export async function chooseRun(root: string, evaluation: PreparedEvaluation, fresh: boolean): Promise<ChosenRun> {
  const create = async (notes: readonly string[]): Promise<ChosenRun> => ({
    folder: await createRun(root, evaluation.run),
    finished: false,
    notes,
  });
  if (fresh) return await create([]);
  const { same, changed, unreadable } = await findEvaluation(root, evaluation);
  const notes = unreadable.map(({ problem }) => `Left out of the search for earlier runs: ${describeError(problem)}`);
  if (same !== undefined) {
    const { folder, state } = same;
    if (state === "finished") notes.push(`Evaluated before, in ${folder}.`);
    else if (state !== "created") notes.push(`Continuing the run in ${folder}.`);
    return { folder, finished: state === "finished", notes };
  }
  if (changed !== undefined) {
    notes.push(`A new run begins, because this changed since ${basename(changed.folder)}: ${changed.changes}.`);
  }
  return await create(notes);
}
