import { t } from "../../src/core/pages/texts.ts";
import type { MergeView, ViewBlock } from "../../src/core/merge/plan/view/schema.ts";
import { fill, h, setVariable } from "../dom.ts";
import { blockSentence } from "./blockDetail.ts";
import { modelClass, shortNames } from "./modelStyle.ts";

export interface LayerStackOptions {
  /** A block has been chosen, or is pointed at. */
  readonly onPoint: (block: ViewBlock | undefined) => void;
  /** The reader wants to see where a block, or what it takes from a model, is configured. */
  readonly onOpen: (block: ViewBlock, model: number | null) => void;
}

/** Heights of a layer, in pixels: as many as have room. */
const heights = { least: 3, most: 22 } as const;
/** Below this height lines between layers would be all that is seen. */
const linedHeight = 6;
/** Tensors outside of the layers have their names beside them. */
const tensorHeight = 20;
/** A number or a name needs so much. */
const lineHeight = 14;

let stacks = 0;

/**
 * The blocks of a model under each other, each divided among the models that it is made of. Up, Down, Page Up, Page
 * Down, Home and End choose one; Enter shows its place in the configuration.
 */
export class LayerStack {
  readonly element: HTMLElement;
  private readonly prefix = `stack-${++stacks}`;
  private merge: MergeView | undefined;
  private rows: readonly HTMLElement[] = [];
  private chosen = -1;

