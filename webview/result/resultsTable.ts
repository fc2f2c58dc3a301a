import { t } from "../../src/core/pages/texts.ts";
import { significanceLevel, type Comparison } from "../../src/core/reports/comparison.ts";
import { reportTable, type ReportedRun } from "../../src/core/reports/report.ts";
import { decimalCell, textOf, valueOf, type Cell } from "../../src/core/reports/cells.ts";
import { otherCountOf, type OtherCount } from "../../src/core/reports/resultTable.ts";
import { numberColumn, withoutDataColumns, type Table } from "../../src/core/reports/table.ts";
import { DataTable } from "../components/dataTable.ts";
import { h, type Child } from "../dom.ts";
import { factsList, showFacts, showList, withoutConstant } from "./constantColumns.ts";
import { intervalBar } from "./intervalBar.ts";

/** Why a result is bold, as it is read out. */
export const bestReason = () =>
  t("best: supported by the paired tests against every other run, p (Holm) < {0}", significanceLevel);

/** Columns that are said once, above the table, where all rows have the same. */
const sayOnce = ["metric", "shots", "protocol", "failed"];

/** The results of runs, models by benchmarks, with what a reader must know beside each number. */
export class ResultsTable {
  readonly element: HTMLElement;
  private readonly facts = factsList();
  private readonly notes = h("ul", { class: "notes", "aria-label": t("Notes") });
  private readonly table: DataTable;
  private rows: readonly RowFacts[] = [];

  constructor() {
    this.table = new DataTable({
      label: t("Results"),
      rowHeader: "benchmark",
      sortable: true,
      emphasis: bestReason(),
      rowClass: (row) => (this.rows[row]!.group ? "group" : ""),
      cell: (cell, row, column) => drawCell(cell, this.rows[row]!, column),
    });
    this.element = h("div", { class: "results-table" }, this.facts, this.table.element, this.notes);
  }

  update(runs: readonly ReportedRun[], comparison: Comparison | undefined): void {
    this.rows = runs.flatMap(rowFacts);
    const whole = withoutDataColumns(reportTable(runs, comparison));
    const { table, constant } = withoutConstant(withNamedCount(whole, this.rows), sayOnce);
    this.table.update(table);
    showFacts(this.facts, constant);
    showList(this.notes, [...(table.notes ?? []), ...(comparison?.warnings ?? [])]);
  }
}

/** Something more than the text of a cell, in some columns. */
function drawCell(cell: Cell, { interval, partial, group }: RowFacts, column: string): Child {
  const text = textOf(cell);
  switch (column) {
    case "benchmark":
      return group && [text, " ", h("span", { class: "quiet" }, t("average"))];
    case "interval":
      return h("span", { class: "interval" }, h("span", {}, text), interval && intervalBar(interval));
    case "model":
      return (
        partial !== undefined && [
          String(valueOf(cell)),
          " ",
          h("span", { class: "badge", title: partial }, t("partial")),
        ]
      );
    case "invalid":
    case "failed":
      return valueOf(cell) !== 0 && h("span", { class: "attention" }, h("span", { "aria-hidden": "true" }, "⚠ "), text);
    default:
      return undefined;
  }
}

interface RowFacts {
  /** Whether the row is the average of a group of benchmarks. */
  readonly group: boolean;
  readonly partial: string | undefined;
  /** Undefined where there is none, or it does not lie between 0 and 1. */
  readonly interval: { readonly low: number; readonly high: number; readonly value: number } | undefined;
  readonly otherCount: OtherCount | undefined;
}

/** What the rows of {@link reportTable} are about, in its order: a run's benchmarks, then its groups. */
function rowFacts({ summary, partial }: ReportedRun): RowFacts[] {
  const benchmarks = summary.benchmarks.map((benchmark) => ({
    group: false,
    estimate: benchmark.metrics[benchmark.primaryMetric]!,
    otherCount: otherCountOf(benchmark),
  }));
  const groups = summary.groups.map(({ accuracy }) => ({ group: true, estimate: accuracy, otherCount: undefined }));
  return [...benchmarks, ...groups].map(({ group, estimate: { interval, value }, otherCount }) => ({
    group,
    partial,
    interval: interval === null || interval.low < 0 || interval.high > 1 ? undefined : { ...interval, value },
    otherCount,
  }));
}

/** Where all rows have the same other count, the column is called what it is and holds numbers alone. */
function withNamedCount(table: Table, facts: readonly RowFacts[]): Table {
  const [way, ...others] = new Set(facts.flatMap(({ otherCount }) => otherCount?.way ?? []));
  if (way === undefined || others.length > 0) return table;
  const column =
    way === "constrained" ? numberColumn("otherCount", "constrained") : numberColumn("otherCount", "unconstrained");
  const at = table.columns.findIndex(({ id }) => id === "otherCount");
  const cells = facts.map(({ otherCount }) => decimalCell(otherCount?.value));
  return {
    ...table,
    columns: table.columns.with(at, column),
    rows: table.rows.map((row, index) => row.with(at, cells[index]!)),
  };
}
