import type { Comparison } from "../../src/core/reports/comparison.ts";
import { inEnglish } from "../../src/core/pages/texts.ts";
import { htmlReport, type ReportChart } from "../../src/core/reports/htmlReport.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { chartContents, charts, type Chart, type ChartContent } from "./index.ts";
import { svgMarkup, toSvgFile } from "./svgFile.ts";

/** CSS pixels; what fits on a page of paper. */
const chartWidth = 900;

/** Lets the page answer its user between two pictures. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The report of a result as one HTML file, with all of these charts for which there are data. */
export async function reportFile(
  report: Report,
  comparison: Comparison | null,
  document: Document,
  of: readonly Chart[] = charts,
): Promise<string> {
  const drawn: ReportChart[] = [];
  for (const chart of of) {
    for (const content of chartContents(chart, report, comparison)) {
      drawn.push(inEnglish(() => drawnChart(chart, content, document)));
      await nextTask();
    }
  }
  return inEnglish(() => htmlReport({ report, comparison, charts: drawn }));
}

function drawnChart(chart: Chart, { report, comparison, benchmark }: ChartContent, document: Document): ReportChart {
  const { caption, ...table } = chart.table(report, comparison);
  const svg = svgMarkup(chart.draw(report, comparison, { document, width: chartWidth }));
  const about = benchmark === undefined ? "" : `, ${benchmark}`;
  return { title: `${caption ?? chart.title()}${about}`, svg, table };
}

/** A picture as a file. */
export interface ChartFile {
  /** Without extension. */
  readonly name: string;
  readonly text: string;
}

/** A chart as the files of its pictures. */
export async function chartFiles(
  chart: Chart,
  report: Report,
  comparison: Comparison | null,
  document: Document,
): Promise<ChartFile[]> {
  const files: ChartFile[] = [];
  for (const content of chartContents(chart, report, comparison)) {
    files.push(chartFile(chart, content, document));
    await nextTask();
  }
  return files;
}

export function chartFile(
  chart: Chart,
  { report, comparison, benchmark }: ChartContent,
  document: Document,
): ChartFile {
  const text = inEnglish(() => toSvgFile(chart.draw(report, comparison, { document, width: chartWidth })));
  return { name: benchmark === undefined ? chart.id : `${chart.id}-${benchmark}`, text };
}
