import { t } from "../../src/core/pages/texts.ts";
import type { MergeView, ViewCurve } from "../../src/core/merge/plan/view/schema.ts";
import { DataTable } from "../components/dataTable.ts";
import { emptyNotice } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import { figureList } from "./factsTab.ts";
import { parameterChart, parameterTable } from "./parameterChart.ts";
import type { ShownPlan } from "./shownPlan.ts";

const widths = { least: 280, most: 720 } as const;

/** The parameters over the depth of the result, after gradients, conditions and precedence. */
export class ParametersTab implements TabContent {
  readonly element = h("div", { class: "parameters-view" });
  private width = 0;

  constructor(private readonly shown: () => ShownPlan) {
    new ResizeObserver(() => this.fit()).observe(this.element);
    this.refresh();
  }

  refresh(): void {
    const { merge } = this.shown();
    const { curves, constants } = merge;
    const isEmpty = curves.length === 0 && constants.length === 0;
    fill(
      this.element,
      isEmpty && emptyNotice(t("The method {0} has no parameters that are set here.", merge.method)),
      curves.map((curve) => this.section(merge, curve)),
      constants.length > 0 && [
        h("h3", {}, curves.length === 0 ? t("The same in every layer") : t("Other values")),
        figureList(constants, t("Parameters with one value")),
      ],
    );
  }

  private section(merge: MergeView, curve: ViewCurve): HTMLElement {
    const table = new DataTable({ label: t("{0} by layer", curve.parameter) });
    table.update(parameterTable(merge, curve));
    return h(
      "section",
      { class: "chart" },
      h("h3", {}, curve.parameter),
      h("p", { class: "quiet" }, curve.explanation),
      parameterChart(merge, curve, { document, width: this.chartWidth }),
      h("details", {}, h("summary", {}, t("Show as a table")), table.element),
    );
  }

  private get chartWidth(): number {
    return Math.min(widths.most, Math.max(widths.least, this.element.clientWidth || widths.most));
  }

  /** Draws again only when the width has changed. */
  private fit(): void {
    const { clientWidth } = this.element;
    if (clientWidth === 0 || clientWidth === this.width) return;
    this.width = clientWidth;
    this.refresh();
  }
}
