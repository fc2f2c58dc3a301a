import { z } from "zod";
import { evaluationSummarySchema, type EvaluationSummary } from "../evaluation/summary/evaluationSummary.ts";
import { runManifestSchema } from "../runs/manifest.ts";
import { verificationSchema } from "../runs/recordedResult.ts";
import { comparisonSchema, isBest, type Comparison } from "./comparison.ts";
import { resultTable } from "./resultTable.ts";
import type { Table } from "./table.ts";

export const reportedRunSchema = z
  .object({
    run: z.string().describe("Name of the run's folder"),
    label: z.string().describe("What tables call the run: the model, and what else it takes to tell the runs apart"),
    model: z.string().describe("File name of the model"),
    partial: z.string().optional().describe("Set when the run has not finished: what there is of it"),
    verification: verificationSchema.optional().describe("Absent when the run has not finished"),
    manifest: runManifestSchema.pick({
      title: true,
      created: true,
      ended: true,
      state: true,
      seed: true,
      inputs: true,
      identity: true,
      fingerprint: true,
      versions: true,
      host: true,
    }),
    summary: evaluationSummarySchema,
  })
  .describe("An evaluation run and its result");
export type ReportedRun = z.infer<typeof reportedRunSchema>;

/** What `medley report --format json` and `medley compare --format json` write. */
export const reportSchema = z
  .object({
    v: z.literal(1).describe("Version of this format"),
    runs: z.array(reportedRunSchema),
    comparison: comparisonSchema.optional(),
  })
  .describe("Report on evaluation runs");
export type Report = z.infer<typeof reportSchema>;

/**
 * Gives runs labels that tell them apart, as short as they can be: the model, the protocol, the shots and at last the
 * run's name, each only where it differs and is needed.
 */
export function labelRuns(runs: readonly Omit<ReportedRun, "label">[]): ReportedRun[] {
  const parts = runs.map((run) => [run.model, run.summary.protocol.id, describeShots(run.summary), run.run]);
  const differing = [0, 1, 2, 3].filter((part) => new Set(parts.map((of) => of[part])).size > 1);
  const labelsOf = (chosen: readonly number[]) => parts.map((of) => chosen.map((part) => of[part]).join(" · "));
  const enough = differing.findIndex(
    (_, index) => new Set(labelsOf(differing.slice(0, index + 1))).size === runs.length,
  );
  const labels = labelsOf(enough < 0 ? [0] : differing.slice(0, enough + 1));
  return runs.map((run, index) => ({ ...run, label: labels[index]! }));
}

function describeShots({ benchmarks }: EvaluationSummary): string {
  const counts = new Set(benchmarks.flatMap(({ draws }) => draws.map(({ shots }) => shots.most)));
  const all = [...counts].sort((a, b) => a - b).join("/");
  return all === "1" ? "1 shot" : `${all} shots`;
}

/** The results of runs. With a comparison, the best result on a benchmark stands out where the tests support it. */
export function reportTable(runs: readonly ReportedRun[], comparison?: Comparison): Table {
  return resultTable(
    runs.map(({ run, label, model, summary, partial, verification }) => ({
      // The table has columns for the protocol and the shots; what else tells runs apart is in the label only.
      model: label.endsWith(run) ? `${model} · ${run}` : model,
      summary,
      ...(partial !== undefined && { partial }),
      ...(verification !== undefined && { verification }),
    })),
    (index, benchmark) => comparison !== undefined && isBest(comparison, runs[index]!.label, benchmark),
  );
}

/** Whether items of a run could not be evaluated. */
export function hasFailedItems({ summary }: Pick<ReportedRun, "summary">): boolean {
  return summary.benchmarks.some(({ draws }) => draws.some(({ failed }) => failed > 0));
}
