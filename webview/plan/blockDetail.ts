import { t } from "../../src/core/pages/texts.ts";
import { formatCount } from "../../src/core/formatting.ts";
import type { MergeView, ViewBlock, ViewSource } from "../../src/core/merge/plan/view/schema.ts";
import { plainButton } from "../components/toolkit.ts";
import { h, type Child } from "../dom.ts";
import { shortNames, swatch } from "./modelStyle.ts";

/** What a layer is made of, with ways to the places in the configuration. */
export function blockDetail(merge: MergeView, block: ViewBlock, reveal: (model: number | null) => void): Child {
  const names = shortNames(merge.models);
  return [
    h(
      "header",
      {},
      h("h2", {}, titleOf(block)),
      plainButton(t("Show in the file"), { class: "link", onclick: () => reveal(null) }),
    ),
    block.parameters !== "" && h("p", { class: "block-parameters" }, block.parameters),
    h(
      "ul",
      { class: "block-sources" },
      block.sources.map((source) =>
        h(
          "li",
          {},
          swatch(source.model, source.share === null),
          h(
            "div",
            {},
            plainButton(h("bdi", {}, names[source.model]!), {
              class: "link",
              title: merge.models[source.model]!.name,
              onclick: () => reveal(source.model),
            }),
            h(
              "p",
              { class: "quiet" },
              [layerText(source), shareText(merge, source)].filter((text) => text !== "").join(" · "),
            ),
            source.parameters !== "" && h("p", {}, source.parameters),
          ),
        ),
      ),
    ),
    block.sources.length === 0 && h("p", { class: "quiet" }, t("Made by the plan itself.")),
    block.tensors > 0 && h("p", { class: "quiet" }, sizeText(block)),
  ];
}

/** The same in one sentence, for screen readers. */
export function blockSentence(merge: MergeView, block: ViewBlock): string {
  const names = shortNames(merge.models);
  const sources = block.sources.map((source) =>
    [names[source.model]!, layerText(source), shareText(merge, source), source.parameters]
      .filter((text) => text !== "")
      .join(", "),
  );
  return [titleOf(block), ...sources, block.parameters].filter((text) => text !== "").join("; ");
}

function titleOf({ name, kind, layer }: ViewBlock): string {
  return kind === "layer" && layer !== null && name === `layer ${layer}` ? t("Layer {0} of the result", layer) : name;
}

function layerText({ layer }: ViewSource): string {
  return layer === null ? "" : t("its layer {0}", layer);
}

function shareText({ shares }: MergeView, { share }: ViewSource): string {
  if (share === null) return t("changes are added to it");
  if (share === 1 || shares === "equal") return "";
  return t("{0} % of the {1}", Number((share * 100).toPrecision(3)), shares);
}

function sizeText({ tensors, elements }: ViewBlock): string {
  const count = tensors === 1 ? t("1 tensor") : t("{0} tensors", tensors);
  return elements === null ? count : t("{0}, {1} parameters", count, formatCount(elements));
}
