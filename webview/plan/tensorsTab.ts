import { t } from "../../src/core/pages/texts.ts";
import type { PlanPageContract } from "../../src/core/merge/plan/view/messages.ts";
import type { MergeView, ViewTensorRow } from "../../src/core/merge/plan/view/schema.ts";
import { emptyNotice, problemNotice, problemOf } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { progressRing, searchField } from "../components/toolkit.ts";
import { VirtualList } from "../components/virtualList.ts";
import { fill, h, setVariable, type Child } from "../dom.ts";
import type { Channel } from "../messaging.ts";
import { shortNames, swatch } from "./modelStyle.ts";
import type { ShownPlan } from "./shownPlan.ts";

/** Pixels; `--row-height` of the style sheet. */
const rowHeight = 32;

/** Every tensor of the result, asked for when the tab is first shown. */
export class TensorsTab implements TabContent {
  readonly element = h("div", { class: "tensors-view" });
  private readonly list: VirtualList;
  private readonly count = h("p", { class: "count", role: "status" });
  private readonly detail = h("div", { class: "tensor-detail", role: "region", "aria-label": t("The chosen tensor") });
  private readonly content: readonly HTMLElement[];
  private rows: readonly ViewTensorRow[] = [];
  private found: readonly ViewTensorRow[] = [];
  private names: readonly string[] = [];
  private words: readonly string[] = [];
  /** Of the plan that was last asked about. */
  private asked = "";

  constructor(
    private readonly shown: () => ShownPlan,
    private readonly channel: Channel<PlanPageContract>,
  ) {
    this.list = new VirtualList({
      label: t("Tensors of the result"),
      rowHeight,
      cells: (index) => this.cells(index),
      onRange: () => undefined,
      onSelect: (index) => this.drawDetail(this.found[index]),
      onOpen: () => undefined,
    });
    setVariable(this.list.element, "columns", "minmax(330px, 3fr) 110px 72px minmax(170px, 2fr) minmax(180px, 2fr)");
    const titles = [t("tensor"), t("shape"), t("type"), t("sources"), t("parameters")];
    this.list.setHeader(titles.map((title) => h("span", { role: "columnheader" }, title)));
    const search = searchField(t("Search tensors"), t("Search, e.g. layers.12 mlp"), (text) => this.search(text));
    this.content = [h("div", { class: "filters" }, search, this.count), this.list.element, this.detail];
    this.refresh();
  }

  refresh(): void {
    const { merge, version } = this.shown();
    if (merge.state !== "planned") {
      this.asked = "";
      const reason = t("The tensors are listed when the headers of all models can be read and fit together.");
      return fill(this.element, emptyNotice(reason));
    }
    const key = `${version} ${JSON.stringify(merge.name)}`;
    if (key === this.asked) return;
    if (this.asked === "") {
      fill(
        this.element,
        h("div", { class: "loading", role: "status" }, progressRing(t("Reading")), t("Reading the tensors…")),
      );
    }
    this.asked = key;
    void this.load(merge, key);
  }

  /** What comes after another plan was asked about is of the past. */
  private async load(merge: MergeView, key: string): Promise<void> {
    try {
      const rows = await this.channel.request("tensors", { merge: merge.name });
      if (this.asked !== key) return;
      this.rows = rows;
    } catch (error) {
      if (this.asked !== key) return;
      this.asked = "";
      const retry = () => this.refresh();
      return fill(this.element, problemNotice(problemOf(error), retry));
    }
    this.names = shortNames(merge.models);
    if (this.element.firstChild !== this.content[0]) fill(this.element, this.content);
    this.filter();
  }

  private search(text: string): void {
    this.words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    this.filter();
    this.list.scrollToTop();
  }

  /** Rows that have every word somewhere. */
  private filter(): void {
    this.found = this.rows.filter((row) => {
      if (this.words.length === 0) return true;
      const text = `${row.name} ${row.dtype} ${this.sourcesText(row)} ${row.parameters} ${row.note}`.toLowerCase();
      return this.words.every((word) => text.includes(word));
    });
    this.list.setCount(this.found.length);
    const all = this.rows.length;
    fill(
      this.count,
      this.found.length === all ? t("{0} tensors", all) : t("{0} of {1} tensors", this.found.length, all),
    );
    this.drawDetail(this.found[this.list.selected]);
  }

  private cells(index: number): HTMLElement[] | undefined {
    const row = this.found[index];
    if (row === undefined) return undefined;
    const cell = (content: Child, title: string) => h("span", { role: "gridcell", title }, content);
    const sources = row.sources.map(({ model }) => this.names[model]!).join(" + ");
    const marks = row.sources.map(({ model }) => swatch(model));
    const parameters = parametersText(row);
    return [
      cell(h("code", {}, row.name), row.name),
      cell(shapeText(row), shapeText(row)),
      cell(row.dtype, row.dtype),
      cell([marks, h("bdi", {}, sources === "" ? row.note : sources)], this.sourcesText(row)),
      cell(parameters, parameters),
    ];
  }

  private drawDetail(row: ViewTensorRow | undefined): void {
    fill(
      this.detail,
      row === undefined
        ? h("p", { class: "quiet" }, t("Choose a tensor to see its sources."))
        : [
            h(
              "p",
              {},
              h("code", {}, row.name),
              ` ${row.dtype} [${shapeText(row)}]`,
              row.note !== "" && `, ${row.note}`,
            ),
            row.parameters !== "" && h("p", {}, row.parameters),
            h(
              "ul",
              { class: "block-sources" },
              row.sources.map(({ model, name, parameters }) =>
                h(
                  "li",
                  {},
                  swatch(model),
                  h(
                    "div",
                    {},
                    h("bdi", {}, this.shown().merge.models[model]?.name ?? ""),
                    h("p", { class: "quiet" }, h("code", {}, name), parameters !== "" && ` · ${parameters}`),
                  ),
                ),
              ),
            ),
          ],
    );
  }

  private sourcesText({ sources }: ViewTensorRow): string {
    return sources.map(({ model, name }) => `${this.names[model] ?? ""}: ${name}`).join("; ");
  }
}

function shapeText({ shape }: ViewTensorRow): string {
  return shape.join(" × ");
}

/** What each model has of its own, then what holds for all. */
function parametersText({ sources, parameters }: ViewTensorRow): string {
  const own = sources.map((source) => source.parameters).filter((text) => text !== "");
  const distinct = new Set(own);
  const models = distinct.size === 1 ? [...distinct] : own;
  return [...models, parameters].filter((text) => text !== "").join("; ");
}
