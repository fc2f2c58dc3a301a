import { basename, join } from "node:path";
import { describeError, FileError, ModelError } from "../../core/errors.ts";
import { identityText } from "../../core/models/modelIdentity.ts";
import { createRun, hashCacheFolder } from "../runs/runFolder.ts";
import { findEvaluation } from "./findEvaluation.ts";
import type { PreparedEvaluation } from "./prepareEvaluation.ts";

/** The run that an evaluation is done in. */
export interface ChosenRun {
  readonly folder: string;
  /** Nothing is left to do: it was evaluated before. */
  readonly finished: boolean;
  /** What the user should know about the choice: why a new run starts, or which one is resumed. One line each. */
  readonly notes: readonly string[];
}

/**
 * The run to work on: an earlier one with the same identity, or a new one.
 * @param root folder of all runs
 * @param fresh starts a new run whatever there is
 * @throws RunError when the folder of runs cannot be read or written; FileError or ModelError when the model is not the
 * one that was prepared for
 */
export async function chooseRun(
  root: string,
  evaluation: PreparedEvaluation,
  { fresh }: { readonly fresh: boolean },
): Promise<ChosenRun> {
  const create = async (notes: readonly string[]): Promise<ChosenRun> => {
    await requireTrueIdentity(root, evaluation);
    return { folder: await createRun(root, evaluation.run), finished: false, notes };
  };
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

/** A new run records the model's hash, so it is computed anew: a cached one may be of a file that was replaced unnoticed. */
async function requireTrueIdentity(root: string, { model, run }: PreparedEvaluation): Promise<void> {
  const identity = await model.identify({ cacheFolder: hashCacheFolder(join(root, "run")), anew: true });
  if (identityText(identity) === run.identity["model"]) return;
  const { place } = model;
  const hint = "Start again: its identity is known now, and it gets a run of its own.";
  if (identity.kind !== "sha256")
    throw new ModelError("The server has another model under this name now.", { place, hint });
  throw new FileError("The model file was replaced by another one of the same size and times.", { place, hint });
}
