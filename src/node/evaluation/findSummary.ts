import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../core/errors.ts";
import { evaluationSummarySchema, type EvaluationSummary } from "../../core/evaluation/summary/evaluationSummary.ts";
import { runFiles } from "../runs/runFolder.ts";
import { parseJson } from "../../core/json.ts";

/**
 * The summary that an evaluation saved when it finished; undefined when there is none.
 * @param sha256 of the file at the run's end, where that is known: a summary that was changed since counts as none
 * @throws RunError when it is damaged
 */
export async function findSummary(folder: string, sha256?: string): Promise<EvaluationSummary | undefined> {
  const file = join(folder, runFiles.summary);
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new RunError(`The run's summary cannot be read: ${error.message}`, { place: { file }, cause: error });
  });
  if (content === undefined) return undefined;
  if (sha256 !== undefined && createHash("sha256").update(content).digest("hex") !== sha256) return undefined;
  try {
    return evaluationSummarySchema.parse(parseJson(content.toString("utf8")));
  } catch (cause) {
    throw new RunError("The run's summary is damaged, or of another version of Medley.", {
      place: { file },
      hint: "Delete that file; then the result is computed from items.jsonl.",
      remedy: { action: "reportRuns", folders: [folder] },
      cause,
    });
  }
}
