import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";
import type { Table } from "../../src/core/reports/table.ts";
import type { PlotId } from "../../src/core/results/plots.ts";
import type { Need } from "./needs.ts";

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
  /** For headings, in the reader's language. */
  title(): string;
  /** What there is nothing to draw without. */
  readonly needs: Need;
  /** Set where it shows something of the comparison too, once there is one, though it does not need it. */
  readonly usesComparison?: true;
  /** Whether one picture of all would take long to draw, and nobody could read it. */
  crowded(report: Report, comparison: Comparison | null): boolean;
  /**
   * An accessible picture (role, title, description) in the colours of the editor's theme, which it follows. It never
   * moves. Call it only with what the chart needs.
   */
  draw(report: Report, comparison: Comparison | null, options: ChartOptions): SVGSVGElement;
  /** The numbers of the picture. */
  table(report: Report, comparison: Comparison | null): Table;
}
