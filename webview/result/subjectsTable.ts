import type { ReportedRun } from "../../src/core/reports/report.ts";
import { decimalCell, intervalCell, numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";

/** Accuracy by subject, of all runs on the benchmarks whose items have one. */
export function subjectsTable(runs: readonly ReportedRun[]): Table {
  return {
    columns: [
      textColumn("model"),
      textColumn("benchmark"),
      textColumn("subject"),
      numberColumn("accuracy"),
      textColumn("interval", "95 % interval"),
      numberColumn("n"),
    ],
    rows: runs.flatMap(({ label, summary }) =>
      summary.benchmarks.flatMap(({ benchmark, subjects }) =>
        subjects.map(({ subject, accuracy: { value, interval, n } }) => [
          label,
          benchmark,
          subject,
          decimalCell(value),
          intervalCell(interval),
          numberCell(n),
        ]),
      ),
    ),
  };
}
