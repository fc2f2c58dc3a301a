import type { Comparison } from "../../src/core/reports/comparison.ts";
import type * as Charts from "../charts/index.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { Loading, emptyNotice } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import type { ResultData } from "./resultData.ts";

type ChartsModule = typeof Charts;

/** The charts of a result, each under its heading. The code that draws them is loaded with the first. */
export class ChartsTab implements TabContent {
  readonly element = h("div", { class: "charts-tab" });
  private readonly loading: Loading<{ module: ChartsModule; report: Report; comparison: Comparison | null }>;

  constructor(
    data: ResultData,
    private readonly plots: readonly string[] | undefined,
  ) {
    this.loading = new Loading(
      this.element,
      "Drawing the charts",
      async () => {
        const [module, { report }, comparison] = await Promise.all([
          import("../charts/index.ts"),
          data.report(),
          data.comparison(),
        ]);
        return { module, report, comparison };
      },
      ({ module, report, comparison }) => this.draw(module, report, comparison),
    );
    void this.loading.reload();
  }

  refresh(): void {
    void this.loading.reload();
  }

  private draw({ charts }: ChartsModule, report: Report, comparison: Comparison | null): void {
    if (report.runs.length === 0) {
      fill(this.element, emptyNotice("There is nothing to draw: no run folder is there, or none has an item yet."));
      return;
    }
    const width = Math.max(320, Math.min(900, (this.element.clientWidth || 820) - 20));
    const asked = charts.filter(({ id }) => this.plots === undefined || this.plots.includes(id));
    fill(
      this.element,
      asked.map((chart) => {
        const missing = chart.missing(report, comparison);
        const picture =
          missing === undefined ? chart.draw(report, comparison, { document, width }) : emptyNotice(missing);
        return h("section", { class: "chart" }, h("h3", {}, chart.title), picture);
      }),
    );
  }
}
