import type { Comparison } from "./comparison.ts";
import { comparisonTable } from "./comparisonTable.ts";
import { reportTable, type ReportedRun } from "./report.ts";
import { escapeMarkdown, renderTable } from "./table.ts";

/** What is saved under an evaluation cell: the results, the comparison of several models, and where they come from. */
export function cellResultMarkdown(runs: readonly ReportedRun[], comparison?: Comparison): string {
  const parts = [renderTable(reportTable(runs, comparison), "markdown")];
  if (comparison !== undefined)
    parts.push(renderTable({ ...comparisonTable(comparison), caption: "Comparison" }, "markdown"));
  const versions = [...new Set(runs.map(({ manifest }) => manifest.versions["medley"] ?? "?"))].join(", ");
  const names = runs.map(({ run }) => `\`${run}\``).join(", ");
  parts.push(`Medley ${escapeMarkdown(versions)}; ${runs.length === 1 ? "run" : "runs"} ${names}\n`);
  return parts.join("\n");
}
