import type { ReportedRun } from "../../src/core/reports/report.ts";
import { formatInterval } from "../../src/core/reports/resultTable.ts";
import type { Table } from "../../src/core/reports/table.ts";

/** Accuracy by subject, of all runs on the benchmarks whose items have one. */
export function subjectsTable(runs: readonly ReportedRun[]): Table {
  return {
    columns: [
      { title: "model", align: "left" },
      { title: "benchmark", align: "left" },
      { title: "subject", align: "left" },
      { title: "accuracy", align: "right" },
      { title: "95 % interval", align: "left" },
      { title: "n", align: "right" },
    ],
    rows: runs.flatMap(({ label, summary }) =>
      summary.benchmarks.flatMap(({ benchmark, subjects }) =>
        subjects.map(({ subject, accuracy: { value, interval, n } }) => [
          label,
          benchmark,
          subject,
          value.toFixed(3),
          formatInterval(interval),
          String(n),
        ]),
      ),
    ),
  };
}
