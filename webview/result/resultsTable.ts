import { significanceLevel, type Comparison } from "../../src/core/reports/comparison.ts";
import { reportTable, type ReportedRun } from "../../src/core/reports/report.ts";
import { withoutDataColumns, type Table } from "../../src/core/reports/table.ts";
import { DataTable } from "../components/dataTable.ts";
import { h, type Child } from "../dom.ts";
import { factsList, showFacts, showList, withoutConstant } from "./constantColumns.ts";
import { intervalBar } from "./intervalBar.ts";

/** Why a result is bold, as it is read out. */
export const bestReason = `best: supported by the paired tests against every other run, p (Holm) < ${significanceLevel}`;

/** Columns that are said once, above the table, where all rows have the same. */
const sayOnce = ["metric", "shots", "protocol", "failed"];

/** The results of runs, models by benchmarks, with what a reader must know beside each number. */
export class ResultsTable {
  readonly element: HTMLElement;
  private readonly facts = factsList();
  private readonly notes = h("ul", { class: "notes", "aria-label": "Notes" });
  private readonly table: DataTable;
  private rows: readonly RowFacts[] = [];
  private titles: readonly string[] = [];

  constructor() {
    this.table = new DataTable({
      label: "Results",
      rowHeader: "benchmark",
      sortable: true,
      emphasis: () => bestReason,
      rowClass: (row) => (this.rows[row]!.group ? "group" : ""),
      cell: (text, row, column) => this.drawCell(text, this.rows[row]!, this.titles[column]!),
    });
    this.element = h("div", { class: "results-table" }, this.facts, this.table.element, this.notes);
  }

  update(runs: readonly ReportedRun[], comparison: Comparison | undefined): void {
    const { table, constant } = withoutConstant(
      withNamedCount(withoutDataColumns(reportTable(runs, comparison))),
      sayOnce,
    );
    this.rows = runs.flatMap(rowFacts);
    this.titles = table.columns.map(({ title }) => title);
    this.table.update(table);
    showFacts(this.facts, constant);
    showList(this.notes, [...(table.notes ?? []), ...(comparison?.warnings ?? [])]);
  }

  private drawCell(text: string, { interval, partial, group }: RowFacts, title: string): Child {
    switch (title) {
      case "benchmark":
        return group ? [text, " ", h("span", { class: "quiet" }, "average")] : undefined;
      case "95 % interval":
        return h("span", { class: "interval" }, h("span", {}, text), interval && intervalBar(interval));
      case "model":
        if (partial === undefined) return undefined;
        return [text.replace(/ \(partial\)$/, ""), " ", h("span", { class: "badge", title: partial }, "partial")];
      case "invalid":
      case "failed":
        if (text === "0") return undefined;
        return h("span", { class: "attention" }, h("span", { "aria-hidden": "true" }, "⚠ "), text);
      default:
        return undefined;
    }
  }
}

interface RowFacts {
  /** Whether the row is the average of a group of benchmarks. */
  readonly group: boolean;
  readonly partial: string | undefined;
  /** Undefined where there is none, or it does not lie between 0 and 1. */
  readonly interval: { readonly low: number; readonly high: number; readonly value: number } | undefined;
}

/** What the rows of {@link reportTable} are about, in its order: a run's benchmarks, then its groups. */
function rowFacts({ summary, partial }: ReportedRun): RowFacts[] {
  const benchmarks = summary.benchmarks.map(({ metrics, primaryMetric }) => ({
    group: false,
    estimate: metrics[primaryMetric]!,
  }));
  const groups = summary.groups.map(({ accuracy }) => ({ group: true, estimate: accuracy }));
  return [...benchmarks, ...groups].map(({ group, estimate: { interval, value } }) => ({
    group,
    partial,
    interval: interval === null || interval.low < 0 || interval.high > 1 ? undefined : { ...interval, value },
  }));
}

/** Where all rows have the same other count, the column is called what it is and holds numbers alone. */
function withNamedCount(table: Table): Table {
  const at = table.columns.findIndex(({ title }) => title === "counted otherwise");
  const [name, ...others] = new Set(table.rows.flatMap((row) => row[at]?.split(" ")[0] || []));
  if (name === undefined || others.length > 0) return table;
  return {
    ...table,
    columns: table.columns.map((column, index) => (index === at ? { title: name, align: "right" } : column)),
    rows: table.rows.map((row) => row.map((text, index) => (index === at ? text.slice(name.length + 1) : text))),
  };
}
