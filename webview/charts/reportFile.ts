import type { Comparison } from "../../src/core/reports/comparison.ts";
import { htmlReport } from "../../src/core/reports/htmlReport.ts";
import type { Report } from "../../src/core/reports/report.ts";
import type { Table } from "../../src/core/reports/table.ts";
import { charts } from "./index.ts";
import { svgMarkup } from "./svgFile.ts";

/** CSS pixels; what fits on a page of paper. */
const chartWidth = 900;

/**
 * The report of a result as one HTML file, with all charts for which there are data.
 * @param items single items to list in it, for example those answered wrong
 */
export function reportFile(report: Report, comparison: Comparison | null, document: Document, items?: Table): string {
  const drawn = charts.filter((chart) => chart.missing(report, comparison) === undefined);
  return htmlReport({
    report,
    comparison,
    charts: drawn.map((chart) => {
      const { caption, ...table } = chart.table(report, comparison);
      const svg = svgMarkup(chart.draw(report, comparison, { document, width: chartWidth }));
      return { title: caption ?? chart.title, svg, table };
    }),
    ...(items !== undefined && { items }),
  });
}
