import { t } from "../../src/core/pages/texts.ts";
import type { ItemRow } from "../../src/core/results/items.ts";
import { VirtualList } from "../components/virtualList.ts";
import { h, setVariable, type Child } from "../dom.ts";

/** Pixels; `--row-height` of the style sheet. */
export const rowHeight = 32;

export interface ItemListOptions {
  readonly row: (index: number) => ItemRow | undefined;
  readonly onRange: (first: number, last: number) => void;
  readonly onSelect: (index: number) => void;
  readonly onOpen: () => void;
}

/** Which columns there are. */
export interface ItemColumns {
  /** Labels of the runs. */
  readonly runs: readonly string[];
  readonly subjects: boolean;
  readonly draws: boolean;
}

/** The items as rows: what each run answered, the id, the subject, the beginning of the question. */
export class ItemList {
  readonly list: VirtualList;
  private columns: ItemColumns = { runs: [], subjects: false, draws: false };

  constructor(private readonly options: ItemListOptions) {
    this.list = new VirtualList({
      label: t("Items"),
      rowHeight,
      cells: (index) => this.cells(index),
      onRange: options.onRange,
      onSelect: options.onSelect,
      onOpen: options.onOpen,
    });
  }

  setColumns(columns: ItemColumns): void {
    if (JSON.stringify(columns) === JSON.stringify(this.columns)) return;
    this.columns = columns;
    const { runs, subjects, draws } = columns;
    const several = runs.length > 1;
    const widths = [
      ...runs.map(() => "84px"),
      "minmax(90px, 150px)",
      ...(draws ? ["48px"] : []),
      ...(subjects ? ["minmax(80px, 140px)"] : []),
      "minmax(160px, 1fr)",
    ];
    setVariable(this.list.element, "columns", widths.join(" "));
    const heading = (title: Child, attributes = {}) => h("span", { role: "columnheader", ...attributes }, title);
    this.list.setHeader([
      ...runs.map((label, run) =>
        heading(several ? t("run {0}", run + 1) : t("answer"), {
          title: label,
          "aria-label": t("Answer of {0}", label),
        }),
      ),
      heading(t("item")),
      ...(draws ? [heading(t("draw"))] : []),
      ...(subjects ? [heading(t("subject"))] : []),
      heading(t("question")),
    ]);
    this.list.redraw();
  }

  private cells(index: number): HTMLElement[] | undefined {
    const row = this.options.row(index);
    if (row === undefined) return undefined;
    const { subjects, draws } = this.columns;
    const cell = (className: string, content: Child, attributes = {}) =>
      h("span", { role: "gridcell", class: className, ...attributes }, content);
    return [
      ...row.answers.map((answer) => cell("answer", answerChip(answer))),
      cell("id", h("bdi", {}, row.item), { title: row.item }),
      ...(draws ? [cell("draw", String(row.draw + 1))] : []),
      ...(subjects ? [cell("subject", h("bdi", {}, row.subject ?? ""))] : []),
      cell("question", h("bdi", { dir: row.dir, lang: row.language }, row.question ?? "–")),
    ];
  }
}

/** What a run answered, told by a sign and a word for screen readers, not by the colour alone. */
export function answerChip(answer: ItemRow["answers"][number]): HTMLElement {
  if (answer === null) return h("span", { class: "chip none", title: t("The run does not have this item.") }, "–");
  const { prediction, correct, valid, failed, confidence } = answer;
  if (failed) return chip("failed", "!", t("failed"), t("failed"));
  if (!valid) return chip("invalid", "∅", t("invalid"), t("invalid"));
  return correct
    ? chip("right", "✓", t("right"), prediction, confidence)
    : chip("wrong", "✗", t("wrong"), prediction, confidence);
}

function chip(
  kind: string,
  sign: string,
  word: string,
  shown: string | null,
  confidence: number | null = null,
): HTMLElement {
  const repeats = shown === word;
  return h(
    "span",
    { class: `chip ${kind}`, title: repeats ? word : `${word}: ${shown ?? ""}` },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    repeats ? undefined : h("span", { class: "for-screen-readers" }, `${word}: `),
    h("bdi", { class: "chip-text" }, shown ?? "–"),
    confidence !== null && h("span", { class: "quiet", title: t("confidence") }, confidence.toFixed(2)),
  );
}
