import { t } from "../../src/core/pages/texts.ts";
import type { MergeView, ViewFigure } from "../../src/core/merge/plan/view/schema.ts";
import { textOf } from "../../src/core/reports/cells.ts";
import { textColumn } from "../../src/core/reports/table.ts";
import { DataTable } from "../components/dataTable.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import { swatch } from "./modelStyle.ts";
import type { ShownPlan } from "./shownPlan.ts";

/** The models, where everything comes from, and what the figures mean. */
export class FactsTab implements TabContent {
  readonly element = h("div", { class: "facts-view" });
  private readonly models: DataTable;

  constructor(private readonly shown: () => ShownPlan) {
    this.models = new DataTable({
      label: t("Models"),
      rowHeader: "model",
      cell: (cell, row, column) => column === "model" && [swatch(row), h("bdi", {}, textOf(cell))],
    });
    this.refresh();
  }

  refresh(): void {
    const { merge } = this.shown();
    const { figures, decisions } = merge;
    this.drawModels(merge);
    fill(
      this.element,
      h("h3", {}, t("Models")),
      this.models.element,
      decisions.length > 0 && [
        h("h3", {}, t("The result takes")),
        figureList(decisions, t("Where the result is from")),
      ],
      figures.length > 0 && [h("h3", {}, t("The result has, and takes to make")), figureList(figures, t("Figures"))],
    );
  }

  private drawModels({ models }: MergeView): void {
    const columns = [textColumn("model"), textColumn("role"), textColumn("detail", "what is known")];
    this.models.update({ columns, rows: models.map(({ name, role, detail }) => [name, role, detail]) });
  }
}

/** Names with values, and remarks on them. */
export function figureList(figures: readonly ViewFigure[], label: string): HTMLElement {
  return h(
    "dl",
    { class: "facts-list", "aria-label": label },
    figures.map(({ name, value, note }) => [
      h("dt", {}, name),
      h("dd", {}, value, note !== undefined && h("span", { class: "quiet" }, ` · ${note}`)),
    ]),
  );
}
