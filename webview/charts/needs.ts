import type { BenchmarkSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import { t } from "../../src/core/pages/texts.ts";
import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";

/** Something that a result may hold, and that a chart cannot be drawn without. */
export interface Need {
  /** Whether it comes with the comparison of the runs, which takes longer than their report. */
  readonly compared?: true;
  /** Why it is not there; undefined where it is. */
  missing(report: Report, comparison: Comparison | null): string | undefined;
}

/** Something that the summary of a run on one benchmark has. */
function ofBenchmark(has: (benchmark: BenchmarkSummary) => boolean, otherwise: () => string): Need {
  return {
    missing: ({ runs }) => (runs.some(({ summary }) => summary.benchmarks.some(has)) ? undefined : otherwise()),
  };
}

export const needs = {
  results: ofBenchmark(
    () => true,
    () => t("There are no results yet."),
  ),
  subjects: ofBenchmark(
    ({ subjects }) => subjects.length > 0,
    () => t("The items of these benchmarks are not sorted by subject."),
  ),
  probabilities: ofBenchmark(
    ({ draws }) => draws.some(({ calibration }) => calibration?.renormalised !== undefined),
    () =>
      t("The answers have no probabilities: the protocol reads generated text, or items have several right options."),
  ),
  positions: ofBenchmark(
    ({ draws }) => draws.some(({ positionBias }) => positionBias.length > 0),
    () => t("No item with a single right option has been answered."),
  ),
  comparison: {
    compared: true,
    missing: (_report, comparison) => {
      if (comparison === null) return t("A comparison needs two models that answered the same items.");
      if (comparison.pairs.length > 0) return undefined;
      return [t("Nothing can be compared."), ...new Set(comparison.refused.map(({ reason }) => reason))].join(" ");
    },
  },
} as const satisfies Readonly<Record<string, Need>>;
