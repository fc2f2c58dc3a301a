import type { Chart, ChartContent } from "../charts/index.ts";
import { t } from "../../src/core/pages/texts.ts";
import { DataTable } from "../components/dataTable.ts";
import { emptyNotice } from "../components/loading.ts";
import { button } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import { Outcome } from "./saving.ts";

/** One chart under its heading, with its numbers as a table and the way to a file. */
export class ChartSection {
  readonly element: HTMLElement;
  private readonly picture = h("div", {});
  private readonly save: HTMLElement;
  private readonly outcome = new Outcome();
  private readonly numbers: HTMLDetailsElement;
  private readonly table: DataTable;
  private content: ChartContent | undefined;

  /** @param save writes what is shown to a file; resolves with what came of it */
  constructor(
    private readonly chart: Chart,
    save: (content: ChartContent) => Promise<string>,
  ) {
    this.table = new DataTable({ label: t("Numbers of the chart: {0}", chart.title()), sortable: true });
    this.numbers = h(
      "details",
      { class: "chart-numbers", ontoggle: () => this.drawNumbers() },
      h("summary", {}, t("Numbers of this chart")),
    );
    this.save = button(t("Save SVG…"), {
      "aria-label": t("Save SVG of the chart {0}", chart.title()),
      onclick: () => this.outcome.attempt(() => save(this.content!)),
    });
    const heading = h("h2", {}, chart.title());
    this.element = h(
      "section",
      { class: "chart", "aria-label": chart.title() },
      h("div", { class: "chart-heading" }, heading, this.save),
      this.outcome.element,
      this.picture,
      this.numbers,
    );
  }

  draw(content: ChartContent, width: number): void {
    const { report, comparison } = content;
    const missing = this.chart.needs.missing(report, comparison);
    if (missing !== undefined) return this.say(missing);
    this.content = content;
    this.show("picture");
    fill(this.picture, this.chart.draw(report, comparison, { document, width }));
    this.drawNumbers();
  }

  /** Says why there is no picture. */
  say(reason: string): void {
    this.show("reason");
    fill(this.picture, emptyNotice(reason));
  }

  private show(what: "picture" | "reason"): void {
    this.save.hidden = what === "reason";
    this.numbers.hidden = what === "reason";
  }

  private drawNumbers(): void {
    if (!this.numbers.open || this.content === undefined) return;
    this.table.update(this.chart.table(this.content.report, this.content.comparison));
    if (this.table.element.parentElement !== this.numbers) this.numbers.append(this.table.element);
  }
}
