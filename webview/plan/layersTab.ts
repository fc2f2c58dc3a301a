import { t } from "../../src/core/pages/texts.ts";
import type { PlanParams } from "../../src/core/merge/plan/view/messages.ts";
import type { MergeView, ViewBlock } from "../../src/core/merge/plan/view/schema.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import { blockDetail } from "./blockDetail.ts";
import { LayerStack } from "./layerStack.ts";
import { shortNames, swatch } from "./modelStyle.ts";
import type { ShownPlan } from "./shownPlan.ts";

/** The result from its input to its output, layer by layer, with what the chosen layer is made of. */
export class LayersTab implements TabContent {
  readonly element: HTMLElement;
  private readonly legend = h("ul", { class: "legend", "aria-label": t("Models") });
  private readonly detail = h("aside", { class: "block-detail", "aria-label": t("The chosen layer") });
  private readonly stack: LayerStack;

  constructor(
    private readonly shown: () => ShownPlan,
    private readonly revealPlace: (place: PlanParams<"reveal">) => void,
  ) {
    this.stack = new LayerStack({
      onPoint: (block) => this.drawDetail(block),
      onOpen: (block, model) => this.reveal(block, model),
    });
    this.element = h(
      "div",
      { class: "layers-view" },
      this.legend,
      h("div", { class: "layers-columns" }, this.stack.element, this.detail),
    );
    this.refresh();
  }

  refresh(): void {
    const { merge } = this.shown();
    this.drawLegend(merge);
    this.stack.update(merge);
    this.drawDetail(this.stack.pointed);
  }

  /** Marks the layers that come from where the cursor stands. */
  markPlace({ slice, model }: { readonly slice: number | null; readonly model: string | null }): void {
    const { merge } = this.shown();
    const index = merge.models.findIndex(({ name }) => name === model);
    this.stack.mark((block) => {
      if (slice !== null) return block.slice === slice && block.kind === "layer";
      return index >= 0 && merge.models.length > 1 && block.sources.some((source) => source.model === index);
    });
  }

  private drawLegend(merge: MergeView): void {
    const names = shortNames(merge.models);
    const isApart = (model: number) =>
      merge.blocks.some(({ sources }) => sources.some((source) => source.model === model && source.share === null));
    fill(
      this.legend,
      merge.models.map(({ name, role, state }, index) =>
        h(
          "li",
          { title: name },
          swatch(index, isApart(index)),
          h("bdi", {}, names[index]!),
          role === "base" &&
            h("span", { class: "quiet" }, isApart(index) ? t("base, which changes are added to") : t("base")),
          state === "missing" && h("span", { class: "attention" }, t("not on this machine")),
        ),
      ),
    );
  }

  private drawDetail(block: ViewBlock | undefined): void {
    const { merge } = this.shown();
    fill(
      this.detail,
      block === undefined
        ? h("p", { class: "quiet" }, t("Point at a layer, or choose one with the arrow keys."))
        : blockDetail(merge, block, (model) => this.reveal(block, model)),
    );
  }

  private reveal({ slice }: ViewBlock, model: number | null): void {
    const { merge } = this.shown();
    const name = model === null ? null : merge.models[model]!.name;
    this.revealPlace({ merge: merge.name, slice, model: name });
  }
}
