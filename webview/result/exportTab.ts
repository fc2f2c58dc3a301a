import { calibrationTable } from "../../src/core/reports/calibrationTable.ts";
import { inEnglish, t } from "../../src/core/pages/texts.ts";
import { comparisonTable } from "../../src/core/reports/comparisonTable.ts";
import type { Comparison } from "../../src/core/reports/comparison.ts";
import { reportTable, type Report } from "../../src/core/reports/report.ts";
import { renderTable, type Table, type TableFormat } from "../../src/core/reports/table.ts";
import type { TabContent } from "../components/tabs.ts";
import { button, Dropdown } from "../components/toolkit.ts";
import { h, type Child } from "../dom.ts";
import type { ResultData } from "./resultData.ts";
import { Outcome, saveFile, saveFiles } from "./saving.ts";
import { subjectsTable } from "./subjectsTable.ts";
import { append } from "../../src/core/lists.ts";

const formats = [
  { format: "csv", extension: "csv", label: "CSV" },
  { format: "latex", extension: "tex", label: "LaTeX (booktabs)" },
  { format: "markdown", extension: "md", label: "Markdown" },
] as const;
type Format = (typeof formats)[number];

interface Result {
  readonly report: Report;
  readonly comparison: Comparison | null;
}

/** The tables that can be exported; `make` gives undefined where there is nothing in one. */
const tables = [
  {
    name: "results",
    label: () => t("Results"),
    make: ({ report, comparison }: Result): Table | undefined => reportTable(report.runs, comparison ?? undefined),
  },
  {
    name: "comparison",
    label: () => t("Comparison"),
    make: ({ comparison }: Result): Table | undefined =>
      comparison === null ? undefined : comparisonTable(comparison),
  },
  {
    name: "subjects",
    label: () => t("Accuracy by subject"),
    make: ({ report }: Result): Table | undefined => subjectsTable(report.runs),
  },
  {
    name: "calibration",
    label: () => t("Calibration"),
    make: ({ report }: Result): Table | undefined => calibrationTable(report.runs),
  },
] as const;

/** The tables as text for a paper or a spreadsheet, the charts as pictures, and all of it as one file. */
export class ExportTab implements TabContent {
  readonly element: HTMLElement;
  private readonly table = new Dropdown(t("Table to export"), (name) => (this.chosen = name));
  private chosen: string = tables[0].name;
  private readonly outcome = new Outcome();

  /** @param plots the charts asked for; undefined for all */
  constructor(
    private readonly data: ResultData,
    private readonly plots: readonly string[] | undefined,
  ) {
    const offered = tables.filter(({ name }) => name !== "comparison" || data.compares);
    this.table.offer(
      offered.map(({ name, label }) => ({ value: name, label: label() })),
      this.chosen,
    );
    this.element = h(
      "div",
      { class: "export-tab" },
      section(
        t("Table"),
        h("div", { class: "actions" }, h("span", { class: "export-name" }, t("Which")), this.table.element),
      ),
      formats.map((format) => this.tableActions(format)),
      section(
        t("Charts"),
        actions(
          "SVG",
          this.save(t("Save all…"), t("Save all charts as SVG"), () => this.saveCharts()),
        ),
        h(
          "p",
          { class: "quiet" },
          t("One file a chart, into a folder that you choose. Each can be saved alone in Charts."),
        ),
      ),
      section(
        t("Report"),
        actions(
          "HTML",
          this.save(t("Save…"), t("Save the report as HTML"), () => this.saveReport()),
        ),
        h(
          "p",
          { class: "quiet" },
          t("One file with all tables and charts, and what it takes to repeat the runs. It needs no network."),
        ),
      ),
      this.outcome.element,
    );
  }

  private tableActions(format: Format): HTMLElement {
    const { label } = format;
    return actions(
      label,
      this.save(t("Save…"), t("Save the table as {0}", label), () => this.saveTable(format)),
      this.save(t("Copy"), t("Copy the table as {0}", label), () => this.copy(format)),
    );
  }

  private save(text: string, label: string, action: () => Promise<string>): HTMLElement {
    return button(text, { "aria-label": label, onclick: () => this.outcome.attempt(action) });
  }

  private async result(): Promise<Result> {
    const [{ report }, comparison] = await Promise.all([this.data.report(), this.data.comparison()]);
    if (report.runs.length === 0) throw new Error(t("There is no result to export."));
    return { report, comparison };
  }

  private async text(format: TableFormat): Promise<string> {
    const { label, make } = tables.find(({ name }) => name === this.chosen)!;
    const result = await this.result();
    const table = inEnglish(() => make(result));
    if (table === undefined || table.rows.length === 0) throw new Error(t("The table {0} is empty.", label()));
    return renderTable(table, format);
  }

  private async copy({ format }: Format): Promise<string> {
    await this.data.channel.request("copy", { text: await this.text(format) });
    return t("Copied.");
  }

  private async saveTable({ format, extension }: Format): Promise<string> {
    const text = await this.text(format);
    return await saveFile(this.data.channel, { name: this.chosen, format: extension, text });
  }

  private async charts() {
    const [{ chartsFor }, files, result] = await Promise.all([
      import("../charts/index.ts"),
      import("../charts/reportFile.ts"),
      this.result(),
    ]);
    return {
      ...files,
      ...result,
      charts: chartsFor(this.plots, this.data.compares),
    };
  }

  private async saveReport(): Promise<string> {
    const { reportFile, report, comparison, charts } = await this.charts();
    const text = await reportFile(report, comparison, document, charts);
    return await saveFile(this.data.channel, { name: "report", format: "html", text });
  }

  private async saveCharts(): Promise<string> {
    const { chartFiles, report, comparison, charts } = await this.charts();
    const files: Awaited<ReturnType<typeof chartFiles>> = [];
    for (const chart of charts) append(files, await chartFiles(chart, report, comparison, document));
    if (files.length === 0) throw new Error(t("There is no chart to save."));
    return await saveFiles(
      this.data.channel,
      files.map((file) => ({ ...file, format: "svg" as const })),
    );
  }
}

function section(title: string, ...content: readonly Child[]): Child {
  return [h("h2", { class: "export-title" }, title), ...content];
}

function actions(name: string, ...buttons: readonly HTMLElement[]): HTMLElement {
  return h("div", { class: "actions" }, h("span", { class: "export-name" }, name), buttons);
}
