import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../core/errors.ts";
import { evaluationSummarySchema, type EvaluationSummary } from "../../core/evaluation/summary/evaluationSummary.ts";
import { runFiles } from "../runs/runFolder.ts";

/**
 * The summary of a finished evaluation.
 * @throws RunError when the run has none, or it is damaged
 */
export async function readSummary(folder: string): Promise<EvaluationSummary> {
  const summary = await findSummary(folder);
  if (summary !== undefined) return summary;
  throw new RunError("The run has no result yet.", {
    place: { file: folder },
    hint: `Go on with it: medley runs resume ${folder}`,
  });
}

/**
 * The summary that an evaluation saved when it finished; undefined when there is none.
 * @throws RunError when it is damaged
 */
export async function findSummary(folder: string): Promise<EvaluationSummary | undefined> {
  const file = join(folder, runFiles.summary);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new RunError(`The run's summary cannot be read: ${error.message}`, { place: { file }, cause: error });
  });
  if (text === undefined) return undefined;
  try {
    return evaluationSummarySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RunError("The run's summary is damaged, or of another version of Medley.", {
      place: { file },
      hint: `Delete that file; then this computes the result from items.jsonl: medley report ${folder}`,
      cause,
    });
  }
}
