import { reportTable } from "../../src/core/reports/report.ts";
import { renderTable, type TableFormat } from "../../src/core/reports/table.ts";
import { problemNotice, problemOf } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { button } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import type { ResultData } from "./resultData.ts";

const formats = [
  { format: "csv", extension: "csv", label: "CSV" },
  { format: "latex", extension: "tex", label: "LaTeX (booktabs)" },
  { format: "markdown", extension: "md", label: "Markdown" },
] as const;

/** The results table as text for a paper or a spreadsheet, and the charts as pictures. */
export class ExportTab implements TabContent {
  readonly element: HTMLElement;
  private readonly outcome = h("div", { role: "status", "aria-live": "polite", class: "notices" });

  constructor(private readonly data: ResultData) {
    this.element = h(
      "div",
      { class: "export-tab" },
      formats.map(({ format, extension, label }) =>
        h(
          "div",
          { class: "actions" },
          h("span", { class: "export-name" }, label),
          button("Save…", { onclick: () => this.attempt(() => this.save(format, extension)) }),
          button("Copy", { onclick: () => this.attempt(() => this.copy(format)) }),
        ),
      ),
      h(
        "div",
        { class: "actions" },
        h("span", { class: "export-name" }, "Charts (SVG)"),
        button("Save each…", { onclick: () => this.attempt(() => this.saveCharts()) }),
      ),
      h(
        "div",
        { class: "actions" },
        h("span", { class: "export-name" }, "Report (HTML)"),
        button("Save…", { onclick: () => this.attempt(() => this.saveReport()) }),
        h("span", { class: "quiet" }, "One file with tables and charts; it needs no network."),
      ),
      this.outcome,
    );
  }

  private attempt(action: () => Promise<string>): void {
    fill(this.outcome);
    action().then(
      (text) => fill(this.outcome, text),
      (error: unknown) => fill(this.outcome, problemNotice(problemOf(error))),
    );
  }

  private async table(format: TableFormat): Promise<string> {
    const [{ report }, comparison] = await Promise.all([this.data.report(), this.data.comparison()]);
    if (report.runs.length === 0) throw new Error("There is no result to export.");
    return renderTable(reportTable(report.runs, comparison ?? undefined), format);
  }

  private async copy(format: TableFormat): Promise<string> {
    await this.data.channel.request("copy", { text: await this.table(format) });
    return "Copied.";
  }

  private async save(format: TableFormat, extension: "csv" | "tex" | "md"): Promise<string> {
    const text = await this.table(format);
    const { saved, path } = await this.data.channel.request("save", { name: "results", format: extension, text });
    return saved ? `Saved${path === undefined ? "" : ` as ${path}`}.` : "Not saved.";
  }

  private async saveReport(): Promise<string> {
    const [{ reportFile }, { report }, comparison] = await Promise.all([
      import("../charts/reportFile.ts"),
      this.data.report(),
      this.data.comparison(),
    ]);
    if (report.runs.length === 0) throw new Error("There is no result to export.");
    const text = reportFile(report, comparison, document);
    const { saved, path } = await this.data.channel.request("save", { name: "report", format: "html", text });
    return saved ? `Saved${path === undefined ? "" : ` as ${path}`}.` : "Not saved.";
  }

  private async saveCharts(): Promise<string> {
    const [{ charts }, { toSvgFile }, { report }, comparison] = await Promise.all([
      import("../charts/index.ts"),
      import("../charts/svgFile.ts"),
      this.data.report(),
      this.data.comparison(),
    ]);
    let count = 0;
    for (const chart of charts.filter((each) => each.missing(report, comparison) === undefined)) {
      const text = toSvgFile(chart.draw(report, comparison, { document, width: 820 }));
      const { saved } = await this.data.channel.request("save", { name: chart.id, format: "svg", text });
      if (saved) count++;
    }
    return `${count} ${count === 1 ? "chart" : "charts"} saved.`;
  }
}
