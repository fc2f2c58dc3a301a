import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";
import type { Table } from "../../src/core/reports/table.ts";
import type { PlotId } from "../../src/core/results/plots.ts";

/** Most rows, and most small drawings beside each other, that a picture should hold. */
export const mostRows = 240;
export const mostPanels = 24;

export interface ChartOptions {
  /** Makes the elements; the chart is not put into it. */
  readonly document: Document;
  /** CSS pixels; the height follows from the data. */
  readonly width: number;
}

/** A chart of a result: pure functions of the report and, where there is one already, the comparison of its runs. */
export interface Chart {
  readonly id: PlotId;
  /** Plain English, for tabs, headings and file names. */
  readonly title: string;
  /** Why there is nothing to draw; undefined when there is something. */
  missing(report: Report, comparison: Comparison | null): string | undefined;
  /** Whether one picture of all would take long to draw, and nobody could read it. */
  crowded(report: Report, comparison: Comparison | null): boolean;
  /**
   * An accessible picture (role, title, description) in the colours of the editor's theme, which it follows. Without
   * data it holds the reason alone. It never moves.
   */
  draw(report: Report, comparison: Comparison | null, options: ChartOptions): SVGSVGElement;
  /** The numbers of the picture. */
  table(report: Report, comparison: Comparison | null): Table;
}
