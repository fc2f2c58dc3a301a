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
  const file = join(folder, runFiles.summary);
  try {
    return evaluationSummarySchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new RunError(absent ? "The run has no result yet." : "The run's summary is damaged.", {
      place: { file: absent ? folder : file },
      hint: absent
        ? "Resume it, and it goes on where it was."
        : "Resume the run to have it computed again from its items.",
      cause,
    });
  }
}
