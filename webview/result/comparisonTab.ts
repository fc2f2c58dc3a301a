import { t } from "../../src/core/pages/texts.ts";
import { significanceLevel, type Comparison } from "../../src/core/reports/comparison.ts";
import { comparisonTable } from "../../src/core/reports/comparisonTable.ts";
import { DataTable } from "../components/dataTable.ts";
import { Loading, emptyNotice } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { button } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import { factsList, showFacts, showList, withoutConstant } from "./constantColumns.ts";
import type { ResultData } from "./resultData.ts";

/** Every pair of runs on every benchmark, with the way to the items that flipped. */
export class ComparisonTab implements TabContent {
  readonly element = h("div", { class: "comparison-tab" });
  private readonly table = new DataTable({
    label: t("Comparison"),
    rowHeader: "benchmark",
    sortable: true,
    emphasis: t("better: supported at p (Holm) < {0}", significanceLevel),
  });
  private readonly facts = factsList();
  private readonly notes = h("ul", { class: "notes" });
  private readonly flips = h("div", { class: "actions" });
  private readonly loading: Loading<Comparison | null>;

  constructor(
    data: ResultData,
    private readonly showFlips: (benchmark: string) => void,
  ) {
    this.loading = new Loading(
      this.element,
      t("Comparing the runs item by item"),
      () => data.comparison(),
      (comparison) => this.draw(comparison),
    );
    void this.loading.reload();
  }

  refresh(): void {
    void this.loading.reload();
  }

  private draw(comparison: Comparison | null): void {
    if (comparison === null) {
      fill(this.element, emptyNotice(t("A comparison needs two runs that have items.")));
      return;
    }
    const { table, constant } = withoutConstant(comparisonTable(comparison), ["first", "second", "n"]);
    this.table.update(table);
    showFacts(this.facts, constant);
    showList(this.notes, table.notes ?? []);
    const flipped = new Set(comparison.pairs.filter(({ flips }) => flips.length > 0).map((pair) => pair.benchmark));
    fill(
      this.flips,
      [...flipped].map((benchmark) =>
        button(t("Flipped items of {0}", benchmark), { onclick: () => this.showFlips(benchmark) }),
      ),
    );
    if (this.table.element.parentElement !== this.element) {
      fill(this.element, this.facts, this.table.element, this.notes, this.flips);
    }
  }
}
