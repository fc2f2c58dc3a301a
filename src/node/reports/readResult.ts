import type { EvaluationSummary } from "../../core/evaluation/summary/evaluationSummary.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import { recordedResultSchema, type Verification } from "../../core/runs/recordedResult.ts";
import { findSummary } from "../evaluation/findSummary.ts";
import { describeItemChanges } from "../runs/recordItems.ts";

/** What a finished run saved. */
export interface SavedResult {
  /** Absent when it is gone or was changed: it then has to be computed from the items. */
  readonly summary?: EvaluationSummary;
  readonly verification: Verification;
}

const unknown: Verification = {
  items: "unknown",
  message:
    "An older Medley made the run and recorded no hash of its items, so nobody can tell whether they were changed since, " +
    "nor what was left out of the data.",
};

/**
 * The result that a finished evaluation saved, and whether its files are still those that it ended with.
 * @throws RunError when the files cannot be read, or the summary is damaged and there is no record of it
 */
export async function readResult(folder: string, { details }: Pick<RunManifest, "details">): Promise<SavedResult> {
  const recorded = recordedResultSchema.safeParse(details?.["result"]).data;
  const summary = await findSummary(folder, recorded?.summary.sha256);
  const saved = summary === undefined ? {} : { summary };
  if (recorded === undefined) return { ...saved, verification: unknown };
  const changes = await describeItemChanges(folder, recorded.items);
  const message = changes === undefined ? unchangedItems(summary) : changedItems(changes, summary);
  const items = changes === undefined ? "unchanged" : "changed";
  return { ...saved, verification: { items, ...(message !== undefined && { message }) } };
}

function unchangedItems(summary: EvaluationSummary | undefined): string | undefined {
  if (summary !== undefined) return undefined;
  return "summary.json is gone or was changed after the run ended; the result is computed anew from items.jsonl, which is as it was.";
}

function changedItems(changes: string, summary: EvaluationSummary | undefined): string {
  const result =
    summary === undefined
      ? "summary.json is gone or was changed too: the result is that of the rows as they are now."
      : "The result is the one of the run's end.";
  return `items.jsonl was changed after the run ended: ${changes}. ${result}`;
}