  constructor(private readonly options: LayerStackOptions) {
    this.element = h("div", {
      class: "stack",
      role: "listbox",
      tabindex: 0,
      "aria-label": t("Layers of the result, from its input to its output"),
      onkeydown: this.onKey,
      onclick: this.onClick,
      onpointerover: this.onPointer,
      onpointerleave: () => this.options.onPoint(this.pointed),
    });
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  /** The chosen block. */
  get pointed(): ViewBlock | undefined {
    return this.merge?.blocks[this.chosen];
  }

  update(merge: MergeView): void {
    this.merge = merge;
    if (this.chosen >= merge.blocks.length) this.chosen = -1;
    const labels = runLabels(merge);
    this.element.classList.toggle("labelled", labels.size > 0);
    this.rows = merge.blocks.map((block, index) => this.row(merge, block, index, labels.get(index)));
    fill(this.element, this.rows);
    this.fit();
    this.select(this.chosen);
  }

  /** Marks blocks without choosing one. */
  mark(isMarked: (block: ViewBlock) => boolean): void {
    for (const [index, row] of this.rows.entries())
      row.classList.toggle("marked", isMarked(this.merge!.blocks[index]!));
  }

  private row(merge: MergeView, block: ViewBlock, index: number, label: RunLabel | undefined): HTMLElement {
    const starts = block.kind === "layer" && block.layer !== null && merge.sliceStarts.includes(block.layer);
    const row = h(
      "div",
      {
        role: "option",
        id: `${this.prefix}-${index}`,
        class: `block ${block.kind} ${starts ? "slice-start" : ""}`,
        "data-index": index,
        "aria-selected": "false",
        "aria-label": blockSentence(merge, block),
      },
      h("span", { class: "block-name", "aria-hidden": "true" }, block.kind === "layer" ? "" : outsideName(block)),
      h(
        "span",
        { class: "block-bar", "aria-hidden": "true" },
        block.sources.length === 0 && h("span", { class: "segment made" }),
        block.sources.map((source) => {
          const apart = source.share === null;
          const segment = h("span", {
            class: `segment ${apart ? "apart" : ""} ${modelClass(source.model)}`,
            "data-model": source.model,
          });
          setVariable(segment, "share", 1000 * (source.share ?? 0));
          return segment;
        }),
      ),
      label !== undefined &&
        h("span", { class: "run-label", "aria-hidden": "true", title: label.text }, h("bdi", {}, label.text)),
    );
    if (label !== undefined) setVariable(row, "run", label.blocks);
    return row;
  }

  /** Gives every layer the height that there is room for, and numbers to as many as can be read. */
  private fit(): void {
    const { merge } = this;
    const available = this.element.clientHeight;
    if (merge === undefined || available === 0) return;
    const layers = merge.blocks.filter(({ kind }) => kind === "layer").length;
    const room = available - (merge.blocks.length - layers) * tensorHeight - 12;
    const isOne = !merge.layersKnown;
    const height = isOne
      ? Math.max(60, room)
      : Math.min(heights.most, Math.max(heights.least, Math.floor(room / Math.max(1, layers))));
    setVariable(this.element, "layer-height", `${height}px`);
    this.element.classList.toggle("thin", height < linedHeight);
    setVariable(this.element, "tensor-height", `${tensorHeight}px`);
    const step = [1, 2, 4, 5, 8, 10, 20].find((candidate) => candidate * height >= lineHeight + 1) ?? 20;
    for (const [index, block] of merge.blocks.entries()) {
      const row = this.rows[index]!;
      if (block.kind === "layer") {
        const name = block.layer === null ? t("all layers") : block.layer % step === 0 ? String(block.layer) : "";
        fill(
          row.querySelector(".block-name")!,
          block.name.startsWith("layer") || block.layer === null ? name : outsideName(block),
        );
      }
      const run = Number(row.style.getPropertyValue("--run") || 0);
      row.classList.toggle("tight", run > 0 && block.kind === "layer" && run * height < lineHeight);
    }
  }

  private choose(index: number): void {
    this.select(index);
    this.options.onPoint(this.pointed);
  }

  private select(index: number): void {
    this.rows[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = index;
    const row = this.rows[index];
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView?.({ block: "nearest" });
    if (row === undefined) this.element.removeAttribute("aria-activedescendant");
    else this.element.setAttribute("aria-activedescendant", row.id);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.rows.length - 1;
    const page = 10;
    const target = {
      ArrowDown: this.chosen + 1,
      ArrowUp: this.chosen < 0 ? last : this.chosen - 1,
      PageDown: this.chosen + page,
      PageUp: this.chosen - page,
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined) this.choose(Math.min(last, Math.max(0, target)));
    else if ((event.key === "Enter" || event.key === " ") && this.pointed !== undefined) {
      this.options.onOpen(this.pointed, null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const index = indexOf(event);
    if (index === undefined) return;
    this.choose(index);
    const model = (event.target as HTMLElement).closest<HTMLElement>("[data-model]")?.dataset["model"];
    this.options.onOpen(this.merge!.blocks[index]!, model === undefined ? null : Number(model));
  };

  private readonly onPointer = (event: PointerEvent): void => {
    const index = indexOf(event);
    if (index !== undefined) this.options.onPoint(this.merge!.blocks[index]);
  };
}

function indexOf(event: Event): number | undefined {
  const index = (event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset["index"];
  return index === undefined ? undefined : Number(index);
}

/** `embed_tokens` of `model.embed_tokens.weight`. */
function outsideName({ name }: ViewBlock): string {
  return name.replace(/\.(?:weight|bias)$/, "").replace(/^.*\./, "");
}

interface RunLabel {
  readonly text: string;
  /** How many blocks it stands beside. */
  readonly blocks: number;
}

/** Names of what neighbouring layers are made of, by the index of the first: one for each run of the same models. */
function runLabels(merge: MergeView): Map<number, RunLabel> {
  const names = shortNames(merge.models);
  const labels = new Map<number, RunLabel>();
  const { blocks } = merge;
  for (let start = 0; start < blocks.length;) {
    let end = start + 1;
    while (end < blocks.length && continues(blocks[end - 1]!, blocks[end]!)) end++;
    if (blocks[start]!.kind === "layer") {
      labels.set(start, { text: runText(blocks[start]!, blocks[end - 1]!, names), blocks: end - start });
    }
    start = end;
  }
  // One run of several models is what the legend says already.
  if (labels.size === 1 && merge.models.length > 1) labels.clear();
  return labels;
}

function continues(before: ViewBlock, block: ViewBlock): boolean {
  if (before.kind !== "layer" || block.kind !== "layer" || before.slice !== block.slice) return false;
  return (
    before.sources.length === block.sources.length &&
    block.sources.every(({ model, layer }, index) => {
      const last = before.sources[index]!;
      return last.model === model && (layer === null || last.layer === null || layer === last.layer + 1);
    })
  );
}

function runText(first: ViewBlock, last: ViewBlock, names: readonly string[]): string {
  return first.sources
    .map(({ model, layer }, index) => {
      const end = last.sources[index]!.layer;
      const range = layer === null ? "" : layer === end ? ` ${layer}` : ` ${layer}–${end}`;
      return `${names[model]!}${range}`;
    })
    .join(" + ");
}
