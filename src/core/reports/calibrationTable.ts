import type { CalibrationSummary } from "../evaluation/summary/evaluationSummary.ts";
import { t } from "../pages/texts.ts";
import { aurocInterval } from "../statistics/auroc.ts";
import { maximumCalibrationError } from "../statistics/calibration.ts";
import { decimalCell, intervalCell, noNumber, numberCell, type Cell } from "./cells.ts";
import type { ReportedRun } from "./report.ts";
import { numberColumn, textColumn, type Table } from "./table.ts";

/**
 * How far the probabilities of answers can be trusted, of all runs on the benchmarks whose answers have probabilities.
 * A row for each few-shot draw, because the interval of the AUROC needs independent items. Undefined without any row.
 */
export function calibrationTable(runs: readonly ReportedRun[]): Table | undefined {
  const draws = runs.flatMap(({ label, summary }) =>
    summary.benchmarks.flatMap(({ benchmark, draws: of }) =>
      of.flatMap(({ draw, calibration }) =>
        calibration === null ? [] : { label, benchmark, draw, of: calibration.renormalised },
      ),
    ),
  );
  if (draws.length === 0) return undefined;
  const severalDraws = draws.some(({ draw }) => draw !== draws[0]!.draw);
  return {
    columns: [
      textColumn("model"),
      textColumn("benchmark"),
      ...(severalDraws ? [numberColumn("draw")] : []),
      numberColumn("n"),
      numberColumn("accuracy"),
      numberColumn("meanConfidence", "mean confidence"),
      numberColumn("ece", "ECE"),
      numberColumn("eceEqualMass", "ECE (equal mass)"),
      numberColumn("mce", "MCE"),
      numberColumn("auroc", "AUROC"),
      textColumn("aurocInterval", "95 % interval of AUROC"),
    ],
    rows: draws.map(({ label, benchmark, draw, of }) => [
      label,
      benchmark,
      ...(severalDraws ? [numberCell(draw)] : []),
      numberCell(of.n),
      decimalCell(of.accuracy),
      decimalCell(of.meanConfidence),
      decimalCell(of.ece),
      decimalCell(of.eceEqualMass),
      decimalCell(maximumCalibrationError(of.bins)),
      ...aurocCells(of),
    ]),
    notes: [
      t("Confidence: renormalised probability of the most probable option; accuracy: how often that option is right."),
      t(
        "ECE, MCE: expected and maximum calibration error, ten bins of equal width, or of equal mass where it says so.",
      ),
      t(
        "AUROC: probability that a right answer has the higher confidence; none where all answers are right or all wrong.",
      ),
    ],
  };
}

function aurocCells({ auroc, accuracy, n }: CalibrationSummary): [Cell, Cell] {
  if (auroc === null) return [noNumber(), noNumber()];
  const right = Math.round(accuracy * n);
  return [decimalCell(auroc), intervalCell(aurocInterval(auroc, right, n - right))];
}
